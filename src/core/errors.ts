/**
 * Stable codes for failures that reach a person or another program. The part before the dot names the organ;
 * `userMessages.ts` and the command line turn a code into a sentence and a next step.
 */
export type ErrorCode =
  | "gate.notApproved"
  | "gate.unknownApproval"
  | "gate.staleApproval"
  | "gate.frozen"
  | "gate.untrusted"
  | "plan.invalid"
  | "plan.unknown"
  | "plan.unsupportedFormat"
  | "plan.tooLarge"
  | "run.unknown"
  | "run.notActive"
  | "run.alreadyActive"
  | "run.illegalTransition"
  | "task.unknown"
  | "review.notOpen"
  | "review.badHunk"
  | "review.notVerified"
  | "review.protectedFile"
  | "review.staleChange"
  | "model.none"
  | "model.unknownProvider"
  | "model.unreachable"
  | "model.unauthorized"
  | "model.rateLimited"
  | "model.quotaExceeded"
  | "model.truncated"
  | "model.refused"
  | "model.badAnswer"
  | "model.contextTooLong"
  | "model.timedOut"
  | "model.notAnApi"
  | "model.notFound"
  | "model.rejected"
  | "model.looped"
  | "model.stepsExceeded"
  | "model.noRecording"
  | "model.budgetExceeded"
  | "git.missing"
  | "git.noIdentity"
  | "git.operationInProgress"
  | "git.nestedRepository"
  | "git.tooLarge"
  | "git.tampered"
  | "git.headMoved"
  | "git.dirtyFile"
  | "git.conflict"
  | "git.failed"
  | "path.outside"
  | "path.forbidden"
  | "path.secret"
  | "edit.notApplicable"
  | "command.notApproved"
  | "command.notFound"
  | "command.timedOut"
  | "store.busy"
  | "store.readOnly"
  | "store.corrupt"
  | "store.newer"
  | "store.full"
  | "store.failed"
  | "usage.invalid"
  | "usage.notYet"
  | "cancelled"
  | "internal";

const brand = Symbol.for("masterplan.error");

/** A failure with a stable code. Bundles are separate, so test with `isMasterPlanError`, never `instanceof`. */
export class MasterPlanError extends Error {
  readonly [brand] = true;
  readonly code: ErrorCode;
  /** What was kept and what to do next, one sentence; shown under the message. */
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      readonly hint?: string;
      readonly cause?: unknown;
      readonly details?: Readonly<Record<string, unknown>>;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "MasterPlanError";
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? {};
  }
}

export function isMasterPlanError(value: unknown, code?: ErrorCode): value is MasterPlanError {
  if (typeof value !== "object" || value === null || !(brand in value)) return false;
  return code === undefined || (value as MasterPlanError).code === code;
}

/** Marks a branch that the types say cannot happen. */
export function assertNever(value: never): never {
  throw new MasterPlanError("internal", `Unexpected value ${JSON.stringify(value)}`);
}
