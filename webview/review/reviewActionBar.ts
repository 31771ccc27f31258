import type { OpenReview } from "../../src/protocol/reviewView";
import { h, type Child, type VNode } from "../shared/dom";
import { button, icon, textArea } from "../shared/elements";
import { inScopeHunks, tally, type Tally } from "./decisions";
import { shortcuts } from "./shortcuts";
import type { ReviewPage } from "./reviewUi";

/** Where the review is sent; the button in the accent color is the one that the decisions so far point to. */
export function reviewActionBar(review: OpenReview, page: ReviewPage): VNode {
  const { words, arranged, actions, problem } = page;
  const count = tally(review, arranged.decisions);
  return h(
    "footer",
    { key: "bar", class: "action-bar", "aria-label": words("review") },
    arranged.showKeys ? keyList(page) : null,
    count.rejected.length === 0 ? null : noteField(page),
    problem === null || arranged.form !== null
      ? null
      : h("p", { class: "problem with-icon", role: "alert" }, icon("warning"), problem),
    h("div", { key: "send", class: "buttons send" }, ...sendButtons(review, count, page)),
    h("p", { key: "counts", class: "tally quiet small" }, tallyText(count, page)),
    h(
      "div",
      { key: "move", class: "buttons move" },
      button({
        label: words("undoLast"),
        look: "icon",
        icon: "discard",
        disabled: arranged.decisions.undo.length === 0,
        onClick: actions.undo,
      }),
      button({ label: words("previous"), look: "icon", icon: "arrow-up", onClick: () => actions.step(-1) }),
      button({ label: words("next"), look: "icon", icon: "arrow-down", onClick: () => actions.step(1) }),
      button({
        label: words("keys"),
        look: "icon",
        icon: "keyboard",
        expanded: arranged.showKeys,
        onClick: () => actions.arrange({ showKeys: !arranged.showKeys }),
      }),
    ),
  );
}

function tallyText(count: Tally, { words }: ReviewPage): string {
  return words("summaryCounts", count.accepted.length, count.rejected.length, count.open.length);
}

function sendButtons(review: OpenReview, count: Tally, page: ReviewPage): Child[] {
  const { words, actions, busy } = page;
  const scope = inScopeHunks(review);
  const total = count.accepted.length + count.rejected.length + count.open.length;
  const sending = count.rejected.length > 0;
  const picked = count.accepted.length > 0 && !isAll(scope, count.accepted);
  const acceptButton = picked
    ? button({
        key: "accept",
        label: words("acceptSome", count.accepted.length, total),
        look: sending ? "secondary" : "primary",
        busy: busy === "accept",
        onClick: () => actions.acceptHunks(count.accepted),
      })
    : button({
        key: "accept",
        label: acceptAllLabel(review, scope, page),
        look: sending ? "secondary" : "primary",
        busy: busy === "accept",
        onClick: () => actions.acceptHunks(scope),
      });
  const sendBackButton = button({
    key: "send-back",
    label:
      count.accepted.length > 0 && sending ? words("sendBackKeep", count.accepted.length) : words("sendBack"),
    look: sending ? "primary" : "secondary",
    busy: busy === "sendBack",
    onClick: actions.sendBack,
  });
  return sending ? [sendBackButton, picked ? acceptButton : null] : [acceptButton, sendBackButton];
}

function isAll(scope: readonly number[], accepted: readonly number[]): boolean {
  return scope.length === accepted.length && scope.every((hunk) => accepted.includes(hunk));
}

function acceptAllLabel(review: OpenReview, scope: readonly number[], { words }: ReviewPage): string {
  if (review.files.length === 0) return words("acceptEmpty");
  return scope.length === 1 ? words("acceptAllOne") : words("acceptAll", scope.length);
}

function noteField({ words, arranged, actions }: ReviewPage): VNode {
  return h(
    "div",
    { key: "note", class: "form" },
    textArea({
      id: "review-note",
      label: words("noteLabel"),
      rows: 1,
      value: arranged.decisions.note,
      onInput: actions.setNote,
      onSubmit: actions.sendBack,
    }),
  );
}

function keyList({ words }: ReviewPage): VNode {
  return h(
    "dl",
    { key: "keys", class: "key-list", "aria-label": words("keys") },
    ...shortcuts.map((key) =>
      h("div", { key }, h("dt", {}, h("kbd", {}, key)), h("dd", {}, words(`key.${key}`))),
    ),
  );
}
