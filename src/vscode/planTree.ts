import * as vscode from "vscode";
import type { Milestone, Phase, Subtask, Task } from "../core/plan/plan";
import type { TaskStatus } from "../core/run/run";
import type { Translate } from "../core/translate";
import type { TaskReport } from "../engine/masterPlan";
import type { PlanSnapshot } from "./planSnapshot";
import { milestoneItem, phaseItem, subtaskItem, taskItem } from "./planTreeItem";

export type PlanNode =
  | { readonly kind: "phase"; readonly phase: Phase; readonly index: number }
  | { readonly kind: "milestone"; readonly phase: Phase; readonly milestone: Milestone }
  | { readonly kind: "task"; readonly task: string }
  | { readonly kind: "subtask"; readonly task: string; readonly subtask: Subtask };

/** Phases, milestones, tasks and subtasks of the plan in hand; a projection of one snapshot, with stable ids. */
export class PlanTree implements vscode.TreeDataProvider<PlanNode> {
  readonly #changed = new vscode.EventEmitter<PlanNode | undefined>();
  readonly #translate: Translate;
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
    this.#snapshot = snapshot;
    this.#changed.fire(undefined);
  }

  setFilter(filter: ReadonlySet<TaskStatus> | null): void {
    this.#filter = filter;
    this.#changed.fire(undefined);
  }

  getChildren(node?: PlanNode): PlanNode[] {
    const snapshot = this.#snapshot;
    if (snapshot === null) return [];
    if (node === undefined) {
      return snapshot.plan.phases
        .map((phase, index): PlanNode => ({ kind: "phase", phase, index }))
        .filter((one) => one.kind !== "phase" || this.#shown(tasksOfPhase(one.phase)).length > 0);
    }
    switch (node.kind) {
      case "phase": {
        const shown = node.phase.milestones.filter((milestone) => this.#shown(milestone.tasks).length > 0);
        const only = shown[0];
        // One milestone is no level worth a click.
        if (shown.length === 1 && only !== undefined) return this.#tasks(only);
        return shown.map((milestone) => ({ kind: "milestone", phase: node.phase, milestone }));
      }
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
    if (node.kind === "subtask") return { kind: "task", task: node.task };
    const phases = this.#snapshot?.plan.phases ?? [];
    for (const [index, phase] of phases.entries()) {
      if (node.kind === "milestone") {
        if (phase === node.phase) return { kind: "phase", phase, index };
        continue;
      }
      for (const milestone of phase.milestones) {
        if (!milestone.tasks.some((task) => task.task_id === node.task)) continue;
        return phase.milestones.length === 1
          ? { kind: "phase", phase, index }
          : { kind: "milestone", phase, milestone };
      }
    }
    return undefined;
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
        return milestoneItem(node.phase, node.milestone, this.#done(node.milestone.tasks));
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
    return this.#shown(milestone.tasks).map((task) => ({ kind: "task", task: task.task_id }));
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
