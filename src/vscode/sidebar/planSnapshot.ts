import { isRunId, type RunId } from "../../core/ids";
import { tasksOf, type Plan, type Task } from "../../core/plan/plan";
import type { Listing, MasterPlan, StatusReport, TaskReport } from "../../engine/masterPlan";
import type { PlanRow } from "../../ports/store";

/** What the sidebar shows of the plan in hand, taken at one moment. */
export interface PlanSnapshot {
  readonly row: PlanRow;
  readonly plan: Plan;
  readonly status: StatusReport;
  readonly run: RunId | null;
  readonly approved: boolean;
  readonly tasks: ReadonlyMap<string, { readonly spec: Task; readonly report: TaskReport }>;
  readonly listing: Listing;
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
  };
}

export function isRunOpen(status: StatusReport): boolean {
  return status.run !== null && ["queued", "running", "waiting", "paused"].includes(status.status);
}
