import type { RunEvent } from "../../../core/run/runEvent";
import type { StoreCommit } from "../../../ports/store";

/** Whether the reducer's word is enough: nothing in it needs to be tried out before it is written. */
export function isProved(commit: StoreCommit, knownPlans: ReadonlySet<string>): boolean {
  return commit.changes.every((change) => {
    if (change.kind === "run.event") return change.event.type !== "run.queued";
    return change.kind === "history.add" && knownPlans.has(change.row.plan_id);
  });
}

/** Events whose rows hold nothing but what the reducer has worked out itself, within what the tables allow. */
const plainEvents: ReadonlySet<RunEvent["type"]> = new Set<RunEvent["type"]>([
  "task.status",
  "run.started",
  "run.running",
  "run.waiting",
  "run.paused",
  "run.resumed",
  "phase.started",
  "phase.completed",
  "attempt.step",
  "review.requested",
  "decision.recorded",
  "log",
]);

/** Whether no table can refuse this commit, once the reducer has let it pass. */
export function isPlain(commit: StoreCommit): boolean {
  return (
    typeof commit.actor === "string" &&
    typeof commit.correlation_id === "string" &&
    commit.changes.every(
      (change) =>
        change.kind === "run.event" && plainEvents.has(change.event.type) && Number.isFinite(change.event.at),
    )
  );
}
