import { describe, expect, it } from "vitest";
import { createTranslate } from "../../../../src/core/translate";
import type { PreflightReport } from "../../../../src/core/validation/preflightReport";
import { preflightRows } from "../../../../src/core/validation/preflightText";

const report: PreflightReport = {
  at: 0,
  duration_ms: 1,
  ready: true,
  problems: [],
  findings: [
    { code: "preflight.baseline_failed", message: "told by its check" },
    { code: "preflight.file_missing", message: "The plan changes src/gone.js, which does not exist" },
  ],
  baseline: [
    { name: "test", status: "failed", summary: "1 of 2 tests failed", exit_code: 1, duration_ms: 5 },
  ],
  not_applicable: ["types", "build"],
  tools: [
    { name: "git", version: "2.39.5" },
    { name: "uv", version: null },
  ],
  environment: [{ name: "SHOP_URL", set: false }],
  repository: {
    kind: "repository",
    branch: "main",
    head: "a".repeat(40),
    dirty_files: 2,
    operation: null,
    hooks_skipped: ["pre-commit"],
    signing: true,
  },
  disk_free_bytes: 10 * 2 ** 30,
  containment: "cgroup",
  files_to_modify: [
    { path: "src/a.js", change: "modify", exists: true },
    { path: "src/new.js", change: "add", exists: false },
  ],
  providers: [{ id: "local", label: "Local", healthy: false, message: "No answer from http://localhost:1" }],
};

describe("preflightRows", () => {
  it("PT-4 has a row for everything that was looked at, and says nothing twice", () => {
    expect(preflightRows(report, createTranslate({})).map(({ label, text }) => `${label}: ${text}`)).toEqual([
      "Check test: 1 of 2 tests failed",
      "No check for: types, build",
      "Tools: git 2.39.5, uv not found",
      "Variable SHOP_URL: is not set",
      "Repository: main aaaaaaaaaa; 2 files not committed; hooks that do not run: pre-commit; commits are signed",
      "Disk: 10.0 GB free",
      "Commands: end with everything they start, held by a control group of the kernel",
      "Files: ~src/a.js, +src/new.js",
      "Model: Local: No answer from http://localhost:1",
      "Finding: The plan changes src/gone.js, which does not exist",
    ]);
  });
});
