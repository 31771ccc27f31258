import { describe, expect, it } from "vitest";
import { applyOperations } from "../../../../../src/core/change/edit/applyOperations";
import {
  authorizeOperations,
  pathsToRead,
  type CurrentFile,
} from "../../../../../src/core/change/edit/authorizeOperations";
import type { EditOperation } from "../../../../../src/core/change/edit/editOperation";
import { hashOperations } from "../../../../../src/core/change/edit/hashOperations";

const text = (content: string): CurrentFile => ({ bytes: new TextEncoder().encode(content), mode: 0o644 });

function write(path: string, content = "x\n"): EditOperation {
  return { kind: "write", path, content, create: false, loose_end: false, executable: false };
}

function authorize(
  operations: readonly EditOperation[],
  files: Readonly<Record<string, CurrentFile | null>> = {},
  more: { scope?: readonly string[]; created?: readonly string[] } = {},
) {
  return authorizeOperations(operations, {
    scope: more.scope ?? null,
    files: new Map(Object.entries(files)),
    created: more.created ?? [],
  });
}

const list: readonly EditOperation[] = [
  write("a.ts"),
  { kind: "replace", path: "b.ts", edits: [{ search: "a", replace: "b" }] },
  {
    kind: "patch",
    path: "c.ts",
    hunks: [
      { anchors: ["f"], line: 3, at_end: false, final_newline: null, lines: [{ kind: "add", text: "x" }] },
    ],
  },
  { kind: "delete", path: "d.ts", lines: ["x"] },
  { kind: "move", path: "e.ts", to: "f.ts" },
];

describe("authorizeOperations", () => {
  it.each(["write", "replace", "patch", "delete", "move"] as const)(
    "CH-22 %s passes the same gate",
    (kind) => {
      const operation = list.find((item) => item.kind === kind)!;
      for (const path of ["../x", "/x", ".git/hooks/x", "a\0", "CON"]) {
        expect(authorize([{ ...operation, path }]).ok).toBe(false);
        if (operation.kind === "move") expect(authorize([{ ...operation, to: path }]).ok).toBe(false);
      }
    },
  );

  it("CH-22 one refused operation refuses all, and each problem names its own", () => {
    const result = authorize([write("ok.ts"), write("../a"), write(".git/x")]);
    expect(result).toMatchObject({
      ok: false,
      error: [
        { operation: 1, code: "path.outside" },
        { operation: 2, code: "path.forbidden" },
      ],
    });
  });

  it("CH-23 protected files and files out of scope are told, both ends of a move too", () => {
    const result = authorize(
      [
        write("src/a.ts"),
        { kind: "move", path: "src/b.ts", to: ".vscode/tasks.json" },
        write("package.json"),
      ],
      {},
      { scope: ["src/**"] },
    );
    expect(result).toMatchObject({
      ok: true,
      value: {
        protected_files: [".vscode/tasks.json", "package.json"],
        out_of_scope: [".vscode/tasks.json", "package.json"],
      },
    });
  });

  it("CH-24 the parts of a repository are found across steps of an attempt", () => {
    expect(authorize([write("x/HEAD")], {}, { created: ["x/objects/a", "x/refs/a"] })).toMatchObject({
      ok: false,
      error: [{ code: "path.forbidden", path: "x" }],
    });
    expect(authorize([write("x/HEAD")]).ok).toBe(true);
  });

  it("CH-24 two spellings of one file are refused across steps", () => {
    expect(authorize([write("Src/a.ts")], {}, { created: ["src/A.ts"] }).ok).toBe(false);
    expect(authorize([write("src/a.ts")], {}, { created: ["src/a.ts"] }).ok).toBe(true);
  });

  it("CH-25 what is applied is what was authorized", () => {
    const result = authorize([write("a.ts")]);
    if (!result.ok) throw new Error("expected to pass");
    expect(result.value.hash).toBe(hashOperations(result.value.operations));
    const changed = { ...result.value, operations: [write("a.ts", "y\n")] };
    expect(() => applyOperations(new Map([["a.ts", null]]), changed)).toThrow(
      "not those that were authorized",
    );
    expect(() => applyOperations(new Map(), result.value)).toThrow("The content of a.ts was not given");
  });

  it("CH-25 the hash covers every field and the order", () => {
    const variants: (readonly EditOperation[])[] = [list, [...list].reverse(), list.slice(1)];
    list.forEach((operation, index) => {
      for (const [field, value] of Object.entries(operation)) {
        if (field === "kind") continue;
        const other = typeof value === "boolean" ? !value : typeof value === "string" ? `${value}x` : [];
        variants.push(list.with(index, { ...operation, [field]: other }));
      }
    });
    const hashes = variants.map(hashOperations);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it("CH-22 pathsToRead names what must be read, without what the gate refuses", () => {
    expect(pathsToRead([...list, write("./a.ts"), write("../x")])).toEqual([
      "a.ts",
      "b.ts",
      "c.ts",
      "d.ts",
      "e.ts",
      "f.ts",
    ]);
  });

  it("CH-26 the result of no change is no write, in any order of paths", () => {
    const files = { "b.ts": text("b\n"), "a.ts": text("a\n") };
    const result = authorize([write("b.ts", "b\n"), write("a.ts", "A\n")], files);
    if (!result.ok) throw new Error("expected to pass");
    const writes = applyOperations(new Map(Object.entries(files)), result.value);
    expect(writes).toMatchObject({ ok: true, value: [{ kind: "write", path: "a.ts", mode: 0o644 }] });
  });
});
