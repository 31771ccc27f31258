import { h, type Child, type VNode } from "../shared/dom";
import { icon } from "../shared/elements";
import { errorBox } from "../shared/errorBox";
import { planActionBar } from "./planActionBar";
import { planFindings } from "./planFindings";
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
