import type { TaskReport } from "../../engine/runReports";
import type { PlanSnapshot } from "./planSnapshot";

/** More than this many rows are cheaper to draw anew together than one by one. */
const fewTasks = 50;

/**
 * The tasks whose rows read differently in `after`; null when the whole tree must be drawn anew. Most events of a run
 * touch one task or none, and a row that is drawn anew loses the pointer that was on it.
 */
export function changedTasks(before: PlanSnapshot | null, after: PlanSnapshot | null): string[] | null {
  if (before === null || after === null) return before === after ? [] : null;
  const samePlan = before.row.id === after.row.id && before.row.current_version === after.row.current_version;
  if (!samePlan || before.tasks.size !== after.tasks.size) return null;
  if (phasesOf(before) !== phasesOf(after)) return null;
  const changed: string[] = [];
  for (const [id, { report }] of after.tasks) {
    const earlier = before.tasks.get(id)?.report;
    if (earlier !== undefined && sameRow(earlier, report)) continue;
    changed.push(id);
    if (changed.length > fewTasks) return null;
  }
  return changed;
}

/** How the phases stand, and which of them wait for a word; their counts follow their tasks. */
function phasesOf({ status }: PlanSnapshot): string {
  const gates = status.waiting.filter(({ kind }) => kind === "gate").map(({ phase }) => phase ?? "");
  return JSON.stringify([status.phases.map((phase) => phase.status), gates]);
}

function sameRow(left: TaskReport, right: TaskReport): boolean {
  return (
    left.status === right.status &&
    left.attempts === right.attempts &&
    left.reason === right.reason &&
    left.commit === right.commit &&
    left.evidence.length === right.evidence.length &&
    sameWords(left.subtasks, right.subtasks)
  );
}

function sameWords(left: Readonly<Record<string, string>>, right: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name]);
}
