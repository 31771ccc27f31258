import type { Plan, Task } from "./plan";
import { planEdges } from "./planEdges";
import { tasksWithPointers } from "./tasksWithPointers";

/**
 * What follows from the dependencies of a plan: an order, the tasks that may run side by side, who waits for whom,
 * and the longest chain. Dependencies on phases count as well. Built once, linear in tasks and edges.
 */
export interface TaskGraph {
  /** Task ids so that each stands after everything it waits for; ties stay in document order. */
  readonly order: readonly string[];
  /** Parallel groups: the tasks of one group wait only for tasks of earlier groups. */
  readonly layers: readonly (readonly string[])[];
  /** The tasks that name this one in `depends_on`. */
  blocks(taskId: string): readonly string[];
  /** Tasks that are not done and wait for nothing but what is done, in document order. */
  ready(done: ReadonlySet<string>): readonly string[];
  /** The chain of tasks that takes longest, and its weight; `weight` gives each task's share, such as minutes. */
  criticalPath(weight: (task: Task) => number): {
    readonly tasks: readonly string[];
    readonly weight: number;
  };
}

/** Expects a plan that `parsePlan` passed; nodes on a cycle would be left out of the order. */
export function taskGraph(plan: Plan): TaskGraph {
  const nodes = planEdges(plan);
  const entries = tasksWithPointers(plan);
  const first = nodes.length - entries.length;
  const before = nodes.map((node) => [...new Set(node.after)]);
  const sorted = kahn(before);
  const depth = depths(before, sorted, first);

  const idAt = (node: number): string => entries[node - first]?.task.task_id ?? "";
  const order = sorted.filter((node) => node >= first).map(idAt);
  const layers: string[][] = [];
  for (let node = first; node < nodes.length; node += 1) {
    (layers[(depth[node] ?? 1) - 1] ??= []).push(idAt(node));
  }
  const dependants = new Map<string, string[]>();
  for (const { task } of entries) {
    for (const id of new Set(task.depends_on)) {
      const list = dependants.get(id);
      if (list === undefined) dependants.set(id, [task.task_id]);
      else list.push(task.task_id);
    }
  }
  return {
    order,
    layers: layers.filter((layer) => layer.length > 0),
    blocks: (taskId) => dependants.get(taskId) ?? [],
    ready: (done) => readyTasks(before, sorted, first, idAt, done),
    criticalPath: (weight) => {
      const weights = nodes.map((_, node) => {
        const task = entries[node - first]?.task;
        return task === undefined ? 0 : weight(task);
      });
      return longestPath(before, sorted, weights, first, idAt);
    },
  };
}

/** Positions in an order in which every node follows all it comes after; document order among equals. */
function kahn(before: readonly (readonly number[])[]): readonly number[] {
  const count = before.length;
  const open = new Uint32Array(count);
  const starts = new Uint32Array(count + 1);
  for (const list of before) for (const other of list) starts[other + 1] = (starts[other + 1] ?? 0) + 1;
  for (let i = 0; i < count; i += 1) starts[i + 1] = (starts[i + 1] ?? 0) + (starts[i] ?? 0);
  const fill = starts.slice(0, count);
  const after = new Uint32Array(starts[count] ?? 0);
  before.forEach((list, node) => {
    open[node] = list.length;
    for (const other of list) {
      const at = fill[other] ?? 0;
      after[at] = node;
      fill[other] = at + 1;
    }
  });
  const sorted: number[] = [];
  open.forEach((left, node) => {
    if (left === 0) sorted.push(node);
  });
  // The list grows while it is walked: what becomes free is appended.
  for (const node of sorted) {
    for (let at = starts[node] ?? 0; at < (starts[node + 1] ?? 0); at += 1) {
      const next = after[at] ?? 0;
      const left = (open[next] ?? 0) - 1;
      open[next] = left;
      if (left === 0) sorted.push(next);
    }
  }
  return sorted;
}

/** For each node the greatest number of tasks on a way to it, itself counted. Phases count nothing. */
function depths(
  before: readonly (readonly number[])[],
  sorted: readonly number[],
  first: number,
): Uint32Array {
  const depth = new Uint32Array(before.length);
  for (const node of sorted) {
    let deepest = 0;
    for (const other of before[node] ?? []) deepest = Math.max(deepest, depth[other] ?? 0);
    depth[node] = deepest + (node >= first ? 1 : 0);
  }
  return depth;
}

function readyTasks(
  before: readonly (readonly number[])[],
  sorted: readonly number[],
  first: number,
  idAt: (node: number) => string,
  done: ReadonlySet<string>,
): readonly string[] {
  const settled = new Uint8Array(before.length);
  const ready: number[] = [];
  for (const node of sorted) {
    const free = (before[node] ?? []).every((other) => settled[other] === 1);
    if (node < first) settled[node] = free ? 1 : 0;
    else if (done.has(idAt(node))) settled[node] = 1;
    else if (free) ready.push(node);
  }
  return ready.sort((a, b) => a - b).map(idAt);
}

function longestPath(
  before: readonly (readonly number[])[],
  sorted: readonly number[],
  weights: readonly number[],
  first: number,
  idAt: (node: number) => string,
): { readonly tasks: readonly string[]; readonly weight: number } {
  const total = new Float64Array(before.length);
  const previous = new Int32Array(before.length).fill(-1);
  let last = -1;
  for (const node of sorted) {
    let best = -1;
    for (const other of before[node] ?? []) {
      const length = total[other] ?? 0;
      if (length <= best) continue;
      best = length;
      previous[node] = other;
    }
    total[node] = Math.max(best, 0) + (weights[node] ?? 0);
    if (node >= first && (last === -1 || (total[node] ?? 0) > (total[last] ?? 0))) last = node;
  }
  const tasks: string[] = [];
  for (let node = last; node !== -1; node = previous[node] ?? -1) if (node >= first) tasks.push(idAt(node));
  return { tasks: tasks.reverse(), weight: last === -1 ? 0 : (total[last] ?? 0) };
}
