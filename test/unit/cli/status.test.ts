import { describe, expect, it } from "vitest";
import type { TaskReport } from "../../../src/engine/runReports";
import { taskReport } from "../../support/taskReport";
import { aStatus, call, planId, runId } from "./fakes";

function task(over: Partial<TaskReport>): TaskReport {
  return taskReport("T1", { title: "Greet", status: "done", attempts: 1, ...over });
}

async function statusOf(fields: Parameters<typeof aStatus>[0]): Promise<string> {
  return (await call(["status"], { status: () => Promise.resolve(aStatus(fields)) })).out;
}

describe("status", () => {
  it("CL-34 counts skipped tasks beside those that are done", async () => {
    const out = await statusOf({
      progress: { done: 2, claimed: 0, total: 2, percent: 100 },
      tasks: [task({}), task({ task_id: "T2" }), task({ task_id: "T3", status: "skipped" })],
    });
    expect(out).toContain("2 of 2 tasks, 1 skipped  100%");
  });

  it("CL-34 says that a run which waits for nothing any more is ready to be resumed, with the command", async () => {
    const next = "Resume the run: nothing waits for you any more";
    const out = await statusOf({ status: "waiting", waiting: [], next_action: next });
    expect(out).toMatch(/^State +ready to be resumed$/mu);
    expect(out).toContain(`Next: ${next}\n  masterplan resume ${runId}\n`);
    expect(out).not.toMatch(/^State +waiting/mu);
  });

  it("CL-34 names a task once, and the check that can be waived", async () => {
    const evidence = {
      check: "moon_phase",
      layer: "postconditions",
      severity: "critical",
      status: "not_verified",
      summary: "Nothing here can check a predicate of type moon_phase",
      duration_ms: 1,
    } as const;
    const out = await statusOf({
      status: "waiting",
      tasks: [task({ status: "in_review", evidence: [evidence] })],
      waiting: [{ kind: "review", run: runId, plan: planId, task: "T1", text: "Review T1 Greet" }],
      next_action: "Review T1 Greet",
    });
    expect(out).toContain("Waits for you\n  Review T1 Greet\n");
    expect(out).toContain(`masterplan review ${runId} T1 --accept --waive moon_phase\n`);
  });

  it.each([
    [{ status: "in_progress", attempts: 2, failed_attempts: 0 }, "in progress  T1  1/3  Greet"],
    [{ status: "pending", attempts: 1, failed_attempts: 0 }, "pending  T1    Greet"],
    [{ status: "in_progress", attempts: 3, failed_attempts: 1 }, "in progress  T1  2/3  Greet"],
    [{ status: "failed", attempts: 3, failed_attempts: 3 }, "failed  T1  3/3  Greet"],
  ] as const)("CL-34 counts no attempt that was interrupted: %j", async (fields, line) => {
    expect(await statusOf({ tasks: [task(fields)] })).toContain(line);
  });

  it("CL-34 of a run that ended offers every end of its branch", async () => {
    const out = await statusOf({ next_action: "Merge, squash, keep or drop", branch_open: true });
    for (const how of ["merge", "squash", "keep", "drop"])
      expect(out).toContain(`masterplan finish ${runId} ${how}`);
    const kept = await statusOf({ next_action: "It is kept", branch_open: true, branch_end: "keep" });
    expect(kept).toContain(`masterplan finish ${runId} merge`);
    expect(kept).not.toContain(`masterplan finish ${runId} keep`);
  });

  it.each([
    ["merge", "merged"],
    ["squash", "squashed"],
    ["keep", "kept"],
    ["drop", "dropped"],
  ] as const)("CL-34 tells that the branch of a run was brought to its end: %s", async (end, word) => {
    expect(await statusOf({ branch: "masterplan/x", branch_end: end })).toMatch(
      new RegExp(`masterplan/x \\(${word}\\)$`, "mu"),
    );
  });

  it.each([
    ["merge", "abcdef0123456789", "The branch is merged as commit abcdef0123\n"],
    ["squash", "abcdef0123456789", "The branch is merged as the one commit abcdef0123\n"],
    ["keep", null, "The branch is kept\n"],
    ["drop", null, "The branch is removed\n"],
  ])("CL-34 finish %s says what became of the branch", async (how, sha, sentence) => {
    const { out } = await call(["finish", runId, how], { finishBranch: () => Promise.resolve({ sha }) });
    expect(out).toBe(sentence);
  });

  it("CL-3 finish names the ends that there are", async () => {
    const { code, err } = await call(["finish", runId, "bogus"]);
    expect(code).toBe(2);
    expect(err).toContain("bogus is no value for <how>; choose one of merge, squash, keep, drop");
  });
});
