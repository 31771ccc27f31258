import type { PlanLabel } from "../../src/protocol/planLabels";
import { h, type VNode } from "../shared/dom";
import { icon } from "../shared/elements";
import { statusIcon, tone } from "../shared/statusIcon";
import { counted } from "../shared/words";
import type { PlanPage } from "./planUi";

export function planHeader({ state, words, language }: PlanPage): VNode {
  const status = state.run?.status ?? state.status;
  const label = `status.${status}`;
  return h(
    "header",
    { key: "header", class: "page-head" },
    h("h1", {}, state.title),
    h(
      "p",
      { class: "byline" },
      h("span", { class: `tag ${tone(status)}` }, statusIcon(status), words(label as PlanLabel)),
      h("span", {}, words("planVersion", state.version)),
      h("span", {}, counted(words, "tasks", state.tasks)),
      h("span", {}, counted(words, "phases", state.phases.length)),
      state.approval === null
        ? null
        : h("span", {}, words("approvedBy", state.approval.by, date(state.approval.at, language))),
      state.recorded
        ? h(
            "span",
            { class: "tag recorded", title: words("recordedHint") },
            icon("record"),
            words("recorded"),
          )
        : null,
    ),
    state.mode === "closed" ? h("p", { class: "note" }, words("rejectedPlan")) : null,
  );
}

function date(iso: string, language: string): string {
  return new Date(iso).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
}
