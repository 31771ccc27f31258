import type { HunkState, LineState } from "../../src/protocol/reviewView";
import { h, type Child, type VNode } from "../shared/dom";
import { markedParts, numberLines, pairLines, type NumberedLine } from "./diffRows";
import { isSplit, type ReviewPage } from "./reviewUi";

/** Lines of a hunk that are rendered at once; the rest follows on demand. */
export const linesAtOnce = 300;

/** The lines of one hunk: one column or two, with numbers, signs and marked words. */
export function diffTable(hunk: HunkState, page: ReviewPage): VNode {
  const { words } = page;
  const shown = page.shownLines.get(hunk.number) ?? linesAtOnce;
  const lines = numberLines({ ...hunk, lines: hunk.lines.slice(0, shown) });
  const rest = hunk.lines.length - shown;
  const split = isSplit(page);
  const rows = split
    ? pairLines(lines).map((row) => splitRow(row.left, row.right, words))
    : lines.map((line) => inlineRow(line, words));
  return h(
    "div",
    { key: "diff", class: "diff-frame" },
    h(
      "table",
      { key: split ? "split" : "inline", class: split ? "diff split" : "diff" },
      h("caption", { class: "sr-only" }, words("hunkLines", hunk.number)),
      h(
        "colgroup",
        {},
        ...(split ? ["number", "code", "number", "code"] : ["number", "number", "code"]).map((name) =>
          h("col", { class: `${name}-column` }),
        ),
      ),
      h(
        "thead",
        { class: "sr-only" },
        h(
          "tr",
          {},
          ...(split
            ? [words("lineBefore"), words("before"), words("lineAfter"), words("after")]
            : [words("lineBefore"), words("lineAfter"), words("changes")]
          ).map((title) => h("th", { scope: "col" }, title)),
        ),
      ),
      h("tbody", {}, ...rows),
    ),
    rest <= 0
      ? null
      : h(
          "p",
          { key: "more", class: "diff-more", "data-more-lines": hunk.number },
          h(
            "button",
            { class: "link", type: "button", on: { click: () => page.actions.showMore(hunk.number) } },
            words("showMore", Math.min(rest, linesAtOnce)),
          ),
        ),
  );
}

type Words = ReviewPage["words"];

function inlineRow(item: NumberedLine, words: Words): VNode {
  return h(
    "tr",
    { class: item.line.kind },
    numberCell(item.before),
    numberCell(item.after),
    codeCell(item.line, words),
  );
}

function splitRow(left: NumberedLine | null, right: NumberedLine | null, words: Words): VNode {
  return h(
    "tr",
    {},
    numberCell(left?.before ?? null, left?.line.kind),
    left === null ? blankCell() : codeCell(left.line, words),
    numberCell(right?.after ?? null, right?.line.kind),
    right === null ? blankCell() : codeCell(right.line, words),
  );
}

function numberCell(number: number | null, kind?: string): VNode {
  return h(
    "td",
    { class: kind === undefined ? "line-number" : `line-number ${kind}` },
    number === null ? "" : String(number),
  );
}

function blankCell(): VNode {
  return h("td", { class: "code-cell blank" });
}

const signs = { context: " ", remove: "−", add: "+" } as const;

function codeCell(line: LineState, words: Words): VNode {
  return h(
    "td",
    { class: `code-cell ${line.kind}` },
    h(
      "span",
      { class: "sign" },
      h("span", { "aria-hidden": true }, signs[line.kind]),
      line.kind === "context" ? null : h("span", { class: "sr-only" }, `${words(`line.${line.kind}`)} `),
    ),
    h("span", { class: "code-text" }, ...codeParts(line)),
    line.no_newline === true ? h("span", { class: "quiet no-newline" }, words("noNewline")) : null,
  );
}

function codeParts(line: LineState): Child[] {
  return markedParts(line).map((part) => (part.marked ? h("mark", { class: "word" }, part.text) : part.text));
}
