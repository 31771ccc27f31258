import type { Phase, Plan } from "./plan";
import { tasksWithPointers } from "./tasksWithPointers";

/** A task, or the start or end of a phase, as one node of the whole dependency graph. */
export interface EdgeNode {
  readonly name: string;
  readonly pointer: string;
  /** Positions of the nodes that come before this one. */
  readonly after: readonly number[];
}

/**
 * The phases that must be through before each phase starts: those it names, or the one before it when it names none.
 * Phases stand in the order of their `order` field where they all have one, else of the file.
 */
export function phaseDependencies(plan: Plan): ReadonlyMap<string, readonly string[]> {
  const ordered = phasesInOrder(plan);
  return new Map(
    ordered.map((phase, i) => {
      const before = ordered[i - 1];
      return [phase.phase_id, phase.depends_on_phases ?? (before === undefined ? [] : [before.phase_id])];
    }),
  );
}

/** Phases by their `order` field; those without one keep the place they have in the file. */
export function phasesInOrder(plan: Plan): readonly Phase[] {
  if (plan.phases.some((phase) => phase.order === undefined)) return plan.phases;
  return [...plan.phases].sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
}

/** Every order that the plan demands, between tasks, between phases, and between a phase and its tasks. */
export function planEdges(plan: Plan): readonly EdgeNode[] {
  const nodes: { name: string; pointer: string; after: number[] }[] = [];
  const starts = new Map<string, number>();
  const ends = new Map<string, number>();
  const tasks = new Map<string, number>();
  const add = (name: string, pointer: string): number => nodes.push({ name, pointer, after: [] }) - 1;
  plan.phases.forEach((phase, p) => {
    const start = add(`phase ${phase.phase_id}`, `/phases/${p}/depends_on_phases`);
    const end = add(`phase ${phase.phase_id}`, `/phases/${p}/depends_on_phases`);
    starts.set(phase.phase_id, start);
    ends.set(phase.phase_id, end);
    nodes[end]?.after.push(start);
  });
  for (const { task, pointer } of tasksWithPointers(plan)) {
    tasks.set(task.task_id, add(`task ${task.task_id}`, `${pointer}/depends_on`));
  }
  const link = (node: number | undefined, before: number | undefined): void => {
    if (node !== undefined && before !== undefined) nodes[node]?.after.push(before);
  };
  for (const [phase, before] of phaseDependencies(plan)) {
    for (const id of before) link(starts.get(phase), ends.get(id));
  }
  for (const phase of plan.phases) {
    for (const task of phase.milestones.flatMap((milestone) => milestone.tasks)) {
      const node = tasks.get(task.task_id);
      link(node, starts.get(phase.phase_id));
      link(ends.get(phase.phase_id), node);
      for (const id of task.depends_on) link(node, tasks.get(id));
    }
  }
  return nodes;
}

/** One cycle as the nodes on it, each after the next one; null when there is none. Linear, and without recursion. */
export function findCycle(nodes: readonly EdgeNode[]): readonly EdgeNode[] | null {
  const visited = new Uint8Array(nodes.length);
  for (let root = 0; root < nodes.length; root += 1) {
    if (visited[root] !== 0) continue;
    const path = [root];
    const next = [0];
    visited[root] = 1;
    while (path.length > 0) {
      const top = path.length - 1;
      const node = path[top] ?? 0;
      const position = next[top] ?? 0;
      const before = nodes[node]?.after[position];
      if (before === undefined) {
        visited[node] = 2;
        path.pop();
        next.pop();
        continue;
      }
      next[top] = position + 1;
      if (visited[before] === 1) return cycleOf(nodes, path.slice(path.indexOf(before)));
      if (visited[before] === 0) {
        visited[before] = 1;
        path.push(before);
        next.push(0);
      }
    }
  }
  return null;
}

/** Start and end of one phase count as one step for a reader. */
function cycleOf(nodes: readonly EdgeNode[], positions: readonly number[]): readonly EdgeNode[] {
  const cycle = positions.flatMap((position) => nodes[position] ?? []);
  const distinct = cycle.filter((node, i) => node.name !== cycle[i - 1]?.name);
  return distinct.length > 1 && distinct[0]?.name === distinct.at(-1)?.name
    ? distinct.slice(0, -1)
    : distinct;
}
