/**
 * The event types that leave the engine: `run --json`, the views and the local API. A closed list; the fields beside
 * `type`, `at` and `run` are fixed per type.
 */
export const publicEventTypes = [
  "run.started",
  "run.paused",
  "run.resumed",
  "run.waiting",
  "run.completed",
  "run.failed",
  "run.cancelled",
  "phase.started",
  "phase.gate",
  "phase.completed",
  "task.status",
  "attempt.started",
  "attempt.step",
  "attempt.feedback",
  "check.finished",
  "change.proposed",
  "review.requested",
  "review.decided",
  "commit.created",
  "failure.analysed",
  "cost",
  "plan.changed",
  "log",
] as const;

export type PublicEventType = (typeof publicEventTypes)[number];

export interface PublicEvent {
  readonly type: PublicEventType;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** Run id, or the plan id for events outside a run. */
  readonly run: string;
  readonly [field: string]: unknown;
}
