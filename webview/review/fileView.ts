import type { FileState } from "../../src/protocol/reviewView";
import { h, type Child, type VNode } from "../shared/dom";
import { button, icon } from "../shared/elements";
import { visibleText } from "../shared/visibleText";
import { hunkView } from "./hunkView";
import type { ReviewPage } from "./reviewUi";

/** One file of the change: its name, what is special about it, and its hunks. */
export function fileView(file: FileState, index: number, page: ReviewPage): VNode {
  const { arranged, actions } = page;
  const folded = arranged.foldedFiles.includes(file.path);
  const id = `file-${String(index)}`;
  const toggle = (): void =>
    actions.arrange({
      foldedFiles: folded
        ? arranged.foldedFiles.filter((path) => path !== file.path)
        : [...arranged.foldedFiles, file.path],
    });
  return h(
    "section",
    { key: `file ${file.path}`, id, class: "file", "aria-labelledby": `${id}-title` },
    h(
      "div",
      { key: "head", class: "file-head" },
      h(
        "h3",
        { id: `${id}-title` },
        h(
          "button",
          { class: "row file-row", type: "button", "aria-expanded": !folded, on: { click: toggle } },
          icon(folded ? "chevron-right" : "chevron-down"),
          h("code", { class: "path" }, visibleText(file.path)),
          counts(file),
        ),
      ),
      h("div", { class: "file-tags" }, ...fileTags(file, page)),
    ),
    folded ? null : fileBody(file, index, page),
  );
}

export function counts(file: FileState): VNode {
  return h(
    "span",
    { class: "counts" },
    h("span", { class: "added" }, `+${String(file.added)}`),
    " ",
    h("span", { class: "removed" }, `−${String(file.removed)}`),
    changeBar(file),
  );
}

const barLength = 5;

/** How much was added and removed, as a picture beside the figures. */
function changeBar({ added, removed }: FileState): Child {
  const all = added + removed;
  if (all === 0) return null;
  const length = Math.min(barLength, all);
  const filled = Math.round((added / all) * length);
  const first = Math.min(length - (removed > 0 ? 1 : 0), Math.max(added > 0 ? 1 : 0, filled));
  return h(
    "span",
    { class: "change-bar", "aria-hidden": true },
    ...Array.from({ length: barLength }, (_, index) =>
      h("span", { class: index < first ? "more" : index < length ? "less" : "" }),
    ),
  );
}

function fileTags(file: FileState, { words }: ReviewPage): Child[] {
  return [
    file.kind === "modify" ? null : h("span", { class: "tag" }, words(`kind.${file.kind}`)),
    file.out_of_scope
      ? h(
          "span",
          { class: "tag attention", title: words("outOfScopeHint") },
          icon("warning"),
          words("outOfScope"),
        )
      : null,
    file.protected
      ? h(
          "span",
          { class: "tag attention", title: words("protectedHint") },
          icon("shield"),
          words("protected"),
        )
      : null,
  ];
}

function fileBody(file: FileState, index: number, page: ReviewPage): Child {
  const { words, actions } = page;
  const hunks = file.hunks ?? page.fetched.get(index) ?? null;
  const notes = [
    file.out_of_scope ? words("outOfScopeHint") : "",
    file.protected ? words("protectedHint") : "",
    file.mode === null ? "" : words("modeChange", file.mode),
    file.binary ? words("binary") : "",
    !file.binary && file.hunk_numbers.length === 0 && file.mode === null ? words("emptyChange") : "",
  ].filter((note) => note !== "");
  return h(
    "div",
    { key: "body", class: "file-body" },
    notes.length === 0 ? null : h("p", { class: "quiet small file-note" }, notes.join(" · ")),
    hunks === null
      ? h(
          "p",
          { class: "quiet file-note", "data-fetch-file": index },
          button({
            label: words("showAll", file.added + file.removed),
            onClick: () => actions.fetchFile(index),
          }),
        )
      : hunks.map((hunk) => hunkView(hunk, file, page)),
    file.hunk_numbers.length > 0
      ? null
      : h(
          "p",
          { class: "file-note" },
          button({ label: words("openEditor"), icon: "go-to-file", onClick: () => actions.openFile(index) }),
        ),
  );
}
