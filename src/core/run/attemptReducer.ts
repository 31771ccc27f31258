import type { Attempt } from "./run";
import type { RunEvent } from "./runEvent";
import { illegal, taskOf, type RunDraft } from "./runDraft";

type AttemptEvent = Extract<
  RunEvent,
  {
    type:
      | "attempt.started"
      | "attempt.feedback"
      | "attempt.finished"
      | "check.finished"
      | "change.proposed"
      | "review.decided"
      | "commit.created";
  }
>;

/** What the events of one attempt do to the run. Only failed validation and time-outs count against the maximum. */
export function reduceAttempt(run: RunDraft, event: AttemptEvent): void {
  const task = taskOf(run, event.task_id, event);
  if (event.type === "attempt.started") {
    if (run.attempts.has(event.attempt_id)) throw illegal(event, "the attempt exists already");
    run.attempts.set(event.attempt_id, {
      id: event.attempt_id,
      task_id: event.task_id,
      number: event.number,
      kind: event.kind,
      base: event.base,
      tip: event.tip,
      worktree: event.worktree,
      ...(event.starts_with !== undefined && { starts_with: event.starts_with }),
      started_at: event.at,
      ended_at: null,
      outcome: null,
      reason: null,
      summary: null,
      change_hash: null,
      change_blob: null,
      hunk_count: 0,
      evidence: [],
    });
    run.tasks.set(task.task_id, { ...task, attempt_ids: [...task.attempt_ids, event.attempt_id] });
    return;
  }
  const attempt = run.attempts.get(event.attempt_id);
  if (attempt === undefined) throw illegal(event, `there is no attempt ${event.attempt_id}`);
  const update = (change: Partial<Attempt>) => run.attempts.set(attempt.id, { ...attempt, ...change });
  switch (event.type) {
    case "attempt.feedback":
      run.tasks.set(task.task_id, {
        ...task,
        feedback: [...task.feedback, { attempt: attempt.number, source: event.source, text: event.text }],
      });
      return;
    case "attempt.finished": {
      if (attempt.outcome !== null) throw illegal(event, `attempt ${attempt.id} has ended already`);
      update({
        ended_at: event.at,
        outcome: event.outcome,
        reason: event.reason ?? null,
        summary: event.summary ?? attempt.summary,
      });
      const counts = event.outcome === "failed" || event.outcome === "timed_out";
      run.tasks.set(task.task_id, {
        ...task,
        failed_attempts: task.failed_attempts + (counts ? 1 : 0),
        worked_ms: task.worked_ms + Math.max(0, event.at - attempt.started_at),
      });
      return;
    }
    case "check.finished": {
      // A check that runs again replaces what it said before; the event log keeps both.
      const others = attempt.evidence.filter((evidence) => evidence.check !== event.evidence.check);
      update({ evidence: [...others, event.evidence] });
      return;
    }
    case "change.proposed":
      update({ change_hash: event.change_hash, change_blob: event.blob, hunk_count: event.hunks });
      return;
    case "review.decided": {
      const stamp = { by: event.by, at: event.at };
      run.tasks.set(task.task_id, {
        ...task,
        kept: event.accepted || event.hunks === null ? null : { attempt_id: attempt.id, hunks: event.hunks },
        waivers: [...task.waivers, ...event.waivers.map((check) => ({ check, ...stamp }))],
        sign_offs: [...task.sign_offs, ...event.sign_offs.map((criterion) => ({ criterion, ...stamp }))],
      });
      return;
    }
    case "commit.created":
      run.tasks.set(task.task_id, { ...task, commit: event.sha });
      run.tip = event.sha;
      return;
  }
}
