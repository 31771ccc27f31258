import type { NewEvent } from "../../core/run/runEvent";
import { sameBytes } from "../../core/change/text/sameBytes";
import type { AttemptId } from "../../core/ids";
import type { JsonObject } from "../../core/json";
import type { Attempt, Run, TaskState } from "../../core/run/run";
import type { Translate } from "../../core/translate";
import type { Evidence } from "../../core/validation/evidence";
import { keepChange, loadChange, type ChangeRecord } from "../review/changeRecord";
import { filesWithHunks } from "./keptHunks";
import type { OpenAttempt, WorkOutcome } from "./openAttempt";
import type { RunContext } from "../run/runContext";

/** What the commands of an attempt did, kept with the receipt itself, so that no interruption makes them run again. */
interface CommandReceipt {
  readonly summary: string;
  readonly evidence: readonly Evidence[];
  readonly change: string;
  readonly change_hash: string;
}

export function commandKey(attempt: AttemptId): string {
  return `command:${attempt}`;
}

/** The receipt of commands that all passed. */
export async function receiptOf(
  context: RunContext,
  attempt: OpenAttempt,
  work: Pick<WorkOutcome, "summary" | "evidence">,
): Promise<JsonObject> {
  const { deps } = context;
  const raw = await deps.git.changes(attempt.worktree);
  const { record, blob } = await keepChange(deps, raw, attempt.task.file_scope?.write ?? null);
  const receipt: CommandReceipt = { ...work, change: blob, change_hash: record.change.hash };
  return receipt as unknown as JsonObject;
}

/**
 * Takes up what the commands of an earlier attempt did when that attempt was only interrupted afterwards: its files are
 * put in place and its results count. Null when there is none, so the commands have to run. Where one of its files is
 * no longer what it was, the attempt fails and a person looks: neither overwriting nor repeating is safe.
 */
export async function takeUpReceipt(context: RunContext, attempt: OpenAttempt): Promise<WorkOutcome | null> {
  const { deps, recorder } = context;
  const earlier = interruptedAfterCommands(recorder.state(), attempt);
  if (earlier === null) return null;
  const settled = deps.store
    .events(recorder.run)
    .find(({ event }) => event.type === "intent.settled" && event.key === commandKey(earlier.id));
  const receipt = settled?.event.type === "intent.settled" ? settled.event.result : undefined;
  if (receipt === undefined) return null;
  const { summary, evidence, change, change_hash } = receipt as unknown as CommandReceipt;
  const record = await loadChange(deps, { ...earlier, change_blob: change, change_hash });
  const changed = await changedMeanwhile(attempt, record);
  if (changed !== null) {
    const why = deps.environment.translate("{0} was changed after the commands had run", changed);
    return { summary: "", evidence: [], failure: `unknown outcome: ${why}`, final: true };
  }
  await attempt.files.apply(filesWithHunks(record, null));
  const ids = { attempt_id: attempt.id, task_id: attempt.task.task_id };
  await recorder.append("executor", [
    {
      type: "attempt.step",
      ...ids,
      tool: "command",
      text: `kept what attempt ${earlier.number} did; nothing was run again`,
      ok: true,
    },
    ...evidence.map((one): NewEvent => ({ type: "check.finished", ...ids, evidence: one })),
  ]);
  return { summary, evidence, failure: null };
}

async function changedMeanwhile({ files }: OpenAttempt, { raw }: ChangeRecord): Promise<string | null> {
  for (const { path, before, after } of raw) {
    const now = (await files.read(path))?.bytes ?? null;
    if (!sameBytes(now, before) && !sameBytes(now, after)) return path;
  }
  return null;
}

/** Only interruptions lie between: after a failure, or a person's word for another try, the commands run again. */
function interruptedAfterCommands(run: Run, attempt: OpenAttempt): Attempt | null {
  const before = attempt.state.attempt_ids.filter((id) => id !== attempt.id).reverse();
  for (const id of before) {
    const earlier = run.attempts.get(id);
    if (earlier?.outcome !== "interrupted") return null;
    const outcome = run.intents.get(commandKey(id))?.outcome;
    if (outcome === "done") return earlier;
    if (outcome !== undefined) return null;
  }
  return null;
}

/**
 * Commands that were cut off while they ran: whether they took effect is unknown, so they are never repeated by
 * themselves; a person looks and decides.
 */
export function unknownOutcome(
  run: Run,
  ids: { readonly attempt_id: AttemptId; readonly task_id: string },
  by: "recovery" | "executor",
): readonly NewEvent[] {
  const reason = "unknown outcome: the process ended while a command was running";
  return [
    { type: "intent.settled", key: commandKey(ids.attempt_id), outcome: "unknown" },
    ...(run.attempts.get(ids.attempt_id)?.outcome === null
      ? [{ type: "attempt.finished", ...ids, outcome: "interrupted", reason } satisfies NewEvent]
      : []),
    ...(run.tasks.get(ids.task_id)?.status === "in_progress"
      ? [
          {
            type: "task.status",
            task_id: ids.task_id,
            from: "in_progress",
            to: "failed",
            cause: "executor",
            by,
            reason,
            final: true,
          } satisfies NewEvent,
        ]
      : []),
  ];
}

/**
 * Commands that a person stopped while they ran. The task has not failed: it waits for the person, who looks at what was
 * done until then and has it tried again, or leaves it out.
 */
export function stoppedCommand(
  { id, task }: OpenAttempt,
  text: string,
  translate: Translate,
): readonly NewEvent[] {
  const ids = { attempt_id: id, task_id: task.task_id };
  const reason = translate("stopped by you while it ran: {0}", text);
  const moved = { type: "task.status", task_id: task.task_id, reason } as const;
  return [
    { type: "attempt.step", ...ids, tool: "command", text, ok: false },
    { type: "intent.settled", key: commandKey(id), outcome: "unknown" },
    { type: "attempt.finished", ...ids, outcome: "interrupted", reason },
    { ...moved, from: "in_progress", to: "pending", cause: "executor", by: "executor" },
    { ...moved, from: "pending", to: "blocked", cause: "scheduler", by: "scheduler" },
  ];
}

/** Whether the task waits because a person stopped its command, and nobody has looked yet. */
export function waitsAfterStop(run: Run, task: TaskState): boolean {
  const last = task.attempt_ids.at(-1);
  return (
    task.status === "blocked" &&
    last !== undefined &&
    run.intents.get(commandKey(last))?.outcome === "unknown"
  );
}

/** Commands that are known to have failed, in an attempt that ended before this was said: it counts as any failure. */
export function knownFailure(run: Run, attempt: Attempt): readonly NewEvent[] | null {
  if (run.intents.get(commandKey(attempt.id))?.outcome !== "failed") return null;
  if (run.tasks.get(attempt.task_id)?.status !== "in_progress") return null;
  const ids = { attempt_id: attempt.id, task_id: attempt.task_id };
  const broken = attempt.evidence.find((one) => one.status !== "passed");
  const reason = broken === undefined ? "a command failed" : `${broken.check}: ${broken.summary}`;
  return [
    { type: "attempt.feedback", ...ids, source: "validation", text: reason },
    { type: "attempt.finished", ...ids, outcome: "failed", reason },
    {
      type: "task.status",
      task_id: attempt.task_id,
      from: "in_progress",
      to: "failed",
      cause: "executor",
      by: "recovery",
      reason,
      ...(broken?.status === "not_verified" && { final: true }),
    },
  ];
}
