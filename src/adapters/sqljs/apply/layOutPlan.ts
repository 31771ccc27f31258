import type { PlanId } from "../../../core/ids";
import type { ClaimedState, Milestone, Phase, Plan, Task } from "../../../core/plan/plan";
import { json, type SqlDatabase } from "../sqlDatabase";

/** Rows of this many tasks are a few milliseconds of work. */
const tasksPerStep = 50;

/** Takes the rows of a plan's structure away, some at a time. */
export function* clear(database: SqlDatabase, id: PlanId): Generator<void, void> {
  for (;;) {
    const gone = database.change(
      `DELETE FROM masterplan_tasks WHERE rowid IN
         (SELECT rowid FROM masterplan_tasks WHERE masterplan_id = ? LIMIT ${2 * tasksPerStep})`,
      [id],
    );
    if (gone === 0) break;
    yield;
  }
  database.run("DELETE FROM masterplan_phases WHERE masterplan_id = ?", [id]);
}

/** Writes phases, milestones, tasks and what belongs to them, some at a time. */
export function* layOut(
  database: SqlDatabase,
  id: PlanId,
  plan: Plan,
  claimed: ClaimedState | null,
  at: number,
): Generator<void, void> {
  const tasks = plan.phases.flatMap((phase) => phase.milestones.flatMap((milestone) => milestone.tasks));
  const blocks = new Map<string, string[]>();
  for (const task of tasks) {
    for (const on of new Set(task.depends_on)) blocks.set(on, [...(blocks.get(on) ?? []), task.task_id]);
  }
  const known = new Set(tasks.map((task) => task.task_id));
  const isClaimed = (task: string): boolean => claimed?.tasks[task]?.state === "done";
  let position = 0;
  for (const [order, phase] of plan.phases.entries()) {
    putPhase(
      database,
      id,
      phase,
      order + 1,
      at,
      phase.milestones.flatMap((milestone) => milestone.tasks),
      isClaimed,
    );
    for (const [place, milestone] of phase.milestones.entries()) {
      putMilestone(database, id, phase, milestone, place + 1, at, isClaimed);
      for (const task of milestone.tasks) {
        const dependencies = [...new Set(task.depends_on)].filter((on) => known.has(on));
        const waiting = dependencies.filter((on) => !isClaimed(on)).length;
        position += 1;
        putTask(database, id, milestone, task, {
          position,
          waiting,
          at,
          claimed: isClaimed(task.task_id),
          blocks: blocks.get(task.task_id) ?? [],
        });
        for (const on of dependencies) {
          database.run(
            "INSERT INTO masterplan_task_dependencies (masterplan_id, depends_on, task_id) VALUES (?, ?, ?)",
            [id, on, task.task_id],
          );
        }
        if (position % tasksPerStep === 0) yield;
      }
    }
  }
}

function putPhase(
  database: SqlDatabase,
  id: PlanId,
  phase: Phase,
  order: number,
  at: number,
  tasks: readonly Task[],
  isClaimed: (task: string) => boolean,
): void {
  database.run(
    `INSERT INTO masterplan_phases (masterplan_id, phase_id, name, description, order_number, c_total, c_finished,
       estimated_duration_hours, depends_on_phases, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      id,
      phase.phase_id,
      phase.name,
      phase.description ?? phase.goal ?? "",
      order,
      tasks.length,
      tasks.filter((task) => isClaimed(task.task_id)).length,
      phase.estimated_duration_hours ?? null,
      json(phase.depends_on_phases ?? []),
      at,
    ],
  );
}

function putMilestone(
  database: SqlDatabase,
  id: PlanId,
  phase: Phase,
  milestone: Milestone,
  order: number,
  at: number,
  isClaimed: (task: string) => boolean,
): void {
  database.run(
    `INSERT INTO masterplan_milestones (masterplan_id, milestone_id, phase_id, name, description, order_number, c_total,
       c_finished, acceptance_criteria, estimated_duration_hours, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      id,
      milestone.milestone_id,
      phase.phase_id,
      milestone.name,
      milestone.description ?? "",
      order,
      milestone.tasks.length,
      milestone.tasks.filter((task) => isClaimed(task.task_id)).length,
      json(milestone.acceptance_criteria ?? []),
      milestone.estimated_duration_hours ?? null,
      at,
    ],
  );
}

function putTask(
  database: SqlDatabase,
  id: PlanId,
  milestone: Milestone,
  task: Task,
  place: {
    readonly position: number;
    readonly waiting: number;
    readonly at: number;
    readonly claimed: boolean;
    readonly blocks: readonly string[];
  },
): void {
  database.run(
    `INSERT INTO masterplan_tasks (masterplan_id, task_id, milestone_id, title, description, task_type, priority,
       complexity, estimated_time_minutes, story_points, acceptance_criteria, labels, depends_on, blocks, assigned_agent,
       status, max_attempts, waiting_on, position, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      id,
      task.task_id,
      milestone.milestone_id,
      task.title,
      task.description,
      task.task_type,
      task.priority ?? null,
      task.complexity ?? null,
      task.estimated_time_minutes ?? null,
      task.story_points ?? null,
      json(task.acceptance_criteria ?? []),
      json(task.labels ?? []),
      json(task.depends_on),
      json(place.blocks),
      task.assigned_agent ?? null,
      place.claimed ? "claimed" : "pending",
      task.max_attempts ?? 3,
      place.waiting,
      place.position,
      place.at,
    ],
  );
  for (const label of new Set(task.labels ?? [])) {
    database.run("INSERT INTO masterplan_task_labels (masterplan_id, task_id, label) VALUES (?, ?, ?)", [
      id,
      task.task_id,
      label,
    ]);
  }
  for (const subtask of task.subtasks ?? []) {
    database.run(
      `INSERT INTO masterplan_subtasks (masterplan_id, subtask_id, task_id, title, description, estimated_minutes,
         created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      [
        id,
        subtask.subtask_id,
        task.task_id,
        subtask.title,
        subtask.description ?? null,
        subtask.estimated_minutes ?? null,
        place.at,
      ],
    );
  }
}
