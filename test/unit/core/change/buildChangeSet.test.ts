import { createHash } from "node:crypto";
import { createTwoFilesPatch } from "diff";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildChangeSet, type ChangedFile } from "../../../../src/core/change/buildChangeSet";
import { buildHunks } from "../../../../src/core/change/diff/buildHunks";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function file(
  path: string,
  before: string | null,
  after: string | null,
  modes: readonly [string | null, string | null] = ["100644", "100644"],
): ChangedFile {
  return {
    path,
    before: before === null ? null : encode(before),
    after: after === null ? null : encode(after),
    mode_before: modes[0],
    mode_after: modes[1],
  };
}

describe("buildChangeSet", () => {
  const change = [
    file("src/b.ts", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n", "one\n2\n3\n4\n5\n6\n7\n8\n9\nten\n"),
    file("package.json", "{}\n", '{"a":1}\n'),
    file("a/new.ts", null, "a\n"),
    file("src/gone.ts", "x\n", null),
    file("src/same.ts", "x\n", "x\n"),
    file("src/run.sh", "x\n", "x\n", ["100644", "100755"]),
  ];

  it("CH-7 files are sorted by path, hunks numbered through, what does not differ is left out", () => {
    const set = buildChangeSet(change, { scope: ["src/**"] });
    expect(set.files.map((item) => [item.path, item.kind, item.hunks.map((hunk) => hunk.number)])).toEqual([
      ["a/new.ts", "add", [1]],
      ["package.json", "modify", [2]],
      ["src/b.ts", "modify", [3, 4]],
      ["src/gone.ts", "delete", [5]],
      ["src/run.sh", "mode", [6]],
    ]);
  });

  it("CH-8 scope and protection are marked per file", () => {
    const set = buildChangeSet(change, { scope: ["src/**", "package.json"] });
    expect(set.files.map((item) => [item.path, item.out_of_scope, item.protected])).toEqual([
      ["a/new.ts", true, false],
      ["package.json", false, true],
      ["src/b.ts", false, false],
      ["src/gone.ts", false, false],
      ["src/run.sh", false, false],
    ]);
  });

  it.each([
    [["src"], "src/a/b.ts", true],
    [["src/"], "src/a/b.ts", true],
    [["./src/**"], "src/a.ts", true],
    [["src/*.ts"], "src/a/b.ts", false],
    [["**/*.{ts,tsx}"], "src/.hidden/b.tsx", true],
    [["src/app/[id]/page.tsx"], "src/app/[id]/page.tsx", true],
    [["srcs"], "src/a.ts", false],
    [["src/a"], "src/a.ts", false],
    [["!src/**"], "other/a.ts", false],
    [[], "anything", true],
    [null, "anything", true],
  ] as const)("CH-8 scope %j holds %s: %s", (scope, path, inside) => {
    const set = buildChangeSet([file(path, "a\n", "b\n")], { scope });
    expect(set.files[0]?.out_of_scope).toBe(!inside);
  });

  it("CH-9 the hash depends on paths, modes and contents, and on nothing else", () => {
    const hash = buildChangeSet(change, { scope: null }).hash;
    expect(hash).toMatch(/^[0-9a-f]{64}$/u);
    expect(buildChangeSet([...change].reverse(), { scope: ["x"] }).hash).toBe(hash);
    const others = [
      change.slice(1),
      [
        ...change.slice(1),
        file("src/b.ts", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n", "one\n2\n3\n4\n5\n6\n7\n8\n9\nTEN\n"),
      ],
      [...change.slice(1), { ...change[0]!, mode_after: "100755" }],
      [...change.slice(1), { ...change[0]!, path: "src/c.ts" }],
      [...change.slice(1), { ...change[0]!, before: encode("other\n") }],
    ];
    for (const other of others) expect(buildChangeSet(other, { scope: null }).hash).not.toBe(hash);
  });

  it("CH-9 blob ids are git's", () => {
    const id = createHash("sha1").update("blob 2\0a\n").digest("hex");
    expect(buildChangeSet([file("a", null, "a\n")], { scope: null }).files[0]).toMatchObject({
      before: null,
      after: id,
    });
  });

  it("CH-8 links and submodules are protected and taken whole", () => {
    const set = buildChangeSet(
      [file("link", null, "../outside", [null, "120000"]), file("t", "a\n", "b", ["100644", "120000"])],
      { scope: null },
    );
    expect(set.files).toMatchObject([
      { protected: true, binary: true, hunks: [{ lines: [] }] },
      { protected: true, binary: true, hunks: [{ lines: [] }] },
    ]);
  });

  it("CH-5 an empty file that comes or goes has a hunk", () => {
    expect(buildChangeSet([file("a", null, "")], { scope: null }).files[0]?.hunks).toHaveLength(1);
    expect(buildChangeSet([file("a", "", null)], { scope: null }).files[0]?.hunks).toHaveLength(1);
  });
});

describe("buildHunks", () => {
  const text = fc
    .tuple(fc.array(fc.constantFrom("a", "b", "c", "d", "", "}"), { maxLength: 60 }), fc.boolean())
    .map(([lines, ends]) => lines.join("\n") + (ends && lines.length > 0 ? "\n" : ""));

  /** The hunks as a unified diff, read back by an independent implementation. */
  it("CH-10 hunks are a valid unified diff with three lines of context", async () => {
    const { applyPatch } = await import("diff");
    fc.assert(
      fc.property(text, text, (before, after) => {
        const body = buildHunks(before, after).map((hunk) => {
          const header = `@@ -${hunk.before_start},${hunk.before_lines} +${hunk.after_start},${hunk.after_lines} @@`;
          const lines = hunk.lines.flatMap((line) => [
            { context: " ", remove: "-", add: "+" }[line.kind] + line.text,
            ...(line.no_newline === true ? ["\\ No newline at end of file"] : []),
          ]);
          return [header, ...lines].join("\n");
        });
        if (body.length === 0) {
          expect(before).toBe(after);
          return;
        }
        const patch = `--- a\n+++ b\n${body.join("\n")}\n`;
        expect(applyPatch(before, patch, { fuzzFactor: 0 })).toBe(after);
      }),
      { numRuns: 1000 },
    );
  });

  it("CH-10 small changes have the hunks that jsdiff has", () => {
    const before = Array.from({ length: 100 }, (_, index) => `line ${index}\n`).join("");
    const after = before
      .replace("line 10\n", "ten\n")
      .replace("line 50\n", "")
      .replace("line 57\n", "line 57\nmore\n");
    const expected = createTwoFilesPatch("a", "b", before, after, undefined, undefined, { context: 3 });
    const headers = [...expected.matchAll(/^@@.*$/gmu)].map((match) => match[0]);
    expect(
      buildHunks(before, after).map(
        (hunk) => `@@ -${hunk.before_start},${hunk.before_lines} +${hunk.after_start},${hunk.after_lines} @@`,
      ),
    ).toEqual(headers);
  });
});

describe("diffTexts", () => {
  it("CH-1 a large text has the hunks of its changes, wherever they are", () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `line ${index % 900} ${index}\n`);
    const changed = lines.map((line, index) =>
      [0, 700, 701, 2500, 4999].includes(index) ? "changed\n" : line,
    );
    changed.splice(3000, 120);
    changed.splice(1500, 0, ...Array.from({ length: 200 }, (_, index) => `new ${index}\n`));
    const hunks = buildHunks(lines.join(""), changed.join(""));
    expect(hunks.map((hunk) => [hunk.before_start, hunk.before_lines, hunk.after_lines])).toEqual([
      [1, 4, 4],
      [698, 8, 8],
      [1498, 6, 206],
      [2498, 7, 7],
      [2998, 126, 6],
      [4997, 4, 4],
    ]);
  });

  it("CH-1 a large text that only grows or shrinks at its ends has one hunk", () => {
    const text = Array.from({ length: 3000 }, (_, index) => `line ${index}\n`).join("");
    expect(buildHunks(text, `${text}more\n`)).toHaveLength(1);
    expect(buildHunks(`${text}no newline`, text)).toHaveLength(1);
    expect(buildHunks(text, `first\n${text}`)).toHaveLength(1);
    expect(buildHunks(text, "")).toHaveLength(1);
    expect(buildHunks(text, text)).toEqual([]);
  });
});
