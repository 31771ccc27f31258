import type { EvidenceState, OpenReview } from "../../src/protocol/reviewView";
import { h, type Child, type VNode } from "../shared/dom";
import { checkbox, icon } from "../shared/elements";
import { visibleText } from "../shared/visibleText";
import { elapsed } from "../shared/words";
import type { ReviewPage } from "./reviewUi";

const shapes = {
  passed: { icon: "pass", tone: "good" },
  failed: { icon: "error", tone: "bad" },
  not_verified: { icon: "question", tone: "attention" },
  timed_out: { icon: "clock", tone: "attention" },
  not_applicable: { icon: "dash", tone: "quiet" },
} as const;

/** One chip per check: shape and word say the result, a click says how it was found. */
export function evidenceChips(review: OpenReview, page: ReviewPage): Child {
  if (review.evidence.length === 0) return null;
  const open = review.evidence.find((item) => item.check === page.arranged.openEvidence);
  return h(
    "section",
    { key: "evidence", class: "section", "aria-labelledby": "evidence-title" },
    h("h2", { id: "evidence-title" }, page.words("evidence")),
    h(
      "ul",
      { class: "plain chips" },
      ...review.evidence.map((item) => h("li", { key: item.check }, chip(item, page))),
    ),
    open === undefined ? null : evidenceDetails(open, page),
  );
}

function chip(item: EvidenceState, { words, arranged, actions }: ReviewPage): VNode {
  const shape = shapes[item.status];
  const expanded = arranged.openEvidence === item.check;
  const result =
    item.status === "passed" && item.total !== null
      ? `${String(item.passed ?? item.total)}/${String(item.total)}`
      : words(`evidence.${item.status}`);
  return h(
    "button",
    {
      class: `chip ${shape.tone}`,
      type: "button",
      "aria-expanded": expanded,
      title: item.summary,
      on: { click: () => actions.arrange({ openEvidence: expanded ? null : item.check }) },
    },
    icon(shape.icon),
    checkName(item.check),
    h("span", { class: "chip-result" }, result),
    item.status === "passed" && item.total !== null
      ? h("span", { class: "sr-only" }, ` ${words("evidence.passed")}`)
      : null,
  );
}

/** `pattern_present src/a.ts add\\(` as words and what they are about. */
function checkName(check: string): VNode {
  const [kind = "", ...about] = check.split(" ");
  return h(
    "span",
    { class: "chip-name" },
    kind.replaceAll(/[_-]/gu, " "),
    about.length === 0 ? null : [" ", h("code", {}, visibleText(about.join(" ")))],
  );
}

function evidenceDetails(item: EvidenceState, { words }: ReviewPage): VNode {
  return h(
    "div",
    { key: "details", class: "evidence-details", role: "group", "aria-label": words("details", item.check) },
    h("p", { class: "prose" }, item.summary),
    item.command === "" ? null : h("p", {}, h("code", { class: "code" }, item.command)),
    h(
      "p",
      { class: "quiet" },
      [elapsed(words, item.duration_ms), item.output === "" ? "" : words("output", item.output)]
        .filter((part) => part !== "")
        .join(" · "),
    ),
  );
}

/** Criteria with their proof; open ones say that accepting signs them off. */
export function criteriaView(review: OpenReview, { words }: ReviewPage): Child {
  if (review.criteria.length === 0) return null;
  const look = {
    proved: { icon: "pass", tone: "good" },
    signed_off: { icon: "verified", tone: "good" },
    open: { icon: "person", tone: "attention" },
  } as const;
  return h(
    "section",
    { key: "criteria", class: "section", "aria-labelledby": "criteria-title" },
    h("h2", { id: "criteria-title" }, words("criteria")),
    h(
      "ul",
      { class: "plain" },
      ...review.criteria.map((criterion) =>
        h(
          "li",
          { class: `with-icon criterion ${look[criterion.state].tone}` },
          icon(look[criterion.state].icon),
          h(
            "span",
            { class: "grow" },
            criterion.text,
            h(
              "span",
              { class: "quiet block" },
              words(`criterion.${criterion.state}`),
              criterion.check === null || criterion.state !== "proved"
                ? null
                : ` ${words("provedBy", criterion.check)}`,
            ),
          ),
        ),
      ),
    ),
  );
}

/** Checks that nothing proved; each needs its own tick before anything lands. */
export function waiverView(review: OpenReview, { words, arranged, actions }: ReviewPage): Child {
  if (review.needs_waiver.length === 0) return null;
  return h(
    "section",
    { key: "waivers", id: "waivers", class: "section", tabindex: "-1", "aria-labelledby": "waivers-title" },
    h("h2", { id: "waivers-title" }, words("waivers")),
    h("p", { class: "quiet" }, words("waiversHint")),
    h(
      "ul",
      { class: "plain" },
      ...review.needs_waiver.map((check) =>
        h(
          "li",
          { key: check },
          checkbox({
            key: check,
            label: [words("waive", check), waiverReason(review, check)],
            checked: arranged.decisions.waivers.includes(check),
            onChange: (on) => actions.setWaiver(check, on),
          }),
        ),
      ),
    ),
  );
}

/** Why the check could not speak for itself, beside the tick that does without it. */
function waiverReason(review: OpenReview, check: string): Child {
  const evidence = review.evidence.find((item) => item.check === check);
  return evidence === undefined ? null : h("span", { class: "quiet block" }, evidence.summary);
}
