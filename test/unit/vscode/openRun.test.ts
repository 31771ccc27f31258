import { expect, test } from "vitest";
import type { Listing, MasterPlan } from "../../../src/engine/masterPlan";
import type { StatusReport, WaitingItem } from "../../../src/engine/runReports";
import { openRun, takeInHand, type HostContext } from "../../../src/vscode/hostContext";
import { contextValues } from "../../../src/vscode/sidebar/contextValues";
import { takeSnapshot } from "../../../src/vscode/sidebar/planSnapshot";
import { aPlan, aTask } from "../../support/builders";

const first = "d_01JDABCDEFGHJKMNPQRSTVWXY1";
const second = "d_01JDABCDEFGHJKMNPQRSTVWXY2";
const run = "r_01JDABCDEFGHJKMNPQRSTVWXYZ";
const review: WaitingItem = { kind: "review", run, plan: first, task: "T-1", text: "Review T-1" };
const approval: WaitingItem = { kind: "approval", run: null, plan: second, text: "Approve Second" };

function statusOf(plan: string, more: Partial<StatusReport>): StatusReport {
  return { plan, run: null, status: "draft", reason: null, tasks: [], waiting: [], ...more } as StatusReport;
}

/** Two plans; the run of the first one waits for a review, or has ended. */
function workspace(inHand: string, runStatus = "waiting", more: Partial<StatusReport> = {}) {
  let current = inHand;
  const ended = runStatus === "completed";
  const ran = statusOf(first, { run, status: runStatus, waiting: ended ? [] : [review], ...more });
  const stands: Readonly<Record<string, StatusReport>> = {
    [first]: ran,
    [run]: ran,
    [second]: statusOf(second, { waiting: [approval] }),
  };
  const masterPlan = {
    list: () =>
      Promise.resolve({
        plans: [first, second].map((id) => ({ id, current_version: 1, title: id })),
        approvals: [],
        runs: [{ id: run, plan_id: first, version: 1, status: runStatus }],
        current,
      } as unknown as Listing),
    planVersion: () => Promise.resolve({ plan: aPlan([aTask("T-1")]) }),
    status: ({ id }: { readonly id: string }) => Promise.resolve(stands[id]),
    setCurrent: ({ id }: { readonly id: string }) => {
      current = id;
      return Promise.resolve();
    },
  } as unknown as MasterPlan;
  const context = {
    roots: { masterPlan: () => Promise.resolve(masterPlan) },
    snapshot: () => takeSnapshot(masterPlan),
    refresh: () => Promise.resolve(),
  } as unknown as HostContext;
  return { masterPlan, context, current: () => current };
}

test("WV-38 what waits in the open run waits whatever plan is in hand", async () => {
  const { masterPlan } = workspace(second);
  const snapshot = await takeSnapshot(masterPlan);
  expect(snapshot?.row.id).toBe(second);
  expect(snapshot?.waiting).toEqual([review, approval]);
  expect(snapshot?.open).toMatchObject({ run, elsewhere: true });
  const own = await takeSnapshot(workspace(first).masterPlan);
  expect(own?.waiting).toEqual([review]);
  expect(own?.open).toMatchObject({ run, elsewhere: false });
});

test("WV-38 pause, resume and cancel are about the open run, approving about the plan in hand", async () => {
  const { masterPlan, context } = workspace(second);
  expect((await openRun(context)).run).toBe(run);
  const values = contextValues(await takeSnapshot(masterPlan), true, true);
  expect(values).toMatchObject({ runOpen: true, runActive: true, waiting: true, planRunOpen: false });
  const ended = workspace(first, "completed");
  await expect(openRun(ended.context)).rejects.toMatchObject({ code: "run.notActive" });
  expect(contextValues(await takeSnapshot(ended.masterPlan), true, true)).toMatchObject({
    runOpen: false,
    runActive: false,
    waiting: false,
    branchOpen: false,
  });
});

test("WV-44 finishing a branch is offered while it is open", async () => {
  const offered = async (more: Partial<StatusReport>) => {
    const { masterPlan } = workspace(first, "completed", more);
    return contextValues(await takeSnapshot(masterPlan), true, true).branchOpen;
  };
  expect(await offered({ branch_open: true })).toBe(true);
  expect(await offered({ branch_open: true, branch_end: "keep" })).toBe(true);
  expect(await offered({ branch_end: "merge" })).toBe(false);
});

test("WV-38 opening what waits puts its plan in hand first", async () => {
  const { context, current } = workspace(second);
  await takeInHand(context, review.plan);
  expect(current()).toBe(first);
});
