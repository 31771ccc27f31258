import type { Translate } from "../../core/translate";
import type { TaskReport } from "../../engine/runReports";

/**
 * What is wrong with the note of a sign-off; undefined when nothing is. A fix is shown by its change, anything else by
 * what the person looked at.
 */
export function noteProblem(
  note: string,
  report: Pick<TaskReport, "worktree"> | undefined,
  translate: Translate,
): string | undefined {
  if (note.trim() !== "" || report?.worktree !== undefined) return undefined;
  return translate("Say what you looked at: a file, an output or a link");
}
