import type { NewEvent } from "../../core/run/runEvent";
import { progressOf } from "../../core/run/progress";
import type { Run } from "../../core/run/run";
import type { Store, StoreChange } from "../../ports/store";
import { planFigures } from "./planFigures";

/** The figures of a plan's run, for the commit that ends it, however it ends. `after` is the run with the events in it. */
export function metricsOf(
  store: Pick<Store, "plan" | "version">,
  after: Run,
  events: readonly NewEvent[],
  at: number,
): readonly StoreChange[] {
  const ended = events.some(
    ({ type }) => type === "run.completed" || type === "run.failed" || type === "run.cancelled",
  );
  if (!ended) return [];
  const attempts = [...after.attempts.values()];
  const tasks = [...after.tasks.values()];
  const version = store.version(after.plan_id, after.version);
  const latest = store.plan(after.plan_id)?.current_version ?? after.version;
  return [
    {
      kind: "metrics.put",
      row: {
        plan_id: after.plan_id,
        run_id: after.id,
        at,
        metrics: {
          ...progressOf(tasks, { cancelledCount: after.status === "cancelled" }),
          status: after.status,
          attempts: attempts.length,
          failed_attempts: attempts.filter((attempt) => attempt.outcome === "failed").length,
          failed_tasks: tasks.filter((task) => task.status === "failed").length,
          worked_ms: tasks.reduce((sum, task) => sum + task.worked_ms, 0),
          elapsed_ms: at - after.created_at,
          usd: after.cost.usd,
          tokens: after.cost.tokens,
          cached: after.cost.cached,
          ...(version !== null && planFigures(version.plan, latest, after)),
        },
      },
    },
  ];
}
