import { expect, test } from "vitest";
import { createTranslate } from "../../../src/core/translate";
import type { CheckStatus, Evidence } from "../../../src/core/validation/evidence";
import { taskTooltip } from "../../../src/vscode/sidebar/taskTooltip";
import { aTask } from "../../support/builders";
import { taskReport } from "../../support/taskReport";

const english = createTranslate({});

const untouched = taskReport("T-1");

function evidence(check: string, status: CheckStatus, more: Partial<Evidence> = {}): Evidence {
  return { check, layer: "tests", severity: "critical", status, summary: "", duration_ms: 1, ...more };
}

test("WV-39 each result of a check has its own sign and word in the tooltip", () => {
  const statuses: readonly CheckStatus[] = [
    "passed",
    "failed",
    "not_verified",
    "timed_out",
    "not_applicable",
  ];
  const lines = taskTooltip(
    aTask("T-1"),
    { ...untouched, evidence: statuses.map((status) => evidence("test", status, { summary: "as said" })) },
    english,
  ).filter((line) => line.includes("as said"));
  expect(lines).toEqual([
    "✓ test · passed: as said",
    "✗ test · failed: as said",
    "? test · not verified: as said",
    "! test · timed out: as said",
    "– test · not applicable: as said",
  ]);
  expect(new Set(lines.map((line) => line[0])).size).toBe(statuses.length);
});

test("WV-39 each criterion says whether it is proved, signed off or open", () => {
  const task = aTask("T-1", {
    acceptance_criteria: [{ text: "It passes", check: "test" }, "It reads well", "It is fast"],
  });
  const lines = taskTooltip(
    task,
    {
      ...untouched,
      evidence: [evidence("test", "passed")],
      sign_offs: [{ criterion: "It reads well", by: "Ada", at: 1 }],
    },
    english,
  );
  expect(lines).toContain("✓ It passes · proved by test");
  expect(lines).toContain("◆ It reads well · signed off");
  expect(lines).toContain("○ It is fast · open");
});

test("WV-39 the tooltip says attempts, worked time and cost where they are known", () => {
  expect(taskTooltip(aTask("T-1"), untouched, english)[1]).toBe("pending");
  const worked = { ...untouched, status: "in_review", attempts: 2, worked_ms: 3_900_000 } as const;
  expect(taskTooltip(aTask("T-1"), worked, english)[1]).toBe("in review · attempt 2 of 3 · worked 1 h 5 min");
  const cost = { usd: 0.123, recorded: false };
  expect(taskTooltip(aTask("T-1"), { ...worked, worked_ms: 42_000, cost }, english)[1]).toBe(
    "in review · attempt 2 of 3 · worked 42 s · $0.12",
  );
  expect(taskTooltip(aTask("T-1"), { ...untouched, cost: { ...cost, recorded: true } }, english)[1]).toBe(
    "pending · $0.12 (recorded)",
  );
});
