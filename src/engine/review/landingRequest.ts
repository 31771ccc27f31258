import type { Task } from "../../core/plan/plan";
import type { Attempt } from "../../core/run/run";
import type { NewEvent } from "../../core/run/runEvent";
import type { ChangeRecord } from "./changeRecord";

/** What a person, or the run's own review mode, lets land. */
export interface LandingRequest {
  readonly task: Task;
  readonly attempt: Attempt;
  readonly record: ChangeRecord;
  /** Accepted hunks; null for all. */
  readonly hunks: readonly number[] | null;
  /** Checks a person let pass for this task. */
  readonly waived: readonly string[];
  /** Events that become durable together with the commit: the review's decision and the task's last step. */
  readonly events: readonly NewEvent[];
  readonly actor: string;
}
