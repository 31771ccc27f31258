import type { Task } from "../plan/plan";
import { mayRunTogether } from "./footprint";
import type { Run, TaskState } from "./run";
import type { RunPhase } from "./runEvent";
import { isFinished, isSettled, satisfies } from "./transitions";

/** What should happen next; the engine performs it and records the outcome as events. */
export type Step =
  | { readonly kind: "start_phase"; readonly phase_id: string }
  | { readonly kind: "start_task"; readonly task_id: string }
  | { readonly kind: "retry_task"; readonly task_id: string }
  | { readonly kind: "block_task"; readonly task_id: string; readonly reason: string }
  | { readonly kind: "unblock_task"; readonly task_id: string }
  | { readonly kind: "check_phase"; readonly phase_id: string }
  | { readonly kind: "complete_phase"; readonly phase_id: string }
  | { readonly kind: "stop_after_phase"; readonly phase_id: string }
  | { readonly kind: "complete_run" }
  | { readonly kind: "wait" };

export interface ScheduleInput {
  readonly run: Run;
  /** Phases in plan order, with what each waits for. */
  readonly phases: readonly RunPhase[];
  /** Planned tasks by id; the run's map gives their order. */
  readonly specs: ReadonlyMap<string, Task>;
  /** Tasks an attempt is being carried out for right now, manual ones in a person's hands left out. */
  readonly active: ReadonlySet<string>;
}

/**
 * The steps that can be taken now, in plan order; empty while attempts are under way and nothing else can start.
 * `wait` alone means that only a person can move the run on.
 */
export function schedule(input: ScheduleInput): readonly Step[] {
  const { run, phases } = input;
  if (isFinished(run.status) || run.status === "paused") return [];
  const steps: Step[] = [];
  const byPhase = tasksByPhase(run);
  const hands = { free: handOutLimit - inHands(input) };
  let open = 0;
  for (const phase of phases) {
    const state = run.phases.get(phase.phase_id);
    if (state === undefined || state.status === "completed") continue;
    open += 1;
    if (!phase.depends_on.every((id) => run.phases.get(id)?.status === "completed")) continue;
    if (state.status === "pending") {
      steps.push({ kind: "start_phase", phase_id: phase.phase_id });
      continue;
    }
    const own = byPhase.get(phase.phase_id) ?? [];
    steps.push(...settleDependencies(run, own));
    if (own.every((task) => isSettled(task.status) && task.status !== "failed")) {
      if (state.gate === "none") steps.push({ kind: "check_phase", phase_id: phase.phase_id });
      if (state.gate === "go") {
        steps.push({ kind: "complete_phase", phase_id: phase.phase_id });
        if (run.options.until_phase === phase.phase_id)
          steps.push({ kind: "stop_after_phase", phase_id: phase.phase_id });
      }
    }
    steps.push(...startable(input, own, hands));
  }
  if (open === 0) return [{ kind: asksAPerson(run) ? "wait" : "complete_run" }];
  if (steps.length === 0 && input.active.size === 0) return [{ kind: "wait" }];
  return steps;
}

/** The end of the run waits for a person's word, or they said NO-GO. */
function asksAPerson({ end }: Run): boolean {
  return end?.state === "waiting" || end?.state === "no_go";
}

/** Manual tasks that lie in a person's hands at the same time; the next in plan order follows when one is signed off. */
export const handOutLimit = 20;

function inHands({ run, specs }: ScheduleInput): number {
  let count = 0;
  for (const task of run.tasks.values()) {
    if (task.status === "in_progress" && specs.get(task.task_id)?.executor === "manual") count += 1;
  }
  return count;
}

function tasksByPhase(run: Run): ReadonlyMap<string, readonly TaskState[]> {
  const byPhase = new Map<string, TaskState[]>();
  for (const task of run.tasks.values()) {
    const own = byPhase.get(task.phase_id);
    if (own === undefined) byPhase.set(task.phase_id, [task]);
    else own.push(task);
  }
  return byPhase;
}

/** Blocks what depends on work that will not come, frees what can go on again, and retries by rule. */
function settleDependencies(run: Run, tasks: readonly TaskState[]): Step[] {
  return tasks.flatMap((task): Step[] => {
    if (task.status === "failed") {
      return willRetry(task) ? [{ kind: "retry_task", task_id: task.task_id }] : [];
    }
    if (task.status !== "pending" && task.status !== "blocked") return [];
    const hopeless = hopelessDependency(run, task);
    if (hopeless !== null && task.status === "pending") {
      return [{ kind: "block_task", task_id: task.task_id, reason: hopeless }];
    }
    const byDependency = task.status === "blocked" && task.reason?.startsWith("dependency:") === true;
    return hopeless === null && byDependency ? [{ kind: "unblock_task", task_id: task.task_id }] : [];
  });
}

function hopelessDependency(run: Run, task: TaskState): string | null {
  for (const id of task.depends_on) {
    const dependency = run.tasks.get(id);
    if (dependency === undefined || satisfies(dependency.status)) continue;
    const final = dependency.status === "failed" && !willRetry(dependency);
    const dropped = dependency.status === "skipped" || dependency.status === "cancelled";
    if (dropped && isWaived(task)) continue;
    if (final || dropped || dependency.status === "blocked")
      return `dependency: ${id} is ${dependency.status}`;
  }
  return null;
}

function willRetry(task: TaskState): boolean {
  return task.failed_attempts < task.max_attempts && task.final !== true;
}

/** A person let the task go on although something it depends on was skipped. */
function isWaived(task: TaskState): boolean {
  return task.history.some(
    (step) => step.from === "blocked" && step.to === "pending" && step.cause === "person",
  );
}

export function isReady(run: Run, task: TaskState): boolean {
  if (task.status !== "pending") return false;
  return task.depends_on.every((id) => {
    const dependency = run.tasks.get(id);
    return (
      dependency === undefined ||
      satisfies(dependency.status) ||
      (dependency.status === "skipped" && isWaived(task))
    );
  });
}

function startable(input: ScheduleInput, tasks: readonly TaskState[], hands: { free: number }): Step[] {
  const { run, specs, active } = input;
  const running = [...active].flatMap((id) => specs.get(id) ?? []);
  const steps: Step[] = [];
  let machine = active.size;
  for (const task of tasks) {
    if (active.has(task.task_id) || !isReady(run, task)) continue;
    const spec = specs.get(task.task_id);
    if (spec === undefined) continue;
    // A manual task takes no worker: it waits in a person's hands beside whatever runs.
    const manual = spec.executor === "manual";
    if (manual ? hands.free <= 0 : machine >= run.options.concurrency) continue;
    if (!running.every((other) => mayRunTogether(spec, other))) continue;
    steps.push({ kind: "start_task", task_id: task.task_id });
    running.push(spec);
    if (manual) hands.free -= 1;
    else machine += 1;
  }
  return steps;
}
