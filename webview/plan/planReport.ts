import type { ReportState } from "../../src/protocol/planView";
import { h, type Child, type VNode } from "../shared/dom";
import { button } from "../shared/elements";
import { visibleText } from "../shared/visibleText";
import { counted, duration, elapsed } from "../shared/words";
import type { PlanPage } from "./planUi";

/** What came out of a run that ended, and what may become of its branch. */
export function planReport(page: PlanPage): Child {
  const { words } = page;
  const { run } = page.state;
  const report = run?.report ?? null;
  if (run === null || report === null) return null;
  return h(
    "section",
    { key: "report", class: "section report", "aria-labelledby": "report-title" },
    h("h2", { id: "report-title" }, words("report")),
    h(
      "dl",
      { class: "figures" },
      figure(
        words("tests"),
        report.tests === null
          ? words("testsUnknown")
          : words("testsOf", report.tests.passed, report.tests.total),
      ),
      figure(
        words("time"),
        words("timeOf", elapsed(words, report.duration_ms), duration(words, report.estimate_minutes)),
      ),
      figure(words("changedFiles"), counted(words, "files", report.files.length)),
      figure(words("commits"), String(report.commits.length)),
    ),
    report.next_steps.length === 0
      ? null
      : h(
          "div",
          { class: "fact" },
          h("h3", {}, words("nextSteps")),
          h("ul", {}, ...report.next_steps.map((step) => h("li", {}, step))),
        ),
    report.can_finish_branch && run.branch !== null
      ? finishButtons(page, run.branch, run.branch_end === "keep")
      : null,
    details(report, page),
  );
}

function figure(name: string, value: string): VNode {
  return h("div", { key: name, class: "figure" }, h("dt", {}, name), h("dd", {}, value));
}

function finishButtons({ words, actions, busy }: PlanPage, branch: string, kept: boolean): VNode {
  return h(
    "div",
    { class: "finish", role: "group", "aria-labelledby": "finish-title" },
    h("h3", { id: "finish-title" }, words("finishBranch", branch)),
    h(
      "div",
      { class: "buttons" },
      button({
        label: words("merge"),
        look: "primary",
        icon: "git-merge",
        busy: busy === "finishBranch",
        onClick: () => actions.finishBranch("merge"),
      }),
      button({
        label: words("squash"),
        disabled: busy !== null,
        onClick: () => actions.finishBranch("squash"),
      }),
      kept
        ? null
        : button({
            label: words("keep"),
            disabled: busy !== null,
            onClick: () => actions.finishBranch("keep"),
          }),
      button({
        id: "drop",
        label: words("drop"),
        disabled: busy !== null,
        onClick: () => actions.arrange({ form: "drop" }),
      }),
    ),
  );
}

function details(report: ReportState, { words }: PlanPage): Child {
  const { signed_off: word } = report;
  return h(
    "div",
    { class: "facts" },
    word === null
      ? null
      : h(
          "div",
          { class: "fact" },
          h("h3", {}, words("signedOff", word.by)),
          h("ul", {}, ...word.criteria.map((one) => h("li", {}, one))),
        ),
    report.commits.length === 0
      ? null
      : h(
          "div",
          { class: "fact" },
          h("h3", {}, words("commits")),
          h(
            "ul",
            { class: "plain" },
            ...report.commits.map((commit) =>
              h(
                "li",
                {},
                h("span", { class: "id" }, commit.task),
                " ",
                h("code", { class: "code" }, commit.sha.slice(0, 8)),
              ),
            ),
          ),
        ),
    report.files.length === 0
      ? null
      : h(
          "div",
          { class: "fact" },
          h("h3", {}, words("changedFiles")),
          h(
            "ul",
            { class: "plain paths" },
            ...report.files.map((path) => h("li", {}, h("code", { class: "code" }, visibleText(path)))),
          ),
        ),
  );
}
