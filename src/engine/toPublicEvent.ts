import type { RunEvent, RunWaiting } from "../core/run/runEvent";
import type { StoredEvent } from "../ports/storeRows";
import type { PublicEvent, PublicEventType } from "./publicEvent";

/** How loud an entry of the run's log is; log entries say it themselves. */
function levelOf(event: RunEvent): "info" | "warn" | "error" {
  switch (event.type) {
    case "run.failed":
      return "error";
    case "run.paused":
      return event.by === "executor" ? "warn" : "info";
    case "task.status":
      return event.to === "failed" || event.to === "blocked" ? "warn" : "info";
    case "check.finished":
      return event.evidence.status === "failed" || event.evidence.status === "timed_out" ? "warn" : "info";
    default:
      return "info";
  }
}

/** An older journal says only in words what was waited for; most of all it was a review. */
function waitingOf(run: string, one: RunWaiting | string): Readonly<Record<string, unknown>> {
  if (typeof one !== "string") return { ...one, run };
  return { kind: one.startsWith("Review ") ? "review" : "question", run, text: one };
}

/** What leaves the engine for one stored event; null for what only the engine needs. */
export function toPublicEvent(run: string, stored: StoredEvent): PublicEvent | null {
  const { event } = stored;
  const make = (type: PublicEventType, fields: Readonly<Record<string, unknown>>): PublicEvent => ({
    type,
    at: new Date(event.at).toISOString(),
    run,
    level: levelOf(event),
    correlation_id: stored.correlation_id,
    ...fields,
  });
  switch (event.type) {
    case "run.started":
      return make(event.type, { branch: event.base.run_branch, base: event.base.head });
    case "run.paused":
      return make(event.type, { reason: event.reason, can_resume: event.can_resume, by: event.by });
    case "run.resumed":
      return make(event.type, { by: event.by });
    case "run.waiting":
      return make(event.type, { waiting: event.waiting.map((one) => waitingOf(run, one)) });
    case "run.completed":
      return make(event.type, {});
    case "run.failed":
    case "run.cancelled":
      return make(event.type, { reason: event.reason });
    case "phase.started":
    case "phase.completed":
      return make(event.type, { phase: event.phase_id });
    case "phase.gate":
      return make(event.type, {
        phase: event.phase_id,
        state: event.state,
        by: event.by,
        reason: event.reason,
      });
    case "run.gate":
      // The gate of the whole plan: the closed list of types has one kind of gate.
      return make("phase.gate", {
        phase: event.plan_id,
        state: event.state,
        by: event.by,
        reason: event.reason,
        criteria: event.open,
      });
    case "task.status":
      return make(event.type, {
        task: event.task_id,
        from: event.from,
        to: event.to,
        by: event.by,
        // Events of older journals mark the reason instead of the event.
        reason: event.reason?.replace(/^final: /u, ""),
      });
    case "attempt.started":
      return make(event.type, { task: event.task_id, attempt: event.number, kind: event.kind });
    case "attempt.step":
      return make(event.type, { task: event.task_id, tool: event.tool, text: event.text, ok: event.ok });
    case "attempt.feedback":
      return make(event.type, { task: event.task_id, source: event.source, text: event.text });
    case "check.finished": {
      const { check, status, summary, command, exit_code, duration_ms } = event.evidence;
      return make(event.type, {
        task: event.task_id,
        check,
        status,
        summary,
        command,
        exit_code,
        duration_ms,
      });
    }
    case "change.proposed":
      return make(event.type, {
        task: event.task_id,
        // Hunks are numbered through the change: these are what a review may name.
        hunks: Array.from({ length: event.hunks }, (_, index) => index + 1),
        files: event.files,
        change_hash: event.change_hash,
      });
    case "review.requested":
      return make(event.type, { task: event.task_id });
    case "review.decided":
      return make(event.type, {
        task: event.task_id,
        accepted: event.accepted,
        hunks: event.hunks,
        reason: event.reason,
        by: event.by,
      });
    case "commit.created":
      return make(event.type, { task: event.task_id, sha: event.sha, files: event.files, tree: event.tree });
    case "failure.analysed":
      return make(event.type, { task: event.task_id, analysis: event.analysis });
    case "cost":
      return make(event.type, {
        task: event.task_id,
        purpose: event.purpose,
        usd: event.usd,
        tokens: event.tokens,
        cached: event.cached,
        recorded: event.recorded,
        ...(event.estimated === true && { estimated: true }),
      });
    case "plan.changed":
      return make(event.type, { version: event.version });
    case "log":
      return make(event.type, {
        level: event.level,
        message: event.message,
      });
    case "decision.recorded":
      return make("log", {
        level: "info",
        message: event.text,
        task: event.task_id,
        detail: event.detail,
      });
    case "subtask.status":
      return make("attempt.step", {
        task: event.task_id,
        tool: "update_subtask",
        text: `${event.subtask_id}: ${event.status}`,
        ok: true,
      });
    case "run.queued":
    case "run.running":
    case "attempt.finished":
    case "intent.opened":
    case "intent.settled":
      return null;
  }
}
