import type { FileState, HunkState } from "../../src/protocol/reviewView";
import { h, type Child, type VNode } from "../shared/dom";
import { button, icon, textArea } from "../shared/elements";
import { visibleText } from "../shared/visibleText";
import { allHunks, decisionOf } from "./decisions";
import { diffTable } from "./diffTable";
import type { ReviewPage } from "./reviewUi";

/** One hunk with its decision; the unit of a review. */
export function hunkView(hunk: HunkState, file: FileState, page: ReviewPage): VNode {
  const { words, state, arranged } = page;
  const total = state.kind === "open" ? allHunks(state).length : 0;
  const decision = decisionOf(arranged.decisions, hunk.number);
  const current = arranged.current === hunk.number;
  const form = arranged.form?.hunk === hunk.number ? arranged.form : null;
  const line = Math.max(1, hunk.after_start);
  return h(
    "div",
    {
      key: `hunk ${String(hunk.number)}`,
      id: `hunk-${String(hunk.number)}`,
      class: `hunk ${decision.state}${current ? " current" : ""}`,
      role: "group",
      tabindex: "-1",
      "data-hunk": hunk.number,
      "aria-current": current ? "true" : undefined,
      "aria-label": `${words("hunkTitle", hunk.number, total, visibleText(file.path), line)}, ${stateWord(page, hunk.number)}`,
      on: { focusin: () => page.actions.select(hunk.number) },
    },
    h(
      "div",
      { key: "head", class: "hunk-head" },
      h("span", { class: "grow" }, words("hunkOf", hunk.number, total)),
      h(
        "span",
        { class: `decision ${decision.state}` },
        icon({ accepted: "pass", rejected: "error", open: "circle-large-outline" }[decision.state]),
        stateWord(page, hunk.number),
      ),
    ),
    hunk.lines.length === 0 ? null : diffTable(hunk, page),
    decision.state === "rejected" && form === null ? noteLine("reason", "error", decision.reason) : null,
    decision.comment === "" || form?.kind === "comment"
      ? null
      : noteLine("comment", "comment", decision.comment),
    form === null ? hunkButtons(hunk.number, page) : noteForm(form, page),
  );
}

function stateWord({ arranged, words }: ReviewPage, hunk: number): string {
  const { state } = decisionOf(arranged.decisions, hunk);
  return state === "open" ? words("undecided") : words(state);
}

function noteLine(key: string, shape: string, text: string): Child {
  return h("p", { key, class: `hunk-note ${key}` }, icon(shape), h("span", { class: "prose" }, text));
}

function hunkButtons(hunk: number, page: ReviewPage): VNode {
  const { words, arranged, actions } = page;
  const { state } = decisionOf(arranged.decisions, hunk);
  const context = words("hunkOf", hunk, hunkTotal(page));
  return h(
    "div",
    { key: "buttons", class: "buttons hunk-buttons" },
    button({
      label: words("accept"),
      context,
      look: "outline",
      shortcut: "a",
      pressed: state === "accepted",
      icon: "check",
      onClick: () => actions.accept(hunk),
    }),
    button({
      label: words("rejectHunk"),
      context,
      look: "outline",
      shortcut: "r",
      pressed: state === "rejected",
      icon: "close",
      onClick: () => actions.openForm("reason", hunk),
    }),
    button({
      label: words("comment"),
      context,
      look: "outline",
      shortcut: "c",
      icon: "comment",
      onClick: () => actions.openForm("comment", hunk),
    }),
    button({
      label: words("openEditor"),
      context,
      look: "outline",
      shortcut: "o",
      icon: "go-to-file",
      onClick: () => actions.openInEditor(hunk),
    }),
  );
}

function hunkTotal({ state }: ReviewPage): number {
  return state.kind === "open" ? allHunks(state).length : 0;
}

function noteForm(form: NonNullable<ReviewPage["arranged"]["form"]>, page: ReviewPage): VNode {
  const { words, actions, problem } = page;
  const reason = form.kind === "reason";
  return h(
    "div",
    { key: `form ${form.kind}`, class: "form hunk-form" },
    textArea({
      id: "note-text",
      label: words(reason ? "reason" : "commentLabel", form.hunk),
      value: form.text,
      onInput: (text) => actions.arrange({ form: { ...form, text } }),
      onSubmit: actions.saveForm,
      onEscape: actions.closeForm,
    }),
    problem === null ? null : h("p", { class: "problem with-icon", role: "alert" }, icon("warning"), problem),
    h(
      "div",
      { class: "buttons" },
      button({
        label: words(reason ? "reasonSave" : "commentSave"),
        look: "primary",
        onClick: actions.saveForm,
      }),
      button({ label: words("cancel"), onClick: actions.closeForm }),
    ),
  );
}
