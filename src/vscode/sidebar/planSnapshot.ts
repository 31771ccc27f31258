import { isRunId, type RunId } from "../../core/ids";
import { tasksOf, type Plan, type Task } from "../../core/plan/plan";
import { isFinished } from "../../core/run/transitions";
import type { Listing, MasterPlan } from "../../engine/masterPlan";
import type { StatusReport, TaskReport, WaitingItem } from "../../engine/runReports";
import type { PlanRow } from "../../ports/storeRows";

/** What the sidebar shows of the plan in hand and of the run that is open, taken at one moment. */
export interface PlanSnapshot {
  readonly row: PlanRow;
  readonly plan: Plan;
  readonly status: StatusReport;
  readonly run: RunId | null;
  readonly approved: boolean;
  readonly tasks: ReadonlyMap<string, { readonly spec: Task; readonly report: TaskReport }>;
  readonly listing: Listing;
  /** The one run of the workspace that has not ended, whichever plan it carries out; null when there is none. */
  readonly open: OpenRun | null;
  /** What waits for a person, most urgent first: in the open run, then of the plan in hand. */
  readonly waiting: readonly WaitingItem[];
}

export interface OpenRun {
  readonly run: RunId;
  readonly status: StatusReport;
  /** The plan in hand is another one. */
  readonly elsewhere: boolean;
}

/** The plan in hand, or the latest one; null when the workspace has none. */
export async function takeSnapshot(masterPlan: MasterPlan): Promise<PlanSnapshot | null> {
  const listing = await masterPlan.list();
  const row = listing.plans.find((plan) => plan.id === listing.current) ?? listing.plans.at(-1);
  if (row === undefined) return null;
  const [{ plan }, status] = await Promise.all([
    masterPlan.planVersion({ id: row.id }),
    masterPlan.status({ id: row.id }),
  ]);
  const open = await openRun(masterPlan, listing, status);
  const reports = new Map(status.tasks.map((task) => [task.task_id, task]));
  const tasks = tasksOf(plan).flatMap(({ task }) => {
    const report = reports.get(task.task_id);
    return report === undefined ? [] : [[task.task_id, { spec: task, report }] as const];
  });
  return {
    row,
    plan,
    status,
    run: status.run !== null && isRunId(status.run) ? status.run : null,
    approved: listing.approvals.some(
      (one) => one.plan_id === row.id && one.voided_at === null && one.version === row.current_version,
    ),
    tasks: new Map(tasks),
    listing,
    open,
    waiting: open?.elsewhere === true ? [...open.status.waiting, ...status.waiting] : status.waiting,
  };
}

/** `own` is how the plan in hand stands. */
async function openRun(masterPlan: MasterPlan, listing: Listing, own: StatusReport): Promise<OpenRun | null> {
  const row = listing.runs.find((run) => !isFinished(run.status));
  if (row === undefined) return null;
  if (own.run === row.id) return { run: row.id, status: own, elsewhere: false };
  return { run: row.id, status: await masterPlan.status({ id: row.id }), elsewhere: true };
}
