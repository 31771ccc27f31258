import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { applyOperations } from "../../../../../src/core/change/edit/applyOperations";
import {
  authorizeOperations,
  pathsToRead,
  type CurrentFile,
} from "../../../../../src/core/change/edit/authorizeOperations";
import type { EditOperation, EditProblem } from "../../../../../src/core/change/edit/editOperation";
import { isEditTool, parseToolEdits } from "../../../../../src/core/change/edit/parseToolEdits";
import { parseTextEdits } from "../../../../../src/core/change/edit/parseTextEdits";
import { err, ok, type Result } from "../../../../../src/core/result";

type Content = string | null | { readonly text?: string; readonly hex?: string; readonly mode?: number };
type Expected = Content | readonly (readonly [string, string])[];

interface Fixture {
  readonly name: string;
  readonly files: Readonly<Record<string, Content>>;
  readonly tool?: string;
  readonly args?: unknown;
  readonly text?: string;
  /** The patch is given to apply_patch and, in another case, stands in the text of an answer. */
  readonly both?: boolean;
  readonly patch?: string;
  readonly becomes?: Readonly<Record<string, Expected>>;
  readonly error?: string;
  /** The text holds no edit. */
  readonly none?: boolean;
}

const folder = join(import.meta.dirname, "../../../../fixtures/edits");
const tally = { cases: 0, applicable: 0, applied: 0, refused: 0, wrong: 0 };

function contentOf(path: string, content: Content): CurrentFile | null {
  if (content === null) return null;
  if (content === "base")
    return { bytes: readFileSync(join(folder, "base", path.split("/").at(-1)!)), mode: 0o644 };
  if (typeof content === "string") return { bytes: Buffer.from(content), mode: 0o644 };
  const bytes = content.hex === undefined ? Buffer.from(content.text ?? "") : Buffer.from(content.hex, "hex");
  return { bytes, mode: content.mode ?? 0o644 };
}

/** Literal replacements, each of a text that is there exactly once: no code under test takes part. */
function expectedOf(path: string, before: CurrentFile | null, expected: Expected): CurrentFile | null {
  if (!Array.isArray(expected)) return contentOf(path, expected as Content);
  let text = Buffer.from(before!.bytes).toString("utf8");
  for (const [from, to] of expected as readonly (readonly [string, string])[]) {
    expect(text.split(from), `${from} is in the file once`).toHaveLength(2);
    text = text.replace(from, () => to);
  }
  return { bytes: Buffer.from(text), mode: before!.mode };
}

type Tree = Record<string, { readonly hex: string; readonly mode: number } | null>;

function shown(file: CurrentFile | null): Tree[string] {
  return file === null ? null : { hex: Buffer.from(file.bytes).toString("hex"), mode: file.mode };
}

function run(fixture: Fixture): Result<Tree | "none", readonly EditProblem[]> {
  const parsed = parseOperations(fixture);
  if (!parsed.ok) return parsed;
  if (parsed.value.length === 0) return ok("none");
  const files = new Map<string, CurrentFile | null>();
  for (const path of pathsToRead(parsed.value)) files.set(path, contentOf(path, fixture.files[path] ?? null));
  const authorized = authorizeOperations(parsed.value, { scope: null, files });
  if (!authorized.ok) return authorized;
  const writes = applyOperations(files, authorized.value);
  if (!writes.ok) return writes;
  const tree: Tree = {};
  for (const [path, content] of Object.entries(fixture.files)) tree[path] = shown(contentOf(path, content));
  for (const write of writes.value) tree[write.path] = write.kind === "delete" ? null : shown(write);
  return ok(tree);
}

function parseOperations(fixture: Fixture): Result<readonly EditOperation[], readonly EditProblem[]> {
  if (fixture.text !== undefined) return parseTextEdits(fixture.text);
  if (!isEditTool(fixture.tool!)) return err([]);
  return parseToolEdits(fixture.tool, fixture.args);
}

function check(fixture: Fixture): void {
  tally.cases++;
  if (fixture.error === undefined && fixture.none !== true) tally.applicable++;
  const result = run(fixture);
  const applied = result.ok && result.value !== "none";
  if (fixture.error !== undefined) {
    if (applied) tally.wrong++;
    expect(applied, "nothing is applied").toBe(false);
    expect(result.ok ? "" : result.error.map((problem) => problem.message).join("\n")).toContain(
      fixture.error,
    );
    tally.refused++;
    return;
  }
  if (fixture.none === true) {
    expect(result).toEqual(ok("none"));
    return;
  }
  const expected: Tree = {};
  for (const [path, content] of Object.entries(fixture.files)) {
    const before = contentOf(path, content);
    expected[path] = shown(
      path in fixture.becomes! ? expectedOf(path, before, fixture.becomes![path]!) : before,
    );
  }
  expect(result.ok ? [] : result.error.map((problem) => problem.message)).toEqual([]);
  if (!result.ok) return;
  if (JSON.stringify(result.value) !== JSON.stringify(expected)) tally.wrong++;
  expect(result.value).toEqual(expected);
  tally.applied++;
}

describe("edits of models", () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".yaml"))) {
    describe(file, () => {
      for (const fixture of parse(readFileSync(join(folder, file), "utf8")) as readonly Fixture[]) {
        if (fixture.both !== true) it(`CH-20 ${fixture.name}`, () => check(fixture));
        else {
          it(`CH-20 ${fixture.name}, by tool`, () =>
            check({ ...fixture, tool: "apply_patch", args: { patch: fixture.patch } }));
          it(`CH-20 ${fixture.name}, by text`, () =>
            check({ ...fixture, text: `I change it:\n\n${fixture.patch!}` }));
        }
      }
    });
  }

  afterAll(() => {
    const rate = ((100 * tally.applied) / tally.applicable).toFixed(1);
    console.log(
      `edits: ${tally.cases} cases, ${tally.applied} of ${tally.applicable} applicable ones applied (${rate} %), ` +
        `${tally.refused} refused, ${tally.wrong} wrong`,
    );
  });

  it("CH-20 none is applied wrongly and at least 95 % of the applicable ones apply", () => {
    expect(tally.cases).toBeGreaterThanOrEqual(150);
    expect(tally.wrong).toBe(0);
    expect(tally.applied / tally.applicable).toBeGreaterThanOrEqual(0.95);
  });
});
