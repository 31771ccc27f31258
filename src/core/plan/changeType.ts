import type { PlanChange } from "./planDiff";

export type ChangeType = "modification" | "refactoring" | "scope_reduction";

/**
 * What kind of change makes a new version: `refactoring` when it changes or takes away work that is finished,
 * `scope_reduction` when it takes tasks away and adds none, else `modification`. `finished` holds ids of tasks.
 */
export function changeTypeOf(changes: readonly PlanChange[], finished: ReadonlySet<string>): ChangeType {
  const tasks = changes.filter((change) => change.kind === "task");
  const touchesFinished = tasks.some(
    ({ id, change }) => finished.has(id) && (change === "changed" || change === "removed"),
  );
  if (touchesFinished) return "refactoring";
  const has = (kind: PlanChange["change"]): boolean => tasks.some((change) => change.change === kind);
  return has("removed") && !has("added") ? "scope_reduction" : "modification";
}
