import canonicalize from "canonicalize";
import type { JsonObject } from "../json";
import type { Milestone, Phase, Plan, Task } from "./plan";

export type PlanNodeKind = "plan" | "phase" | "milestone" | "task";

/** One difference between two versions of a plan, found by id, never by place in a list. */
export interface PlanChange {
  readonly kind: PlanNodeKind;
  /** Id of the node; empty for the plan itself. */
  readonly id: string;
  readonly change: "added" | "removed" | "changed" | "moved";
  readonly title: string;
  /** Changed fields with both values; null where a side has none. Only for `changed`. */
  readonly fields: readonly { readonly field: string; readonly before: unknown; readonly after: unknown }[];
  /** For `moved`: the ids of the old and the new parent; equal when only the order changed. */
  readonly from?: string;
  readonly to?: string;
}

interface Entry {
  readonly kind: PlanNodeKind;
  readonly id: string;
  readonly title: string;
  readonly parent: string;
  readonly node: JsonObject;
}

/** What turns `before` into `after`, in the order of `after`, removals last. Empty when both have one hash. */
export function planDiff(before: Plan, after: Plan): readonly PlanChange[] {
  const old = entriesOf(before);
  const now = entriesOf(after);
  const shifted = shiftedNodes(old, now);
  const changes: PlanChange[] = [];
  for (const [key, entry] of now) {
    const { kind, id, title } = entry;
    const other = old.get(key);
    if (other === undefined) {
      changes.push({ kind, id, title, change: "added", fields: [] });
      continue;
    }
    const fields = changedFields(other.node, entry.node);
    if (fields.length > 0) changes.push({ kind, id, title, change: "changed", fields });
    if (other.parent !== entry.parent || shifted.has(key)) {
      changes.push({ kind, id, title, change: "moved", fields: [], from: other.parent, to: entry.parent });
    }
  }
  for (const [key, { kind, id, title }] of old) {
    if (!now.has(key)) changes.push({ kind, id, title, change: "removed", fields: [] });
  }
  return changes;
}

/** Ids of the tasks that an edit adds, changes or moves: what has to be looked at again. */
export function changedTasks(changes: readonly PlanChange[]): readonly string[] {
  return [
    ...new Set(
      changes.filter((change) => change.kind === "task" && change.change !== "removed").map((c) => c.id),
    ),
  ];
}

function entriesOf(plan: Plan): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  const add = (
    kind: PlanNodeKind,
    id: string,
    title: string,
    parent: string,
    node: Plan | Phase | Milestone | Task,
  ): void => {
    entries.set(`${kind}:${id}`, { kind, id, title, parent, node: node as unknown as JsonObject });
  };
  add("plan", "", plan.project_name, "", plan);
  for (const phase of plan.phases) {
    add("phase", phase.phase_id, phase.name, "", phase);
    for (const milestone of phase.milestones) {
      add("milestone", milestone.milestone_id, milestone.name, phase.phase_id, milestone);
      for (const task of milestone.tasks) add("task", task.task_id, task.title, milestone.milestone_id, task);
    }
  }
  return entries;
}

/** The lists that hold nodes of their own; they are compared entry by entry. */
const childLists = new Set(["phases", "milestones", "tasks"]);

function changedFields(before: JsonObject, after: JsonObject): PlanChange["fields"] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (field) => !childLists.has(field),
  );
  return fields.flatMap((field) => {
    const [old, now] = [before[field] ?? null, after[field] ?? null];
    return canonicalize(old) === canonicalize(now) ? [] : [{ field, before: old, after: now }];
  });
}

/** Nodes whose order among the siblings that both sides have is another one: those outside the longest kept run. */
function shiftedNodes(old: ReadonlyMap<string, Entry>, now: ReadonlyMap<string, Entry>): ReadonlySet<string> {
  const places = new Map([...old.keys()].map((key, place) => [key, place]));
  const siblings = new Map<string, string[]>();
  for (const [key, entry] of now) {
    if (old.get(key)?.parent !== entry.parent) continue;
    const group = `${entry.kind} ${entry.parent}`;
    const list = siblings.get(group);
    if (list === undefined) siblings.set(group, [key]);
    else list.push(key);
  }
  const shifted = new Set<string>();
  for (const keys of siblings.values()) {
    const kept = longestIncreasing(keys.map((key) => places.get(key) ?? 0));
    keys.forEach((key, i) => {
      if (!kept.has(i)) shifted.add(key);
    });
  }
  return shifted;
}

/** Positions of a longest increasing subsequence, by patience sorting. */
function longestIncreasing(values: readonly number[]): ReadonlySet<number> {
  const tails: number[] = [];
  const previous: number[] = [];
  values.forEach((value, i) => {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[tails[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    previous[i] = low === 0 ? -1 : (tails[low - 1] ?? -1);
    tails[low] = i;
  });
  const kept = new Set<number>();
  for (let i = tails.at(-1) ?? -1; i !== -1; i = previous[i] ?? -1) kept.add(i);
  return kept;
}
