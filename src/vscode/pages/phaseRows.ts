import { createHash } from "node:crypto";
import type { ClaimedState, Phase, Plan, Task } from "../../core/plan/plan";
import type { TaskReport } from "../../engine/runReports";
import type { PhaseState, PlanRowState, TaskRow } from "../../protocol/planView";
import { criteriaOf } from "../documents/planText";

/** Plans up to this many tasks travel whole; the phases of larger ones are asked for as they are opened. */
export const inlineTasks = 300;

export interface PlanProgress {
  readonly tasks: ReadonlyMap<string, TaskReport>;
  readonly phases: ReadonlyMap<
    string,
    { readonly status: string; readonly done: number; readonly total: number }
  >;
  readonly claimed: ClaimedState | null;
}

/** The rows of a phase in reading order: each milestone, then its tasks. A lone milestone of the same name is left out. */
export function phaseRows(phase: Phase, progress: PlanProgress): PlanRowState[] {
  const lone = phase.milestones.length === 1 && phase.milestones[0]?.name === phase.name;
  return phase.milestones.flatMap((milestone) => [
    ...(lone
      ? []
      : [
          {
            kind: "milestone" as const,
            id: milestone.milestone_id,
            name: milestone.name,
            description: milestone.description ?? "",
            criteria: criteriaOf(milestone.acceptance_criteria),
          },
        ]),
    ...milestone.tasks.map((task) => taskRow(task, progress)),
  ]);
}

export function phaseStates(plan: Plan, hash: string, progress: PlanProgress): PhaseState[] {
  const total = plan.phases.reduce((sum, phase) => sum + tasksIn(phase).length, 0);
  return plan.phases.map((phase) => phaseState(phase, hash, progress, total <= inlineTasks));
}

function phaseState(phase: Phase, hash: string, progress: PlanProgress, inline: boolean): PhaseState {
  const tasks = tasksIn(phase);
  const standing = progress.phases.get(phase.phase_id);
  const claimed = tasks.filter(({ task_id }) => progress.claimed?.tasks[task_id]?.state === "done").length;
  return {
    id: phase.phase_id,
    name: phase.name,
    goal: phase.goal ?? phase.description ?? "",
    checkpoint: phase.checkpoint?.text ?? "",
    gate: phase.gate ?? "auto",
    status: standing?.status ?? "pending",
    done: standing?.done ?? claimed,
    total: standing?.total ?? tasks.length,
    minutes: minutesOf(phase, tasks),
    stamp: stampOf(tasks, hash, progress),
    rows: inline ? phaseRows(phase, progress) : null,
  };
}

function tasksIn(phase: Phase): Task[] {
  return phase.milestones.flatMap((milestone) => [...milestone.tasks]);
}

function minutesOf(phase: Phase, tasks: readonly Task[]): number | null {
  if (tasks.some((task) => task.estimated_time_minutes !== undefined)) {
    return tasks.reduce((sum, task) => sum + (task.estimated_time_minutes ?? 0), 0);
  }
  return phase.estimated_duration_hours === undefined ? null : phase.estimated_duration_hours * 60;
}

function stampOf(tasks: readonly Task[], hash: string, progress: PlanProgress): string {
  const sum = createHash("sha256").update(hash);
  for (const { task_id } of tasks) {
    const report = progress.tasks.get(task_id);
    if (report === undefined) continue;
    const { status, attempts, reason, commit, worked_ms, subtasks } = report;
    sum.update(JSON.stringify([task_id, status, attempts, reason, commit, worked_ms, subtasks]));
  }
  return sum.digest("hex").slice(0, 16);
}

function taskRow(task: Task, { tasks, claimed }: PlanProgress): TaskRow {
  const report = tasks.get(task.task_id);
  const isClaimed = claimed?.tasks[task.task_id]?.state === "done";
  return {
    kind: "task",
    id: task.task_id,
    title: task.title,
    description: task.description,
    executor: task.executor ?? "agent",
    status: report?.status ?? (isClaimed ? "claimed" : "pending"),
    minutes: task.estimated_time_minutes ?? null,
    criteria: criteriaOf(task.acceptance_criteria),
    writes: task.file_scope?.write ?? task.expected_outputs?.files ?? [],
    commands: task.commands ?? [],
    checks: task.checks ?? [],
    depends_on: task.depends_on,
    subtasks: (task.subtasks ?? []).map((subtask) => ({
      title: subtask.title,
      status: report?.subtasks[subtask.subtask_id] ?? "pending",
    })),
    attempts: report?.attempts ?? 0,
    max_attempts: report?.max_attempts ?? task.max_attempts ?? 3,
    worked_ms: report?.worked_ms ?? 0,
    reason: report?.reason ?? null,
    commit: report?.commit ?? null,
  };
}
