import type { WaitingState } from "../../src/protocol/planView";
import { h, type Child, type VNode } from "../shared/dom";
import { button, icon, textArea } from "../shared/elements";
import type { PlanPage } from "./planUi";

/** A waiting item that asks for GO or NO-GO: a phase, or the whole run when everything is carried out. */
export type GateItem = WaitingState & { readonly phase: string };

export function isGate(item: WaitingState): item is GateItem {
  return item.kind === "gate" && item.phase !== null;
}

/** GO is one click; NO-GO asks for the reason that the run pauses with. */
export function gateDecision(item: GateItem, page: PlanPage): VNode {
  return page.arranged.gateOn === item.phase ? noGoForm(item, page) : choice(item, page);
}

/** At the end of a run the criteria are listed whole: nobody confirms what they have not read. */
export function gateQuestion({ criteria, text }: GateItem, { words }: PlanPage): Child {
  if (criteria.length === 0) return h("p", { key: "question" }, text);
  return h(
    "div",
    { key: "question", class: "gate-question" },
    h("p", {}, words("confirmUnproved")),
    h(
      "ul",
      { class: "plain" },
      ...criteria.map((one) =>
        h("li", { class: "with-icon" }, icon("circle-large-outline"), h("span", {}, one)),
      ),
    ),
  );
}

function choice(item: GateItem, { words, actions, busy }: PlanPage): VNode {
  return h(
    "div",
    { key: "choice", class: "buttons" },
    button({
      label: words("go"),
      context: item.text,
      look: "primary",
      busy: busy === "gate",
      disabled: busy !== null,
      onClick: () => actions.gate(item.phase, true),
    }),
    button({
      id: "no-go",
      label: words("noGo"),
      context: item.text,
      disabled: busy !== null,
      onClick: () => actions.arrange({ gateOn: item.phase }),
    }),
  );
}

function noGoForm(item: GateItem, { words, actions, arranged, busy }: PlanPage): VNode {
  const { drafts } = arranged;
  const close = (): void => actions.arrange({ gateOn: null });
  const send = (): void => {
    if (drafts.gate.trim() !== "") actions.gate(item.phase, false);
  };
  return h(
    "div",
    { key: "no-go-form", class: "form" },
    textArea({
      id: "no-go-text",
      label: words("noGoLabel"),
      rows: 2,
      value: drafts.gate,
      onInput: (gate) => actions.arrange({ drafts: { ...drafts, gate } }),
      onSubmit: send,
      onEscape: close,
    }),
    h(
      "div",
      { class: "buttons" },
      button({
        label: words("noGoSend"),
        look: "primary",
        busy: busy === "gate",
        disabled: drafts.gate.trim() === "" || busy !== null,
        onClick: send,
      }),
      button({ label: words("cancel"), onClick: close }),
    ),
  );
}
