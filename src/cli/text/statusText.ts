import { pauseWords } from "../../core/run/pauseWords";
import type { Translate } from "../../core/translate";
import type { RunReport, StatusReport } from "../../engine/runReports";
import { attemptsText } from "./attemptsText";
import { nextCommands } from "../commands/nextCommands";
import { fitLast } from "./planText";
import { stateWord } from "./stateWords";
import { table } from "./table";

/** Where a plan or run stands, what it cost, and what comes next. */
export function statusText(
  status: StatusReport,
  t: Translate,
  width: number,
  approval: string | null = null,
): string {
  const { done, claimed, total, percent } = status.progress;
  const claims = claimed === 0 ? "" : `, ${t("{0} claimed done", claimed)}`;
  const left = status.tasks.filter((task) => task.status === "skipped").length;
  const skipped = left === 0 ? "" : `, ${t("{0} skipped", left)}`;
  const reason =
    status.reason === null
      ? ""
      : ` (${status.status === "paused" ? pauseWords(status.reason, t) : t(status.reason)})`;
  const facts = [
    [status.run === null ? t("Plan") : t("Run"), `${status.id}  v${status.version}`],
    [t("State"), stateOf(status, t) + reason],
    [t("Progress"), `${t("{0} of {1} tasks", done, total)}${claims}${skipped}  ${percent}%`],
    ...(status.cost.tokens === 0 ? [] : [[t("Cost"), costText(status, t)]]),
    ...(status.branch === null ? [] : [[t("Branch"), status.branch + branchEnd(status, t)]]),
  ];
  const tasks = status.tasks.map((task) => [
    stateWord(task.status, t),
    task.task_id,
    attemptsText(task),
    task.reason === null ? task.title : `${task.title} (${t(task.reason)})`,
  ]);
  return [
    status.title,
    "",
    table(facts),
    "",
    fitLast(tasks, width, "  "),
    "",
    waitingText(status, t),
    nextText(status, t, approval),
  ].join("\n");
}

/** What became of the branch, in brackets; empty while nobody has said. */
function branchEnd({ branch_end: end }: StatusReport, t: Translate): string {
  if (end === undefined) return "";
  switch (end) {
    case "merge":
      return ` (${t("merged")})`;
    case "squash":
      return ` (${t("squashed")})`;
    case "keep":
      return ` (${t("kept")})`;
    case "drop":
      return ` (${t("dropped")})`;
  }
}

/** A run that waits for nothing any more goes on as soon as somebody resumes it. */
function stateOf({ status, run, waiting }: StatusReport, t: Translate): string {
  if (run !== null && status === "waiting" && waiting.length === 0) return t("ready to be resumed");
  return stateWord(status, t);
}

/** What waits for a person; empty when nothing does. */
export function waitingText(status: StatusReport, t: Translate): string {
  if (status.waiting.length === 0) return "";
  const rows = status.waiting.map((item) => {
    const id = item.task ?? "";
    // Most sentences name their task already.
    return id === "" || item.text.split(/[\s:]/u).includes(id) ? `  ${item.text}` : `  ${id}  ${item.text}`;
  });
  return `${t("Waits for you")}\n${rows.join("\n")}\n`;
}

/** What to do next, with the commands that do it. */
export function nextText(status: StatusReport, t: Translate, approval: string | null = null): string {
  if (status.next_action === "") return "";
  const commands = nextCommands(status, approval).map((command) => `  ${command}`);
  return [t("Next: {0}", status.next_action), ...commands].join("\n");
}

function costText(status: StatusReport, t: Translate): string {
  const { usd, tokens, cached, recorded } = status.cost;
  const text = t("{0} USD, {1} tokens, {2} of them cached", usd.toFixed(4), tokens, cached);
  return recorded ? `${text} (${t("recorded")})` : text;
}

function signedOffText({ signed_off: word }: RunReport, t: Translate): readonly string[] {
  if (word === null) return [];
  const note = word.note === null ? "" : ` (${word.note})`;
  return [
    "",
    `${t("Confirmed by {0}", word.by)}${note}`,
    ...word.criteria.map((criterion) => `  ${criterion}`),
  ];
}

/** The final report of a run, whatever its end. */
export function reportText(report: RunReport, t: Translate, width: number): string {
  const minutes = Math.round(report.duration_ms / 6000) / 10;
  const facts = [
    [t("Took"), t("{0} min, {1} estimated", minutes, Math.round(report.estimate_minutes))],
    ...(report.tests === null
      ? []
      : [
          [
            t("Tests"),
            t(
              "{0} passed, {1} failed, {2} skipped",
              report.tests.passed,
              report.tests.failed,
              report.tests.skipped,
            ),
          ],
        ]),
  ];
  const commits = report.commits.map((commit) => [commit.sha.slice(0, 10), commit.task]);
  return [
    statusText(report, t, width).trimEnd(),
    "",
    table(facts),
    ...(report.files.length === 0
      ? []
      : ["", t("Files changed"), ...report.files.map((file) => `  ${file}`)]),
    ...(commits.length === 0 ? [] : ["", t("Commits"), table(commits, "  ")]),
    ...(report.preflight_rows.length === 0
      ? []
      : [
          "",
          t("Preflight"),
          fitLast(
            report.preflight_rows.map(({ label, text }) => [label, text]),
            width,
            "  ",
          ),
        ]),
    ...signedOffText(report, t),
    ...(report.next_steps.length === 0
      ? []
      : ["", t("Next steps"), ...report.next_steps.map((step) => `  ${step}`)]),
  ].join("\n");
}
