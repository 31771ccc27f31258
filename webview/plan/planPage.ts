import { h, type Child, type VNode } from "../shared/dom";
import { icon } from "../shared/elements";
import { errorBox } from "../shared/errorBox";
import { planActionBar } from "./planActionBar";
import { planGrants } from "./planGrants";
import { planHeader } from "./planHeader";
import { planHistory } from "./planHistory";
import { planIntent } from "./planIntent";
import { planReport } from "./planReport";
import { planSummary } from "./planSummary";
import { planTasks } from "./planTasks";
import { approvedPart, type PlanPage } from "./planUi";
import { runPreflight } from "./runPreflight";
import { runDecisions, runNow, runProgress, runWaiting } from "./runSections";

/** The whole page: before approval a document to decide on, afterwards the page of the run. */
export function planPage(page: PlanPage): VNode {
  const { state } = page;
  const decided = state.mode === "run";
  return h(
    "main",
    { class: `page ${state.mode}` },
    planHeader(page),
    ...(decided ? runFirst(page) : documentFirst(page)),
    errorBox(page.error, page.words, page.actions.dismissError),
    planActionBar(page),
  );
}

function documentFirst(page: PlanPage): Child[] {
  return [
    planSummary(page),
    planIntent(page),
    planGrants(page),
    planFindings(page),
    planTasks(page),
    planHistory(page),
  ];
}

function runFirst(page: PlanPage): Child[] {
  return [
    runProgress(page),
    planReport(page),
    runWaiting(page),
    runNow(page),
    planTasks(page),
    runDecisions(page),
    runPreflight(page),
    planAsApproved(page),
    planHistory(page),
  ];
}

/** What was approved stays at hand, folded: the run is what matters now. */
function planAsApproved(page: PlanPage): Child {
  const { words, arranged, actions } = page;
  const open = arranged.openTasks.includes(approvedPart);
  return h(
    "section",
    { key: "approved", class: "section", "aria-labelledby": "approved-title" },
    h(
      "h2",
      {},
      h(
        "button",
        {
          id: "approved-title",
          class: "row fold",
          type: "button",
          "aria-expanded": open,
          on: { click: () => actions.toggleTask(approvedPart) },
        },
        icon(open ? "chevron-down" : "chevron-right"),
        words("asApproved"),
      ),
    ),
    open ? [planSummary(page), planIntent(page), planGrants(page)] : null,
  );
}

function planFindings(page: PlanPage): Child {
  const { state, words, actions } = page;
  return h(
    "section",
    { key: "findings", class: "section", "aria-labelledby": "findings-title" },
    h(
      "div",
      { class: "section-head" },
      h("h2", { id: "findings-title" }, words("readiness")),
      h(
        "span",
        { class: state.findings.length === 0 ? "tag good" : "tag attention" },
        h("span", {
          class: `codicon codicon-${state.findings.length === 0 ? "pass" : "warning"}`,
          "aria-hidden": true,
        }),
        state.findings.length === 0 ? words("ready") : findingCount(state.findings.length, words),
      ),
    ),
    state.findings.length === 0
      ? null
      : h(
          "ul",
          { class: "plain findings" },
          ...state.findings.map((finding, index) =>
            h(
              "li",
              { key: String(index) },
              finding.task === null
                ? null
                : h(
                    "button",
                    {
                      class: "link id",
                      type: "button",
                      on: { click: () => actions.openTask(finding.task ?? "") },
                    },
                    finding.task,
                  ),
              finding.task === null && finding.phase !== null
                ? h("span", { class: "finding-phase" }, phaseName(page, finding.phase))
                : null,
              h("span", {}, finding.message),
            ),
          ),
        ),
  );
}

function phaseName({ state }: PlanPage, id: string): string {
  return state.phases.find((phase) => phase.id === id)?.name ?? id;
}

function findingCount(count: number, words: PlanPage["words"]): string {
  return count === 1 ? words("findings.one") : words("findings.other", count);
}
