import type { NewEvent } from "../../core/run/runEvent";
import { heldWorktrees } from "../../core/run/attemptInHands";
import { openAttempts } from "../../core/run/progress";
import type { Intent, Run } from "../../core/run/run";
import { isFinished } from "../../core/run/transitions";
import { knownFailure, unknownOutcome } from "../attempt/commandReceipt";
import type { EngineDeps } from "../engineDeps";
import { pauseRun } from "./pauseRun";
import { RunRecorder } from "./runRecorder";

/**
 * Right after this process became the writer: nobody carries out anything yet, so a run that was under way was cut
 * short. It waits and asks once; a paused, waiting or cancelled run stays what it was. Model calls that were cut off are
 * charged at once, whether or not the run ever goes on.
 */
export async function markInterruptedRuns(deps: EngineDeps): Promise<void> {
  for (const row of deps.store.runs()) {
    if (isFinished(row.status)) continue;
    const recorder = new RunRecorder(deps, row.id);
    const calls = cutCalls(recorder.state());
    if (calls.length > 0) await recorder.append("recovery", calls);
    if (row.status !== "running" && row.status !== "queued") continue;
    await pauseRun({ deps, recorder }, { reason: "interrupted", by: "recovery", canResume: true });
  }
}

/**
 * Settles what was in flight when the process ended, by asking the outside world: a commit that carries the attempt's
 * trailers was landed; a command without a receipt has an unknown outcome and is never repeated by itself; everything
 * else is done again. Worktrees go back, but for those that a person edits. Running it twice changes nothing.
 */
export async function settleOpenWork(deps: EngineDeps, recorder: RunRecorder): Promise<void> {
  const open = [...recorder.state().intents.values()].filter((intent) => intent.outcome === "open");
  for (const intent of open) {
    await recorder.append("recovery", await receiptFor(deps, recorder, intent));
  }
  for (const attempt of openAttempts(recorder.state())) {
    if (attempt.kind === "manual") continue;
    const failure = knownFailure(recorder.state(), attempt);
    if (failure !== null) {
      await recorder.append("recovery", failure);
      continue;
    }
    const status = recorder.state().tasks.get(attempt.task_id)?.status;
    const back: NewEvent[] =
      status === "in_progress" || status === "ready_for_test" || status === "tested"
        ? [
            {
              type: "task.status",
              task_id: attempt.task_id,
              from: status,
              to: "pending",
              cause: "executor",
              by: "recovery",
              reason: "interrupted",
            },
          ]
        : [];
    await recorder.append("recovery", [
      {
        type: "attempt.finished",
        attempt_id: attempt.id,
        task_id: attempt.task_id,
        outcome: "interrupted",
        reason: "interrupted",
      },
      ...back,
    ]);
  }
  const held = heldWorktrees(recorder.state());
  for (const { attempt, path } of await deps.git.listWorktrees()) {
    if (!held.has(path)) await deps.git.releaseWorktree(attempt);
  }
}

async function receiptFor(
  deps: EngineDeps,
  recorder: RunRecorder,
  intent: Intent,
): Promise<readonly NewEvent[]> {
  const { key } = intent;
  switch (intent.kind) {
    case "land":
      return landReceipt(deps, recorder, intent);
    case "command":
      return commandReceipt(recorder, intent);
    case "model_call":
      return cutCall(intent);
    case "worktree":
    case "check":
    case "branch":
      return [{ type: "intent.settled", key, outcome: "failed" }];
  }
}

/** Model calls that nobody waits for any more. */
export function cutCalls(run: Run): readonly NewEvent[] {
  return [...run.intents.values()]
    .filter((intent) => intent.kind === "model_call" && intent.outcome === "open")
    .flatMap(cutCall);
}

/** The answer is lost and may have been paid for: charged is what was reserved. The call's row says so already. */
function cutCall({ key, task_id, spec }: Intent): readonly NewEvent[] {
  const { reserved_usd: usd, reserved_tokens: tokens, model, purpose } = spec;
  return [
    { type: "intent.settled", key, outcome: "unknown" },
    {
      type: "cost",
      task_id,
      purpose: typeof purpose === "string" ? purpose : "unknown",
      model: typeof model === "string" ? model : "unknown",
      usd: typeof usd === "number" ? usd : 0,
      tokens: typeof tokens === "number" ? tokens : 0,
      cached: 0,
      recorded: spec["recorded"] === true,
      estimated: true,
    },
  ];
}

async function landReceipt(
  deps: EngineDeps,
  recorder: RunRecorder,
  intent: Intent,
): Promise<readonly NewEvent[]> {
  const { key, task_id, attempt_id } = intent;
  const branch = recorder.state().base?.run_branch;
  const trailers = intent.spec["trailers"];
  if (branch === undefined || task_id === null || attempt_id === null || !isTrailers(trailers)) {
    return [{ type: "intent.settled", key, outcome: "failed" }];
  }
  const sha = await deps.git.findLanded(branch, trailers);
  if (sha === null) return [{ type: "intent.settled", key, outcome: "failed" }];
  const task = recorder.state().tasks.get(task_id);
  const waiting = await deps.git.settleTree(branch);
  return [
    { type: "intent.settled", key, outcome: "done", result: { sha } },
    {
      type: "commit.created",
      task_id,
      attempt_id,
      sha,
      files: [],
      tree: waiting.length === 0 ? "updated" : "pending",
    },
    ...(task?.status === "in_review"
      ? [
          {
            type: "task.status",
            task_id,
            from: "in_review",
            to: "done",
            cause: "executor",
            by: "recovery",
          } satisfies NewEvent,
        ]
      : []),
  ];
}

function commandReceipt(recorder: RunRecorder, { key, task_id, attempt_id }: Intent): readonly NewEvent[] {
  if (task_id === null || attempt_id === null) return [{ type: "intent.settled", key, outcome: "unknown" }];
  return unknownOutcome(recorder.state(), { attempt_id, task_id }, "recovery");
}

function isTrailers(value: unknown): value is Record<string, string> {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((one) => typeof one === "string")
  );
}
