import * as vscode from "vscode";
import type { Milestone, Phase, Subtask, Task } from "../../core/plan/plan";
import type { TaskStatus } from "../../core/run/run";
import type { Translate } from "../../core/translate";
import type { TaskReport } from "../../engine/runReports";
import { statusWord } from "./statusWords";
import { taskFlags } from "./taskFlags";
import { taskTooltip } from "./taskTooltip";

/** Icon shape carries the state; color only repeats it. */
const taskIcons: Readonly<Record<TaskStatus, readonly [string, string | null]>> = {
  pending: ["circle-outline", null],
  claimed: ["verified", "descriptionForeground"],
  in_progress: ["sync~spin", "progressBar.background"],
  ready_for_test: ["beaker", "progressBar.background"],
  tested: ["beaker", "progressBar.background"],
  in_review: ["eye", "charts.blue"],
  done: ["pass", "testing.iconPassed"],
  failed: ["error", "testing.iconFailed"],
  blocked: ["circle-slash", "charts.yellow"],
  skipped: ["debug-step-over", "descriptionForeground"],
  cancelled: ["close", "descriptionForeground"],
};

const nodeIcons: Readonly<Record<string, readonly [string, string | null]>> = {
  pending: ["circle-large-outline", null],
  in_progress: ["play-circle", "progressBar.background"],
  completed: ["pass-filled", "testing.iconPassed"],
  failed: ["error", "testing.iconFailed"],
  blocked: ["circle-slash", "charts.yellow"],
  cancelled: ["close", "descriptionForeground"],
};

export function phaseItem(
  phase: Phase,
  index: number,
  progress: { readonly status: string; readonly done: number; readonly total: number },
  gate: boolean,
  translate: Translate,
): vscode.TreeItem {
  const open = progress.status !== "completed";
  const item = new vscode.TreeItem(
    `${index + 1} ${clean(phase.name)}`,
    open ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed,
  );
  item.id = `phase:${phase.phase_id}`;
  item.description = `${progress.done}/${progress.total}`;
  item.iconPath = gate
    ? icon(["person", "charts.blue"])
    : icon(nodeIcons[progress.status] ?? nodeIcons["pending"]);
  item.contextValue = gate ? "gate;phase" : "phase";
  const label = translate(
    "Phase {0}, {1} of {2} tasks done",
    clean(phase.name),
    progress.done,
    progress.total,
  );
  item.accessibilityInformation = { label: gate ? `${label}, ${translate("waits for GO or NO-GO")}` : label };
  item.tooltip = card([label, phase.goal ?? "", phase.checkpoint?.text ?? ""]);
  return item;
}

export function milestoneItem(
  phase: Phase,
  milestone: Milestone,
  done: number,
  translate: Translate,
): vscode.TreeItem {
  const item = new vscode.TreeItem(clean(milestone.name), vscode.TreeItemCollapsibleState.Expanded);
  item.id = `milestone:${phase.phase_id}/${milestone.milestone_id}`;
  item.description = `${done}/${milestone.tasks.length}`;
  item.iconPath = icon(
    done === milestone.tasks.length ? ["pass", "testing.iconPassed"] : ["milestone", null],
  );
  item.contextValue = "milestone";
  const label = translate(
    "Milestone {0}, {1} of {2} tasks done",
    clean(milestone.name),
    done,
    milestone.tasks.length,
  );
  item.accessibilityInformation = { label };
  item.tooltip = card([label, milestone.description ?? ""]);
  return item;
}

export function taskItem(task: Task, report: TaskReport, translate: Translate): vscode.TreeItem {
  const collapsible =
    (task.subtasks ?? []).length > 0
      ? vscode.TreeItemCollapsibleState.Collapsed
      : vscode.TreeItemCollapsibleState.None;
  const item = new vscode.TreeItem(`${task.task_id} ${clean(task.title)}`, collapsible);
  const manual = report.by_hand === true;
  item.id = `task:${task.task_id}`;
  item.description = manual ? translate("by hand") : shortState(report, translate);
  item.iconPath = icon(manual ? ["person", "charts.blue"] : taskIcons[report.status]);
  item.contextValue = taskFlags(task, report).join(";");
  item.accessibilityInformation = { label: accessibleLabel(task, report, translate) };
  item.tooltip = card(taskTooltip(task, report, translate));
  item.command = {
    command: "masterplan.showTask",
    title: translate("Show task"),
    arguments: [{ kind: "task", task: task.task_id }],
  };
  return item;
}

export function subtaskItem(
  task: Task,
  subtask: Subtask,
  status: string,
  translate: Translate,
): vscode.TreeItem {
  const item = new vscode.TreeItem(clean(subtask.title), vscode.TreeItemCollapsibleState.None);
  item.id = `subtask:${task.task_id}/${subtask.subtask_id}`;
  item.iconPath = icon(
    status === "completed" ? ["check", null] : status === "in_progress" ? ["sync", null] : ["dash", null],
  );
  const word =
    status === "completed"
      ? translate("completed")
      : status === "in_progress"
        ? translate("in progress")
        : translate("pending");
  item.accessibilityInformation = { label: `${clean(subtask.title)}, ${word}` };
  item.tooltip = card([subtask.title, word]);
  return item;
}

/** At most eight characters: everything longer is cut at 300 px. */
function shortState(report: TaskReport, translate: Translate): string {
  if (report.status === "failed") return translate("failed");
  if (report.status === "blocked") return translate("blocked");
  if (report.status === "claimed") return translate("claimed");
  if (report.attempts > 1 && report.status !== "done") return `${report.attempts}/${report.max_attempts}`;
  return "";
}

function accessibleLabel(task: Task, report: TaskReport, translate: Translate): string {
  const state = statusWord(report.status, translate);
  const waits = task.depends_on.length === 0 ? "" : `, ${translate("after {0}", task.depends_on.join(", "))}`;
  return `${task.task_id} ${clean(task.title)}, ${state}${waits}`;
}

/** Text of plans and models is data: nothing in it becomes a link, a command or an icon. */
function card(lines: readonly string[]): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  const said = lines.filter((line) => line !== "");
  said.forEach((line, index) => {
    if (index > 0) text.appendMarkdown("\n\n");
    text.appendText(line.length > 400 ? `${line.slice(0, 397)}...` : line);
  });
  return text;
}

/** Text of plans and models on one line: no control, bidirectional or invisible characters, and no icon syntax. */
export function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, " ").replace(/\$\(/gu, "$ (");
}

function icon(shape: readonly [string, string | null] | undefined): vscode.ThemeIcon {
  const [name, color] = shape ?? ["circle-outline", null];
  return color === null
    ? new vscode.ThemeIcon(name)
    : new vscode.ThemeIcon(name, new vscode.ThemeColor(color));
}
