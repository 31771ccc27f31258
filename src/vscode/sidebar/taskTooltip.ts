import { criteriaState, toCriterion, type CriterionState } from "../../core/change/criteriaState";
import type { Task } from "../../core/plan/plan";
import type { Translate } from "../../core/translate";
import type { CheckStatus, Evidence } from "../../core/validation/evidence";
import type { TaskReport } from "../../engine/runReports";
import { statusWord } from "./statusWords";

/** Shape first, word second: neither color nor sign alone says how a check came out. */
const checkSigns: Readonly<Record<CheckStatus, string>> = {
  passed: "✓",
  failed: "✗",
  timed_out: "!",
  not_verified: "?",
  not_applicable: "–",
};

const criterionSigns: Readonly<Record<CriterionState["state"], string>> = {
  proved: "✓",
  signed_off: "◆",
  open: "○",
};

/** The small card of a task, line by line; empty lines are left out by whoever shows it. */
export function taskTooltip(task: Task, report: TaskReport, translate: Translate): readonly string[] {
  const criteria = criteriaState(
    (task.acceptance_criteria ?? []).map(toCriterion),
    report.evidence,
    report.sign_offs,
  );
  const writes = task.file_scope?.write ?? [];
  return [
    task.title,
    figures(report, translate),
    report.reason === null ? "" : translate(report.reason),
    report.worktree === undefined ? "" : translate("Edit it in {0}", report.worktree),
    task.description,
    ...criteria.map((one) => criterionLine(one, translate)),
    ...report.evidence.map((one) => evidenceLine(one, translate)),
    task.depends_on.length === 0 ? "" : translate("after {0}", task.depends_on.join(", ")),
    writes.length === 0 ? "" : translate("may write {0}", writes.join(", ")),
  ];
}

/** Where it stands, with what it took so far. */
function figures(report: TaskReport, translate: Translate): string {
  const { attempts, max_attempts, worked_ms, cost } = report;
  const money = cost === undefined ? "" : `$${cost.usd.toFixed(2)}`;
  return [
    statusWord(report.status, translate),
    attempts === 0 ? "" : translate("attempt {0} of {1}", attempts, max_attempts),
    worked_ms === 0 ? "" : translate("worked {0}", timeText(worked_ms, translate)),
    cost?.recorded === true ? translate("{0} (recorded)", money) : money,
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

function criterionLine({ text, state, check }: CriterionState, translate: Translate): string {
  const words: Readonly<Record<CriterionState["state"], string>> = {
    proved: check === null ? translate("proved") : translate("proved by {0}", check),
    signed_off: translate("signed off"),
    open: translate("open"),
  };
  return `${criterionSigns[state]} ${text} · ${words[state]}`;
}

function evidenceLine({ check, status, summary }: Evidence, translate: Translate): string {
  const words: Readonly<Record<CheckStatus, string>> = {
    passed: translate("passed"),
    failed: translate("failed"),
    timed_out: translate("timed out"),
    not_verified: translate("not verified"),
    not_applicable: translate("not applicable"),
  };
  return `${checkSigns[status]} ${check} · ${words[status]}${summary === "" ? "" : `: ${summary}`}`;
}

/** Seconds only below a minute. */
function timeText(ms: number, translate: Translate): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return translate("{0} s", seconds);
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return translate("{0} min", minutes);
  return translate("{0} h {1} min", Math.floor(minutes / 60), minutes % 60);
}
