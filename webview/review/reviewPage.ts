import type { OpenReview } from "../../src/protocol/reviewView";
import { h, type Child, type VNode } from "../shared/dom";
import { button, icon, link } from "../shared/elements";
import { errorBox } from "../shared/errorBox";
import { visibleText } from "../shared/visibleText";
import { decisionOf } from "./decisions";
import { criteriaView, evidenceChips, waiverView } from "./evidenceView";
import { counts, fileView } from "./fileView";
import { reviewActionBar } from "./reviewActionBar";
import { isSplit, type ReviewPage } from "./reviewUi";

export function reviewPage(page: ReviewPage): VNode {
  const { state, words, actions } = page;
  if (state.kind === "closed") {
    return h(
      "main",
      { class: "page" },
      h(
        "header",
        { key: "header", class: "page-head" },
        h("h1", {}, `${state.task} ${state.title}`),
        h(
          "p",
          { class: "byline with-icon" },
          icon(state.text === "" ? "pass" : "sync"),
          state.text === "" ? words("nothingOpen") : state.text,
        ),
      ),
      errorBox(page.error, words, actions.dismissError),
      h(
        "p",
        { class: "section" },
        button({ label: words("openPlan"), look: "primary", onClick: actions.openPlan }),
      ),
    );
  }
  return h(
    "main",
    { class: "page" },
    reviewHeader(state, page),
    evidenceChips(state, page),
    criteriaView(state, page),
    earlierFeedback(state, page),
    waiverView(state, page),
    changesSection(state, page),
    errorBox(page.error, words, actions.dismissError),
    reviewActionBar(state, page),
  );
}

function reviewHeader(review: OpenReview, { words, actions }: ReviewPage): VNode {
  const proved = review.criteria.filter(({ state }) => state !== "open").length;
  return h(
    "header",
    { key: "header", class: "page-head" },
    h("h1", {}, h("span", { class: "quiet" }, review.task), " ", review.title),
    h(
      "p",
      { class: "byline" },
      h("span", { class: "tag attention" }, icon("eye"), words("status.in_review")),
      h("span", {}, words("attempt", review.attempt, review.max_attempts)),
      review.criteria.length === 0
        ? null
        : h("span", {}, words("provedCount", proved, review.criteria.length)),
      review.recorded
        ? h(
            "span",
            { class: "tag recorded", title: words("recordedHint") },
            icon("record"),
            words("recorded"),
          )
        : null,
      link({ label: words("openPlan"), onClick: actions.openPlan }),
    ),
    review.summary === "" ? null : h("p", { class: "lead prose summary" }, review.summary),
  );
}

function earlierFeedback(review: OpenReview, { words }: ReviewPage): Child {
  if (review.feedback.length === 0) return null;
  return h(
    "section",
    { key: "earlier", class: "section", "aria-labelledby": "earlier-title" },
    h("h2", { id: "earlier-title" }, words("earlier")),
    h(
      "ol",
      { class: "plain" },
      ...review.feedback.map((text) =>
        h("li", { class: "with-icon" }, icon("reply"), h("span", { class: "prose grow" }, text)),
      ),
    ),
  );
}

function changesSection(review: OpenReview, page: ReviewPage): VNode {
  const { words, actions } = page;
  const split = isSplit(page);
  return h(
    "section",
    { key: "changes", class: "section changes", "aria-labelledby": "changes-title" },
    h(
      "div",
      { class: "section-head" },
      h("h2", { id: "changes-title" }, words("changes")),
      h(
        "div",
        { class: "buttons" },
        button({
          key: "layout",
          id: "layout",
          look: "outline",
          label: words(split ? "inline" : "sideBySide"),
          icon: split ? "list-flat" : "split-horizontal",
          onClick: () => actions.arrange({ layout: split ? "inline" : "split" }),
        }),
        button({ label: words("openAll"), look: "outline", icon: "diff-multiple", onClick: actions.openAll }),
      ),
    ),
    review.files.length < 2 ? null : fileList(review, page),
    ...review.files.map((file, index) => fileView(file, index, page)),
  );
}

function fileList(review: OpenReview, page: ReviewPage): VNode {
  const { words, arranged, actions } = page;
  return h(
    "nav",
    { key: "files", class: "file-list", "aria-label": words("filesNav") },
    h(
      "ul",
      { class: "plain" },
      ...review.files.map((file) => {
        const decided = file.hunk_numbers.filter(
          (number) => decisionOf(arranged.decisions, number).state !== "open",
        ).length;
        const first = file.hunk_numbers[0];
        return h(
          "li",
          { key: file.path },
          h(
            "button",
            {
              class: "row",
              type: "button",
              on: { click: () => (first === undefined ? undefined : actions.goTo(first)) },
            },
            icon(decided === file.hunk_numbers.length ? "pass" : "circle-large-outline"),
            h("code", { class: "grow path" }, visibleText(file.path)),
            file.out_of_scope || file.protected ? icon(file.protected ? "shield" : "warning") : null,
            file.out_of_scope || file.protected
              ? h("span", { class: "sr-only" }, words(file.protected ? "protected" : "outOfScope"))
              : null,
            counts(file),
            h("span", { class: "number" }, `${String(decided)}/${String(file.hunk_numbers.length)}`),
          ),
        );
      }),
    ),
  );
}
