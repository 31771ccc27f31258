import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { protectedPatterns } from "../../../src/core/change/path/protectedFiles";
import { parseWorkspacePath } from "../../../src/core/change/path/workspacePath";
import type { Task } from "../../../src/core/plan/plan";
import { aPlan, aTask } from "../../support/builders";
import { editForms } from "../../support/editForms";
import { recordRow } from "../../support/hostileRows";
import { landsInBulk } from "../../support/landsInBulk";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";

/** A path for each pattern of the list. */
const paths = protectedPatterns.map((pattern) => pattern.replace(/\/\*\*$/u, "/x").replace(/\*/gu, "x"));

/** Spellings that some file system or tool takes for the same file. */
const spellings: readonly (readonly [string, (name: string) => string])[] = [
  ["as it is", (name) => name],
  ["below a folder", (name) => `packages/app/${name}`],
  ["in capitals", (name) => name.toUpperCase()],
  ["with an invisible character", (name) => name.replace(/.$/u, (last) => `\u200c${last}`)],
  ["with a wide letter", (name) => name.replace(/[a-z]/u, wide)],
  ["with a trailing dot", (name) => `${name}.`],
  ["with a stream", (name) => `${name}::$DATA`],
  ["with a dot folder", (name) => `./${name}`],
  ["with a backslash", (name) => `packages\\${name}`],
];

function wide(letter: string): string {
  return String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0);
}

describe("protected files", () => {
  it.each(editForms)("PF-4 land in bulk by no form and in no spelling: $name", (form) => {
    expect(landsInBulk(form, "docs/notes.txt"), "control: an ordinary file lands").not.toEqual([]);
    expect(landsInBulk(form, "docs/notes.txt")).not.toBeNull();
    const landed: string[] = [];
    let proposed = 0;
    for (const name of paths) {
      for (const [, spell] of spellings) {
        const result = landsInBulk(form, spell(name));
        if (result !== null) proposed += 1;
        landed.push(...(result ?? []).filter((one) => one !== "plain.txt" && one !== "elsewhere.txt"));
      }
    }
    const cases = paths.length * spellings.length;
    recordRow({ name: `protected files by ${form.name}`, cases, unreviewed: landed.length });
    expect(landed).toEqual([]);
    // The gate lets most of them be proposed, so it is the review that holds them.
    expect(proposed).toBeGreaterThan(paths.length);
  });

  it("PF-4 every path of the list is one that plain writes create", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "masterplan-protected-"));
    try {
      for (const [number, name] of paths.entries()) {
        const file = path.join(folder, String(number), name);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, "");
        expect(existsSync(file), "control").toBe(true);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

let folder: WorkspaceFolder;

beforeEach(async () => {
  folder = await makeWorkspace({ "package.json": '{"name":"shop","private":true}\n', "seed.txt": "\n" });
});

afterEach(() => folder.dispose());

/** A program that writes each of `names`; what it leaves behind is what it could do. */
function writer(names: readonly string[]): string {
  return `import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
for (const name of ${JSON.stringify(names)}) {
  mkdirSync(dirname(name), { recursive: true });
  writeFileSync(name, /(json|rc|lock|babel)/iu.test(name) ? "{}\\n" : "\\n");
}
`;
}

async function runWith(
  task: Partial<Task>,
  install: readonly (readonly string[])[],
  grants: readonly string[],
) {
  const masterPlan = await folder.open();
  try {
    const plan = aPlan([aTask("T-1", { executor: "command", ...task })]);
    const phases = plan.phases.map((phase) => ({ ...phase, ...(install.length > 0 && { install }) }));
    const { id } = await masterPlan.importPlan({
      text: JSON.stringify({ ...plan, phases }),
      name: "x.masterplan.json",
      format: "masterplan",
    });
    const approval = (await masterPlan.approve({ id, grants })).id;
    const { run } = await masterPlan.run({ approval, review: "accept" });
    await masterPlan.settled({ run });
    const { tasks } = await masterPlan.status({ id: run });
    const blocking = tasks[0]?.evidence.filter(({ status }) => status === "failed") ?? [];
    return { status: tasks[0]?.status ?? null, blocking };
  } finally {
    await masterPlan.dispose();
  }
}

async function landed(head: string): Promise<readonly string[]> {
  const text = await folder.git("diff", "--name-only", "-z", head, "HEAD");
  return text.split("\0").filter(Boolean);
}

/** Names that can all lie in one tree and that git takes. */
const together = paths.filter(
  (name) =>
    parseWorkspacePath(name).ok &&
    !paths.some((other) => other !== name && (name.startsWith(`${other}/`) || other.startsWith(`${name}/`))),
);

describe("protected files that a program writes", () => {
  it("PF-5 do not land by a command whose run accepts by itself, where an ordinary file does", async () => {
    const head = (await folder.git("rev-parse", "HEAD")).trim();
    await folder.write("plain.mjs", writer(["notes.txt"]));
    await folder.write("spoil.mjs", writer(["other.txt", ...together]));
    await folder.git("add", "--all");
    await folder.git("commit", "--quiet", "-m", "Programs");
    expect(await runWith({ commands: [["node", "plain.mjs"]] }, [], [])).toEqual({
      status: "done",
      blocking: [],
    });
    expect(await landed(head), "control").toContain("notes.txt");
    const before = (await folder.git("rev-parse", "HEAD")).trim();
    expect(await runWith({ commands: [["node", "spoil.mjs"]] }, [], [])).toEqual({
      status: "in_review",
      blocking: [],
    });
    const unreviewed = await landed(before);
    recordRow({
      name: "protected files by an approved command",
      cases: together.length,
      unreviewed: unreviewed.length,
    });
    expect(unreviewed).toEqual([]);
    expect(together.length).toBeGreaterThan(250);
  });

  it("PF-5 do not land by an install that the plan names and the approval covers", async () => {
    await folder.write(
      "install.mjs",
      writer(["notes.txt", ...together.filter((name) => name !== "package.json")]),
    );
    await folder.write(
      "add.mjs",
      `import { writeFileSync } from "node:fs";
writeFileSync("package.json", '{"name":"shop","private":true,"dependencies":{"left":"1.0.0"}}\\n');
`,
    );
    await folder.git("add", "--all");
    await folder.git("commit", "--quiet", "-m", "Programs");
    const head = (await folder.git("rev-parse", "HEAD")).trim();
    const task = { commands: [["node", "add.mjs"]] };
    const ended = await runWith(task, [["node", "install.mjs"]], ["protected:package.json"]);
    expect(ended).toEqual({ status: "in_review", blocking: [] });
    const unreviewed = await landed(head);
    recordRow({
      name: "protected files by an approved install",
      cases: together.length - 1,
      unreviewed: unreviewed.length,
    });
    expect(unreviewed).toEqual([]);
  });
});
