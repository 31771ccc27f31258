import type { Predicate, Task } from "../../core/plan/plan";
import type { Translate } from "../../core/translate";
import type { TaskReport } from "../../engine/runReports";
import { statusWord } from "../sidebar/statusWords";

/** A task as a plain document: what it asks, what was proved, what was said. Reads well with a screen reader. */
export function taskDocument(task: Task, report: TaskReport, translate: Translate): string {
  const lines = [
    `# ${task.task_id} ${task.title}`,
    "",
    `${translate("Status")}: ${statusWord(report.status, translate)} · ${translate("attempt {0} of {1}", report.attempts, report.max_attempts)}`,
    ...(report.reason === null ? [] : [translate(report.reason)]),
    ...(report.worktree === undefined ? [] : [translate("Edit it in {0}", report.worktree)]),
    "",
    task.description,
  ];
  const section = (title: string, entries: readonly string[]) => {
    if (entries.length > 0)
      lines.push(
        "",
        `## ${title}`,
        "",
        ...entries.map((entry) => `- ${entry.trim().replaceAll("\n", "\n  ")}`),
      );
  };
  section(
    translate("Acceptance criteria"),
    (task.acceptance_criteria ?? []).map((one) => (typeof one === "string" ? one : one.text)),
  );
  section(translate("Depends on"), task.depends_on);
  section(translate("May write"), task.file_scope?.write ?? []);
  section(
    translate("Commands"),
    (task.commands ?? []).map((argv) => `\`${argv.join(" ")}\``),
  );
  section(translate("Preconditions"), (task.preconditions ?? []).map(predicateText));
  section(translate("Postconditions"), (task.postconditions ?? []).map(predicateText));
  section(
    translate("Evidence"),
    report.evidence.map((one) => `${one.check}: ${translate(one.status.replace("_", " "))} · ${one.summary}`),
  );
  section(translate("Feedback"), report.feedback);
  section(
    translate("Signed off"),
    report.sign_offs.map((one) => `${one.criterion} · ${one.by} · ${new Date(one.at).toISOString()}`),
  );
  if (report.commit !== null) section(translate("Commit"), [report.commit]);
  return `${lines.join("\n")}\n`;
}

function predicateText(predicate: Predicate): string {
  const { type, description, ...fields } = predicate;
  return description ?? `${type} ${JSON.stringify(fields)}`;
}
