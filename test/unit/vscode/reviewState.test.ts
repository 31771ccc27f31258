import { expect, test } from "vitest";
import { buildHunks } from "../../../src/core/change/diff/buildHunks";
import type { FileChange } from "../../../src/core/change/changeSet";
import type { ReviewView } from "../../../src/engine/personDecisions";
import { fileHunks, longFileLines, reviewState } from "../../../src/vscode/pages/reviewState";
import { someRun } from "../../support/builders";

function aFile(path: string, before: string, after: string, change: Partial<FileChange> = {}): FileChange {
  return {
    path,
    kind: "modify",
    before: "1",
    after: "2",
    mode_before: "100644",
    mode_after: "100644",
    binary: false,
    out_of_scope: false,
    protected: false,
    hunks: buildHunks(before, after),
    ...change,
  };
}

function aView(files: readonly FileChange[]): ReviewView {
  return {
    run: someRun,
    task_id: "T-1",
    title: "Write",
    attempt: 1,
    max_attempts: 3,
    summary: null,
    change: { hash: "c".repeat(64), files },
    evidence: [
      {
        check: "test",
        layer: "tests",
        severity: "critical",
        status: "passed",
        summary: "ok",
        command: ["npm", "test"],
        output_hash: "0123456789abcdef",
        duration_ms: 3,
        counts: { total: 2, passed: 2, failed: 0, skipped: 0 },
      },
    ],
    criteria: [],
    feedback: [],
    recorded: true,
    needs_waiver: [],
  };
}

test("a change becomes files with counts, modes and marked words", () => {
  const state = reviewState(
    aView([
      aFile("a.md", "one two three\n", "one 2 three\n"),
      aFile("run.sh", "", "", { kind: "mode", mode_after: "100755" }),
    ]),
    4,
  );
  expect(state).toMatchObject({
    kind: "open",
    revision: 4,
    recorded: true,
    summary: "",
    change_hash: "c".repeat(64),
  });
  expect(state.files.map(({ path, added, removed, mode }) => [path, added, removed, mode])).toEqual([
    ["a.md", 1, 1, null],
    ["run.sh", 0, 0, "100644 → 100755"],
  ]);
  expect(state.files[0]?.hunks?.[0]?.lines).toEqual([
    { kind: "remove", text: "one two three", marks: [[4, 7]] },
    { kind: "add", text: "one 2 three", marks: [[4, 5]] },
  ]);
  expect(state.evidence).toEqual([
    {
      check: "test",
      layer: "tests",
      status: "passed",
      summary: "ok",
      command: "npm test",
      duration_ms: 3,
      passed: 2,
      total: 2,
      output: "0123456789ab",
    },
  ]);
});

test("WV-28 a long file travels without its lines, with every hunk number, and is complete when asked for", () => {
  const after = Array.from({ length: longFileLines + 1 }, (_, index) => `line ${String(index)}\n`).join("");
  const view = aView([aFile("long.ts", "", after, { kind: "add", before: null, mode_before: null })]);
  const [file] = reviewState(view, 1).files;
  expect(file).toMatchObject({ hunks: null, hunk_numbers: [1], added: longFileLines + 1 });
  expect(fileHunks(view.change, 0)[0]?.lines).toHaveLength(longFileLines + 1);
  expect(fileHunks(view.change, 7)).toEqual([]);
});
