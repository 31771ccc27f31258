import type { HistoryState } from "../../src/protocol/planView";
import { h, type Child, type VNode } from "../shared/dom";
import { icon } from "../shared/elements";
import { historyPart, type PlanPage } from "./planUi";

const shapes: Readonly<Record<HistoryState["kind"], { readonly icon: string; readonly tone: string }>> = {
  created: { icon: "edit", tone: "" },
  changed: { icon: "diff", tone: "" },
  approved: { icon: "verified", tone: "good" },
  rejected: { icon: "circle-slash", tone: "bad" },
  approval_refused: { icon: "shield", tone: "bad" },
  run_refused: { icon: "shield", tone: "bad" },
  other: { icon: "note", tone: "" },
};

/** Who did what with the plan and why, folded; refused approvals and runs stand in it like those that were given. */
export function planHistory(page: PlanPage): VNode {
  const { words, arranged, actions, history } = page;
  const open = arranged.openTasks.includes(historyPart);
  return h(
    "section",
    { key: "history", class: "section", "aria-labelledby": "history-title" },
    h(
      "h2",
      {},
      h(
        "button",
        {
          id: "history-title",
          class: "row fold",
          type: "button",
          "aria-expanded": open,
          on: { click: actions.toggleHistory },
        },
        icon(open ? "chevron-down" : "chevron-right"),
        words("history"),
      ),
    ),
    open && history !== null ? entries(history, page) : null,
  );
}

function entries(history: readonly HistoryState[], page: PlanPage): Child {
  if (history.length === 0) return h("p", { class: "quiet" }, page.words("historyEmpty"));
  return h("ul", { class: "plain decisions history" }, ...history.map((entry) => item(entry, page)));
}

function item(entry: HistoryState, { words, language }: PlanPage): VNode {
  const shape = shapes[entry.kind];
  const when = new Date(entry.at);
  return h(
    "li",
    {},
    h("span", { class: `tag ${shape.tone}` }, icon(shape.icon), words(`history.${entry.kind}`)),
    entry.text === "" ? null : h("span", {}, entry.text),
    h(
      "span",
      { class: "quiet block" },
      h(
        "time",
        { datetime: when.toISOString() },
        words(
          "historyBy",
          entry.by,
          when.toLocaleString(language, { dateStyle: "medium", timeStyle: "short" }),
        ),
      ),
    ),
  );
}
