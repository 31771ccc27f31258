import type { ErrorCode } from "../core/errors";
import type { RunStatus } from "../core/run/run";
import type { WaitingItem } from "../engine/runReports";

/** 0 done; 1 the work failed or a gate refused it; 2 usage or invalid input; 3 resumable; 4 storage busy or read-only. */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

const byError: Partial<Readonly<Record<ErrorCode, ExitCode>>> = {
  "plan.invalid": 2,
  "plan.unknown": 2,
  "plan.unsupportedFormat": 2,
  "plan.tooLarge": 2,
  "run.unknown": 2,
  "task.unknown": 2,
  "review.badHunk": 2,
  "path.outside": 2,
  "path.forbidden": 2,
  "path.secret": 2,
  "model.unknownProvider": 2,
  "usage.invalid": 2,
  "usage.notYet": 2,
  cancelled: 3,
  "store.busy": 4,
  "store.readOnly": 4,
  "store.newer": 4,
};

export function exitCodeOf(code: ErrorCode): ExitCode {
  return byError[code] ?? 1;
}

/**
 * How a run that stopped ends the command. A run that was told to stop after a phase has done what was asked. One that
 * waits is resumable, unless all that is left of it is work that failed and what depends on it.
 */
export function exitCodeOfRun(
  status: RunStatus,
  reason: string | null,
  waiting: readonly Pick<WaitingItem, "kind">[],
): ExitCode {
  if (status === "completed" || (status === "paused" && reason?.startsWith("until ") === true)) return 0;
  if (status === "failed" || status === "cancelled") return 1;
  const failed =
    status === "waiting" &&
    waiting.some(({ kind }) => kind === "failed") &&
    waiting.every(({ kind }) => kind === "failed" || kind === "blocked");
  return failed ? 1 : 3;
}
