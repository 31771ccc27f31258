import type { FindingState } from "../../src/protocol/planView";
import { h, type Child, type VNode } from "../shared/dom";
import { button, icon } from "../shared/elements";
import { counted } from "../shared/words";
import type { PlanPage } from "./planUi";

/** What a person may mend, ask for, or accept by approving. */
export function planFindings(page: PlanPage): VNode {
  const { state, words } = page;
  const none = state.findings.length === 0;
  return h(
    "section",
    { key: "findings", class: "section", "aria-labelledby": "findings-title" },
    h(
      "div",
      { class: "section-head" },
      h("h2", { id: "findings-title" }, words("readiness")),
      h(
        "span",
        { class: none ? "tag good" : "tag attention" },
        icon(none ? "pass" : "warning"),
        none ? words("ready") : counted(words, "findings", state.findings.length),
      ),
    ),
    none
      ? null
      : h(
          "ul",
          { class: "plain findings" },
          ...state.findings.map((finding, index) => findingItem(finding, index, page)),
        ),
    none || state.mode !== "approval" ? null : h("p", { class: "quiet" }, words("findingsAccepted")),
  );
}

function findingItem(finding: FindingState, index: number, page: PlanPage): VNode {
  const { task, phase, message } = finding;
  return h(
    "li",
    { key: String(index) },
    task === null
      ? null
      : h(
          "button",
          { class: "link id", type: "button", on: { click: () => page.actions.openTask(task) } },
          task,
        ),
    task === null && phase !== null ? h("span", { class: "finding-phase" }, phaseName(page, phase)) : null,
    h("span", { class: "grow" }, message),
    page.state.mode === "approval" ? findingButtons(finding, page) : null,
  );
}

/** Both ways to be rid of a finding: mend it where it is written, or have the next version do it. */
function findingButtons({ task, phase, message }: FindingState, page: PlanPage): Child {
  const { words, actions, arranged, busy } = page;
  const node = task ?? phase;
  const name = task ?? (phase === null ? "" : phaseName(page, phase));
  const ask = (): void => {
    const line = name === "" ? message : `${name}: ${message}`;
    const changes = [arranged.drafts.changes, line].filter((part) => part !== "").join("\n");
    actions.arrange({ drafts: { ...arranged.drafts, changes }, form: "changes" });
  };
  return h(
    "span",
    { class: "finding-buttons" },
    node === null
      ? null
      : button({
          key: "edit",
          label: words("editNode", name),
          look: "icon",
          icon: "edit",
          disabled: busy !== null,
          onClick: () => actions.editNode(node),
        }),
    button({
      key: "ask",
      label: words("askAbout", name === "" ? message : name),
      look: "icon",
      icon: "comment",
      disabled: busy !== null,
      onClick: ask,
    }),
  );
}

function phaseName({ state }: PlanPage, id: string): string {
  return state.phases.find((phase) => phase.id === id)?.name ?? id;
}
