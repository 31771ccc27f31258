import { MasterPlanError } from "../errors";
import { reduceAttempt } from "./attemptReducer";
import { LayeredMap } from "./layeredMap";
import type { NodeStatus, PhaseState, Run, RunStatus, TaskState } from "./run";
import { illegal, taskOf, type RunDraft } from "./runDraft";
import type { RunEvent } from "./runEvent";
import { mayMoveRun, mayMoveTask } from "./transitions";

/**
 * The run after one more event. Pure. Throws `run.illegalTransition` for an event that cannot follow, which means
 * that its author decided on stale state.
 */
export function reduceRun(run: Run | null, event: RunEvent): Run {
  return replayRun(run, [event]);
}

/** The run after many events: the same rules, copied once instead of once per event. */
export function replayRun(run: Run | null, events: readonly RunEvent[]): Run {
  let draft = run === null ? null : draftOf(run);
  for (const event of events) {
    if (event.type === "run.queued") {
      if (draft !== null) throw illegal(event, "the run exists already");
      draft = queued(event);
    } else {
      if (draft === null) throw illegal(event, "there is no such run");
      apply(draft, event);
      draft.seq += 1;
    }
  }
  if (draft === null) throw new MasterPlanError("run.unknown", "A run without events has no state");
  return draft;
}

function draftOf(run: Run): RunDraft {
  return {
    ...run,
    tasks: LayeredMap.copyOf(run.tasks),
    phases: LayeredMap.copyOf(run.phases),
    attempts: LayeredMap.copyOf(run.attempts),
    intents: LayeredMap.copyOf(run.intents),
  };
}

function queued(event: Extract<RunEvent, { type: "run.queued" }>): RunDraft {
  const task = (spec: (typeof event.tasks)[number]): TaskState => ({
    task_id: spec.task_id,
    phase_id: spec.phase_id,
    milestone_id: spec.milestone_id,
    status: spec.status,
    reason: null,
    depends_on: spec.depends_on,
    failed_attempts: 0,
    max_attempts: spec.max_attempts,
    attempt_ids: [],
    feedback: [],
    kept: null,
    commit: null,
    history: [],
    subtasks: new Map(spec.subtasks.map((id) => [id, "pending" as const])),
    sign_offs: [],
    waivers: [],
    worked_ms: 0,
  });
  return {
    id: event.run,
    plan_id: event.plan_id,
    version: event.version,
    hash: event.hash,
    approval_id: event.approval_id,
    status: "queued",
    reason: null,
    options: event.options,
    base: null,
    tip: null,
    tasks: LayeredMap.copyOf(new Map(event.tasks.map((spec) => [spec.task_id, task(spec)]))),
    phases: LayeredMap.copyOf(
      new Map(
        event.phases.map((phase) => [
          phase.phase_id,
          { phase_id: phase.phase_id, status: "pending", gate: "none", reason: null, evidence: [] },
        ]),
      ),
    ),
    attempts: LayeredMap.copyOf(new Map()),
    end: null,
    intents: LayeredMap.copyOf(new Map()),
    cost: { usd: 0, tokens: 0, cached: 0, recorded: false },
    created_at: event.at,
    started_at: null,
    ended_at: null,
    seq: 1,
  };
}

function apply(run: RunDraft, event: RunEvent): void {
  switch (event.type) {
    case "run.queued":
      return;
    case "run.started":
      if (run.base !== null) throw illegal(event, "the run has started already");
      // A run that was interrupted before it began is resumed first and begins then.
      if (run.status !== "running") moveRun(run, "running", null, event);
      run.started_at = event.at;
      run.base = event.base;
      run.tip = event.base.head;
      return;
    case "run.paused":
      moveRun(run, "paused", event.reason, event);
      return;
    case "run.resumed":
      // A run that is under way takes new options without having rested.
      if (run.status !== "running") moveRun(run, "running", null, event);
      run.tip = event.tip ?? run.tip;
      run.options = { ...run.options, ...event.options };
      return;
    case "run.running":
      moveRun(run, "running", null, event);
      return;
    case "run.waiting":
      moveRun(
        run,
        "waiting",
        event.waiting.map((one) => (typeof one === "string" ? one : one.text)).join("; "),
        event,
      );
      return;
    case "run.completed":
    case "run.failed":
    case "run.cancelled":
      moveRun(run, event.type.slice(4) as RunStatus, "reason" in event ? event.reason : null, event);
      run.ended_at = event.at;
      return;
    case "phase.started":
      setPhase(run, event.phase_id, { status: "in_progress" }, event);
      return;
    case "phase.gate":
      setPhase(
        run,
        event.phase_id,
        {
          gate: event.state,
          reason: event.reason ?? null,
          ...(event.evidence && { evidence: event.evidence }),
        },
        event,
      );
      return;
    case "phase.completed":
      setPhase(run, event.phase_id, { status: "completed" satisfies NodeStatus }, event);
      return;
    case "run.gate":
      run.end = {
        state: event.state,
        open: event.open ?? run.end?.open ?? [],
        by: event.by,
        at: event.at,
        reason: event.reason ?? null,
        evidence: event.evidence ?? run.end?.evidence ?? [],
      };
      return;
    case "task.status":
      moveTask(run, event);
      return;
    case "subtask.status": {
      const task = taskOf(run, event.task_id, event);
      if (!task.subtasks.has(event.subtask_id))
        throw illegal(event, `task ${event.task_id} has no such subtask`);
      const subtasks = new Map(task.subtasks).set(event.subtask_id, event.status);
      run.tasks.set(task.task_id, { ...task, subtasks });
      return;
    }
    case "intent.opened":
      if (run.intents.get(event.intent.key)?.outcome === "open")
        throw illegal(event, "the intent is open already");
      run.intents.set(event.intent.key, { ...event.intent, opened_at: event.at, outcome: "open" });
      return;
    case "intent.settled": {
      const intent = run.intents.get(event.key);
      if (intent?.outcome !== "open") throw illegal(event, "no open intent has this key");
      run.intents.set(event.key, { ...intent, outcome: event.outcome });
      return;
    }
    case "cost":
      run.cost = {
        usd: run.cost.usd + event.usd,
        tokens: run.cost.tokens + event.tokens,
        cached: run.cost.cached + event.cached,
        recorded: run.cost.recorded || event.recorded,
      };
      addTaskCost(run, event);
      return;
    case "attempt.started":
    case "attempt.feedback":
    case "attempt.finished":
    case "check.finished":
    case "change.proposed":
    case "review.decided":
    case "commit.created":
      reduceAttempt(run, event);
      return;
    case "attempt.step":
    case "review.requested":
    case "failure.analysed":
    case "decision.recorded":
    case "plan.changed":
    case "log":
      return;
  }
}

function moveRun(run: RunDraft, to: RunStatus, reason: string | null, event: RunEvent): void {
  if (!mayMoveRun(run.status, to)) throw illegal(event, `a ${run.status} run cannot become ${to}`);
  run.status = to;
  run.reason = reason;
}

function moveTask(run: RunDraft, event: Extract<RunEvent, { type: "task.status" }>): void {
  const task = taskOf(run, event.task_id, event);
  if (task.status !== event.from)
    throw illegal(event, `task ${event.task_id} is ${task.status}, not ${event.from}`);
  if (!mayMoveTask(event.from, event.to, event.cause)) {
    throw illegal(
      event,
      `task ${event.task_id} cannot go from ${event.from} to ${event.to} by ${event.cause}`,
    );
  }
  run.tasks.set(task.task_id, {
    ...task,
    status: event.to,
    // Journals that are older than the flag mark the reason itself.
    reason: event.reason?.replace(/^final: /u, "") ?? null,
    final: event.to === "failed" && (event.final === true || event.reason?.startsWith("final: ") === true),
    // A person's retry starts a new count; the earlier attempts stay in the history.
    failed_attempts: event.to === "pending" && event.cause === "person" ? 0 : task.failed_attempts,
    history: [...task.history, { from: event.from, to: event.to, at: event.at, cause: event.cause }],
  });
}

/** A call that is about no task of the run counts for the run alone. */
function addTaskCost(run: RunDraft, event: Extract<RunEvent, { type: "cost" }>): void {
  const task = event.task_id === null ? undefined : run.tasks.get(event.task_id);
  if (task === undefined) return;
  const { usd, recorded } = task.cost ?? { usd: 0, recorded: false };
  run.tasks.set(task.task_id, {
    ...task,
    cost: { usd: usd + event.usd, recorded: recorded || event.recorded },
  });
}

function setPhase(run: RunDraft, id: string, change: Partial<PhaseState>, event: RunEvent): void {
  const phase = run.phases.get(id);
  if (phase === undefined) throw illegal(event, `the plan has no phase ${id}`);
  run.phases.set(id, { ...phase, ...change });
}
