import { scriptLines } from "../../core/validation/checkScripts";
import type { Finding, Plan } from "../../core/plan/plan";
import type { Translate } from "../../core/translate";
import type { PlanView } from "../../engine/masterPlan";
import type { StatusReport } from "../../engine/runReports";
import { attemptsText } from "./attemptsText";
import { stateWord } from "./stateWords";
import { fit, table } from "./table";

/** A plan as a tree of phases and tasks with the state of each, and what approving it would grant. */
export function planText(view: PlanView, status: StatusReport, t: Translate, width: number): string {
  const { grants } = view;
  const minutes = grants.estimate_minutes;
  const facts = [
    [t("Plan"), `${view.id}  v${view.current_version}`],
    [t("State"), stateWord(view.status, t)],
    [t("Hash"), view.hash],
    ...(view.approval === null ? [] : [[t("Approval"), `${view.approval.id}  ${view.approval.by}`]]),
    [t("Estimate"), estimateText(minutes, t)],
    [t("Commands"), String(vectorsOf(grants.commands).length)],
    ...(grants.installs.length === 0
      ? []
      : [[t("Installs"), grants.installs.map(({ argv }) => argv.join(" ")).join("; ")]]),
    ...(grants.protected_files.length === 0 ? [] : [[t("Protected"), grants.protected_files.join(", ")]]),
  ];
  return [
    view.title,
    "",
    table(facts),
    "",
    treeText(view.plan, status, t, width),
    commandsText(grants.commands, t, width),
    checksText(view.checks, t),
    findingsText(view.findings, t, width),
  ].join("\n");
}

function estimateText(minutes: PlanView["grants"]["estimate_minutes"], t: Translate): string {
  const [least, most, chain] = [minutes.min, minutes.max, minutes.critical_path].map(Math.round);
  return least === most
    ? t("{0} min, {1} on the longest chain", most ?? 0, chain ?? 0)
    : t("{0} to {1} min, {2} on the longest chain", least ?? 0, most ?? 0, chain ?? 0);
}

function vectorsOf(commands: PlanView["grants"]["commands"]): readonly string[] {
  return [...new Set(commands.map(({ argv }) => argv.map(quoted).join(" ")))];
}

/** With the scripts that each runs, whole: they are bound as they are shown. */
function commandLines(commands: PlanView["grants"]["commands"], width: number): readonly string[] {
  const scripts = new Map(commands.map((one) => [one.argv.map(quoted).join(" "), one.scripts ?? {}]));
  return vectorsOf(commands).flatMap((vector) => [
    `  ${fit(vector, width - 2)}`,
    ...scriptLines(scripts.get(vector) ?? {}).map((line) => `    ${line}`),
  ]);
}

/** Whoever approves sees every argument vector that it lets run, each once. */
function commandsText(commands: PlanView["grants"]["commands"], t: Translate, width: number): string {
  const lines = commandLines(commands, width);
  return lines.length === 0 ? "" : `${t("Approving lets these run")}\n${lines.join("\n")}\n`;
}

/** The checks that approving lets run, with the scripts they stand for, whole: they are bound as they are shown. */
function checksText(checks: PlanView["checks"], t: Translate): string {
  if (checks.length === 0) return "";
  const lines = checks.flatMap(({ name, command, cwd, scripts = {} }) => [
    `  ${name}  ${command.map(quoted).join(" ")}${cwd === "" ? "" : `  (${cwd})`}`,
    ...scriptLines(scripts).map((line) => `    ${line}`),
  ]);
  return `${t("And these checks, as they are now")}\n${lines.join("\n")}\n`;
}

/** A word with spaces or quotes is shown as the one word it is. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/u.test(word) ? word : JSON.stringify(word);
}

/** Phases with their tasks, states aligned. */
export function treeText(plan: Plan, status: StatusReport, t: Translate, width: number): string {
  const states = new Map(status.tasks.map((task) => [task.task_id, task]));
  const lines: string[] = [];
  for (const phase of plan.phases) {
    const progress = status.phases.find((one) => one.phase_id === phase.phase_id);
    const count =
      progress === undefined ? "" : `  ${progress.done}/${progress.total}  ${stateWord(progress.status, t)}`;
    lines.push(`${phase.name}${count}`);
    for (const milestone of phase.milestones) {
      if (phase.milestones.length > 1 && milestone.name !== phase.name) lines.push(`  ${milestone.name}`);
      const rows = milestone.tasks.map((task) => {
        const state = states.get(task.task_id);
        const attempts = state === undefined ? "" : ` ${attemptsText(state)}`.trimEnd();
        return [
          stateWord(state?.status ?? "pending", t) + attempts,
          task.task_id,
          executorWord(task.executor, t),
          task.title,
        ];
      });
      lines.push(fitLast(rows, width, phase.milestones.length > 1 ? "    " : "  "));
    }
    lines.push("");
  }
  return lines.filter((line, i) => line !== "" || lines[i - 1] !== "").join("\n");
}

export function findingsText(findings: readonly Finding[], t: Translate, width: number): string {
  if (findings.length === 0) return "";
  const shown = findings.slice(0, 30);
  const rows = shown.map((finding) => [finding.task_id ?? finding.phase_id ?? "", finding.message]);
  const more = findings.length - shown.length;
  return [
    t("To settle before approving ({0})", findings.length),
    fitLast(rows, width, "  "),
    ...(more > 0 ? [`  ${t("and {0} more", more)}`] : []),
  ].join("\n");
}

/** A table whose last column is cut so that lines stay within the width. */
export function fitLast(rows: readonly (readonly string[])[], width: number, indent: string): string {
  const whole = table(rows, indent).split("\n");
  return whole
    .map((line) =>
      line.trim() === "" ? "" : indent + fitEnd(line.slice(indent.length), width - indent.length),
    )
    .join("\n");
}

function fitEnd(line: string, width: number): string {
  if (line.length <= width) return line;
  const start = /^(?:.*?\S\s{2,})+/u.exec(line)?.[0] ?? "";
  return start + fit(line.slice(start.length), Math.max(20, width - start.length));
}

function executorWord(executor: string | undefined, t: Translate): string {
  return executor === "command" ? t("command") : executor === "manual" ? t("manual") : t("agent");
}
