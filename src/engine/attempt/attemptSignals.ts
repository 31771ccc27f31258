import { isMasterPlanError, MasterPlanError } from "../../core/errors";

/** The two ways in which an attempt is ended from outside. */
export interface AttemptSignals {
  /** Everything ends at once, a running command too. */
  readonly stop: AbortSignal;
  /**
   * Nothing new begins: commands, checks and installs that run come to their own end and are kept, a model call is
   * dropped. Aborted whenever `stop` is.
   */
  readonly hold: AbortSignal;
}

/** Why a run's work is stopped at once, carried as the signal's reason. */
export function stoppedByPerson(): MasterPlanError {
  return new MasterPlanError("cancelled", "Stopped by a person", { details: { person: true } });
}

export function isStoppedByPerson(signal: AbortSignal): boolean {
  const reason: unknown = signal.reason;
  return signal.aborted && isMasterPlanError(reason, "cancelled") && reason.details["person"] === true;
}

/** Between two steps of an attempt: rejects with `cancelled` when nothing new may begin. */
export function refuseHeld({ hold }: AttemptSignals): void {
  if (hold.aborted) throw new MasterPlanError("cancelled", "The run was paused before the next step");
}
