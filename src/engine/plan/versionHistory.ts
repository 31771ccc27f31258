import type { PlanId } from "../../core/ids";
import type { JsonObject } from "../../core/json";
import type { Plan } from "../../core/plan/plan";
import type { PlanChange, PlanNodeKind } from "../../core/plan/planDiff";
import type { StoreChange } from "../../ports/store";
import { historyOf } from "./planHistory";

/** The entries that a new version leaves in the history of its plan: the version, and each node it changes. */
export function versionHistory(edit: {
  readonly id: PlanId;
  readonly version: number;
  readonly hash: string;
  readonly summary: string;
  readonly by: string;
  readonly at: number;
  readonly before: Plan;
  readonly after: Plan;
  readonly diff: readonly PlanChange[];
}): readonly StoreChange[] {
  const { id, version, hash, by, at, before, after, diff } = edit;
  const earlier = nodesOf(before);
  const later = nodesOf(after);
  return [
    historyOf(
      id,
      "version_created",
      `Version ${version}: ${edit.summary}`,
      by,
      at,
      { version: version - 1 },
      { version, hash },
    ),
    ...diff.map((change) => {
      const key = `${change.kind}:${change.id}`;
      const [old, now] = valuesOf(change, earlier.get(key) ?? null, later.get(key) ?? null);
      const type = `${change.kind}_${endings[change.change]}`;
      return historyOf(id, type, `${change.change} ${change.title}`, by, at, old, now, change);
    }),
  ];
}

const endings: Readonly<Record<PlanChange["change"], string>> = {
  added: "added",
  removed: "removed",
  changed: "updated",
  moved: "updated",
};

/** Old and new value: a whole node where one side has none, else what differs. */
function valuesOf(
  change: PlanChange,
  old: JsonObject | null,
  now: JsonObject | null,
): readonly [JsonObject | null, JsonObject | null] {
  switch (change.change) {
    case "added":
      return [null, now];
    case "removed":
      return [old, null];
    case "moved":
      return [{ parent: change.from ?? "" }, { parent: change.to ?? "" }];
    case "changed":
      return [
        Object.fromEntries(change.fields.map((one) => [one.field, one.before])) as JsonObject,
        Object.fromEntries(change.fields.map((one) => [one.field, one.after])) as JsonObject,
      ];
  }
}

/** The nodes of a plan by kind and id, without the nodes below them, which have entries of their own. */
function nodesOf(plan: Plan): ReadonlyMap<string, JsonObject> {
  const nodes = new Map<string, JsonObject>();
  const add = (kind: PlanNodeKind, id: string, node: object): void => {
    nodes.set(`${kind}:${id}`, node as JsonObject);
  };
  for (const { milestones, ...phase } of plan.phases) {
    add("phase", phase.phase_id, phase);
    for (const { tasks, ...milestone } of milestones) {
      add("milestone", milestone.milestone_id, milestone);
      for (const task of tasks) add("task", task.task_id, task);
    }
  }
  return nodes;
}
