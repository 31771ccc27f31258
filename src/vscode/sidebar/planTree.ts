import * as vscode from "vscode";
import type { Milestone, Phase, Subtask, Task } from "../../core/plan/plan";
import type { TaskStatus } from "../../core/run/run";
import type { Translate } from "../../core/translate";
import type { TaskReport } from "../../engine/runReports";
import type { PlanSnapshot } from "./planSnapshot";
import { changedTasks } from "./planTreeChanges";
import { milestoneItem, phaseItem, subtaskItem, taskItem } from "./planTreeItem";

export type PlanNode =
  | { readonly kind: "phase"; readonly phase: Phase; readonly index: number }
  | { readonly kind: "milestone"; readonly phase: Phase; readonly milestone: Milestone }
  | { readonly kind: "task"; readonly task: string }
  | { readonly kind: "subtask"; readonly task: string; readonly subtask: Subtask };

/** Phases, milestones, tasks and subtasks of the plan in hand; a projection of one snapshot, with stable ids. */
export class PlanTree implements vscode.TreeDataProvider<PlanNode> {
  readonly #changed = new vscode.EventEmitter<PlanNode | PlanNode[] | undefined>();
  readonly #translate: Translate;
  /** The editor knows rows by the value they were made of, so each row keeps one for as long as the plan stands. */
  readonly #nodes = new Map<string, PlanNode>();
  #snapshot: PlanSnapshot | null = null;
  #filter: ReadonlySet<TaskStatus> | null = null;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(translate: Translate) {
    this.#translate = translate;
  }

  get filter(): ReadonlySet<TaskStatus> | null {
    return this.#filter;
  }

  show(snapshot: PlanSnapshot | null): void {
    // With a filter, a change of status also decides which rows there are.
    const changed = this.#filter === null ? changedTasks(this.#snapshot, snapshot) : null;
    if (changed === null) this.#nodes.clear();
    this.#snapshot = snapshot;
    if (changed === null) this.#changed.fire(undefined);
    else if (changed.length > 0) this.#changed.fire(changed.flatMap((task) => this.#withParents(task)));
  }

  setFilter(filter: ReadonlySet<TaskStatus> | null): void {
    this.#filter = filter;
    this.#nodes.clear();
    this.#changed.fire(undefined);
  }

  getChildren(node?: PlanNode): PlanNode[] {
    const snapshot = this.#snapshot;
    if (snapshot === null) return [];
    if (node === undefined) {
      return snapshot.plan.phases
        .filter((phase) => this.#shown(tasksOfPhase(phase)).length > 0)
        .map((phase) => this.#phase(phase));
    }
    switch (node.kind) {
      case "phase":
        return node.phase.milestones
          .filter((milestone) => this.#shown(milestone.tasks).length > 0)
          .map((milestone) => this.#milestone(node.phase, milestone));
      case "milestone":
        return this.#tasks(node.milestone);
      case "task":
        return (snapshot.tasks.get(node.task)?.spec.subtasks ?? []).map((subtask) => ({
          kind: "subtask",
          task: node.task,
          subtask,
        }));
      case "subtask":
        return [];
    }
  }

  getParent(node: PlanNode): PlanNode | undefined {
    if (node.kind === "phase") return undefined;
    if (node.kind === "subtask") return this.#task(node.task);
    if (node.kind === "milestone") return this.#phase(node.phase);
    return this.#withParents(node.task).at(-2);
  }

  getTreeItem(node: PlanNode): vscode.TreeItem {
    const snapshot = this.#snapshot;
    switch (node.kind) {
      case "phase": {
        const state = snapshot?.status.phases.find((phase) => phase.phase_id === node.phase.phase_id);
        const gate =
          snapshot?.status.waiting.some(
            (item) => item.kind === "gate" && item.phase === node.phase.phase_id,
          ) === true;
        const progress = state ?? { status: "pending", done: 0, total: 0 };
        return phaseItem(node.phase, node.index, progress, gate, this.#translate);
      }
      case "milestone":
        return milestoneItem(node.phase, node.milestone, this.#done(node.milestone.tasks), this.#translate);
      case "task": {
        const task = snapshot?.tasks.get(node.task);
        if (task === undefined) return new vscode.TreeItem(node.task);
        return taskItem(task.spec, task.report, this.#translate);
      }
      case "subtask": {
        const task = snapshot?.tasks.get(node.task);
        if (task === undefined) return new vscode.TreeItem(node.subtask.title);
        return subtaskItem(
          task.spec,
          node.subtask,
          task.report.subtasks[node.subtask.subtask_id] ?? "pending",
          this.#translate,
        );
      }
    }
  }

  dispose(): void {
    this.#changed.dispose();
  }

  report(task: string): TaskReport | null {
    return this.#snapshot?.tasks.get(task)?.report ?? null;
  }

  #tasks(milestone: Milestone): PlanNode[] {
    return this.#shown(milestone.tasks).map((task) => this.#task(task.task_id));
  }

  /** Phase, milestone and task. */
  #withParents(task: string): PlanNode[] {
    for (const phase of this.#snapshot?.plan.phases ?? []) {
      for (const milestone of phase.milestones) {
        if (!milestone.tasks.some(({ task_id }) => task_id === task)) continue;
        return [this.#phase(phase), this.#milestone(phase, milestone), this.#task(task)];
      }
    }
    return [this.#task(task)];
  }

  #phase(phase: Phase): PlanNode {
    const index = this.#snapshot?.plan.phases.findIndex((one) => one.phase_id === phase.phase_id) ?? 0;
    return this.#keep(`phase:${phase.phase_id}`, { kind: "phase", phase, index });
  }

  #milestone(phase: Phase, milestone: Milestone): PlanNode {
    const key = `milestone:${phase.phase_id}/${milestone.milestone_id}`;
    return this.#keep(key, { kind: "milestone", phase, milestone });
  }

  #task(task: string): PlanNode {
    return this.#keep(`task:${task}`, { kind: "task", task });
  }

  #keep(key: string, made: PlanNode): PlanNode {
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    this.#nodes.set(key, made);
    return made;
  }

  #shown(tasks: readonly Task[]): readonly Task[] {
    const filter = this.#filter;
    if (filter === null) return tasks;
    return tasks.filter((task) => {
      const status = this.report(task.task_id)?.status;
      return status !== undefined && filter.has(status);
    });
  }

  #done(tasks: readonly Task[]): number {
    return tasks.filter((task) => {
      const status = this.report(task.task_id)?.status;
      return status === "done" || status === "claimed";
    }).length;
  }
}

function tasksOfPhase(phase: Phase): readonly Task[] {
  return phase.milestones.flatMap((milestone) => milestone.tasks);
}
