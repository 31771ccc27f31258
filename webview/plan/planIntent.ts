import type { CriterionState, PlanFact, RiskState } from "../../src/protocol/planView";
import { h, type Child, type VNode } from "../shared/dom";
import { icon } from "../shared/elements";
import type { PlanPage } from "./planUi";

/** What the plan is for: objective, scope, stack, rules, risks, and when it is done. */
export function planIntent({ state, words }: PlanPage): VNode {
  return h(
    "section",
    { key: "intent", class: "section", "aria-labelledby": "intent-title" },
    h("h2", { id: "intent-title" }, words("objective")),
    h("p", { class: "lead" }, state.objective === "" ? state.request : state.objective),
    isSaidAlready(state) ? null : h("p", { class: "quiet" }, `${words("request")}: ${state.request}`),
    h(
      "div",
      { class: "facts" },
      ...state.facts.map((fact) => factList(fact, words(fact.kind))),
      state.criteria.length === 0 ? null : criteriaList(words("acceptance"), state.criteria, words),
      state.gates.length === 0
        ? null
        : factBox(
            "gates",
            words("gates"),
            state.gates.map((gate) => h("li", {}, gate)),
          ),
      riskBox({ state, words }),
    ),
  );
}

/** The request stands beside the objective only where it adds something to it and to the title. */
function isSaidAlready({ objective, request, title }: PlanPage["state"]): boolean {
  return objective === "" || request === "" || request === objective || request === title;
}

function factList(fact: PlanFact, title: string): VNode {
  return factBox(
    fact.kind,
    title,
    fact.items.map((item) => h("li", {}, item)),
  );
}

function factBox(key: string, title: string, items: readonly VNode[]): VNode {
  return h(
    "div",
    { key, class: "fact" },
    h("h3", {}, title),
    h("ul", items.length === 1 ? { class: "plain" } : {}, ...items),
  );
}

export function criteriaList(
  title: string,
  criteria: readonly CriterionState[],
  words: PlanPage["words"],
  heading = "h3",
): VNode {
  return h(
    "div",
    { key: "criteria", class: "fact" },
    h(heading, {}, title),
    h(
      "ul",
      criteria.length === 1 ? { class: "plain" } : {},
      ...criteria.map((criterion) =>
        h("li", {}, criterion.text, h("span", { class: "quiet block" }, proofOf(criterion, words))),
      ),
    ),
  );
}

/** What will prove a criterion: a check, or a person. */
export function proofOf(criterion: CriterionState, words: PlanPage["words"]): string {
  return criterion.check === null ? words("yourWord") : words("provedBy", criterion.check);
}

/** The usual words are translated; what else a plan says stays as it is. */
function weight(kind: "impact" | "likelihood", level: string, words: PlanPage["words"]): string {
  switch (level.toLowerCase()) {
    case "":
      return "";
    case "high":
      return words(`${kind}.high`);
    case "medium":
      return words(`${kind}.medium`);
    case "low":
      return words(`${kind}.low`);
    default:
      return words(kind, level);
  }
}

function weightOf({ impact, likelihood }: RiskState, words: PlanPage["words"]): string {
  return [weight("impact", impact, words), weight("likelihood", likelihood, words)]
    .filter((part) => part !== "")
    .join(" · ");
}

function riskBox({ state, words }: Pick<PlanPage, "state" | "words">): Child {
  if (state.risk_level === null && state.risks.length === 0) return null;
  const shape = { green: "pass", yellow: "warning", red: "error" } as const;
  const level = state.risk_level;
  return h(
    "div",
    { key: "risks", class: "fact" },
    h("h3", {}, words("risks")),
    level === null ? null : h("p", { class: "with-icon" }, icon(shape[level]), words(`risk.${level}`)),
    state.risks.length === 0
      ? null
      : h(
          "ul",
          state.risks.length === 1 ? { class: "plain" } : {},
          ...state.risks.map((risk) =>
            h(
              "li",
              {},
              risk.risk,
              weightOf(risk, words) === ""
                ? null
                : h("span", { class: "quiet block" }, weightOf(risk, words)),
              risk.mitigation === ""
                ? null
                : h("span", { class: "quiet block" }, words("mitigation", risk.mitigation)),
            ),
          ),
        ),
  );
}
