import { h, type Child, type VNode } from "../shared/dom";
import { checkbox, icon } from "../shared/elements";
import { visibleArgument, visibleText } from "../shared/visibleText";
import type { PlanPage } from "./planUi";

/** Everything that approving lets run and be written, in one frame. Nothing is folded away. */
export function planGrants(page: PlanPage): VNode {
  const { state, words } = page;
  const { grants } = state;
  return h(
    "section",
    { key: "grants", class: "section", "aria-labelledby": "grants-title" },
    h("h2", { id: "grants-title" }, words("grants")),
    h("p", { class: "quiet" }, words("grantsIntro")),
    h(
      "div",
      { class: "frame" },
      commandList(page),
      checkList(page),
      paths(words("filesWritten"), grants.files, words("noFiles"), page, "writes"),
      protectedFiles(page),
      grants.hooks_skipped.length === 0
        ? null
        : paths(words("hooks"), grants.hooks_skipped, "", page, "hooks"),
    ),
  );
}

function commandList({ state, words }: PlanPage): VNode {
  const { commands } = state.grants;
  if (commands.length === 0) return block(words("commands"), h("p", { class: "quiet" }, words("noCommands")));
  return block(
    words("commands"),
    h("p", { class: "quiet" }, words("commandsHint")),
    h(
      "ul",
      { class: "plain commands" },
      ...commands.map(({ argv, where }) =>
        h("li", {}, commandLine(argv), h("span", { class: "quiet small" }, where)),
      ),
    ),
  );
}

function checkList({ state, words }: PlanPage): VNode {
  const { checks } = state.grants;
  if (checks.length === 0) return block(words("checks"), h("p", { class: "quiet" }, words("noChecks")));
  return block(
    words("checks"),
    h(
      "ul",
      { class: "plain commands checks" },
      ...checks.map((check) =>
        h(
          "li",
          {},
          h("span", { class: "check-name" }, check.name),
          commandLine(check.argv),
          h("span", { class: "quiet small" }, check.source),
        ),
      ),
    ),
  );
}

/** One argument per box, so that spaces and empty arguments cannot hide. */
export function commandLine(argv: readonly string[]): VNode {
  return h(
    "code",
    { class: "code argv" },
    ...argv.flatMap((argument, index) => [
      index === 0 ? "" : " ",
      h("span", { class: "argument" }, visibleArgument(argument)),
    ]),
  );
}

const shortList = 30;

function paths(title: string, items: readonly string[], empty: string, page: PlanPage, key: string): VNode {
  if (items.length === 0) return block(title, h("p", { class: "quiet" }, empty));
  const id = `list:${key}`;
  const all = items.length <= shortList || page.arranged.openTasks.includes(id);
  return block(
    title,
    h(
      "ul",
      { class: "plain paths" },
      ...(all ? items : items.slice(0, shortList)).map((item) =>
        h("li", {}, h("code", { class: "code" }, visibleText(item))),
      ),
    ),
    all
      ? null
      : h(
          "button",
          { class: "link", type: "button", on: { click: () => page.actions.toggleTask(id) } },
          page.words("showAll", items.length),
        ),
  );
}

function protectedFiles({ state, words, arranged, actions }: PlanPage): Child {
  const files = state.grants.protected_files;
  if (files.length === 0) return null;
  const ticked = arranged.granted.hash === state.hash ? arranged.granted.files : [];
  const toggle = (index: number, on: boolean): void => {
    const rest = ticked.filter((item) => item !== index);
    actions.arrange({ granted: { hash: state.hash, files: on ? [...rest, index] : rest } });
  };
  return block(
    words("protectedFiles"),
    h(
      "p",
      { class: "quiet with-icon" },
      icon("shield"),
      words(state.mode === "approval" ? "protectedHint" : "protectedKept"),
    ),
    h(
      "ul",
      { class: "plain ticks" },
      ...files.map((path, index) =>
        h(
          "li",
          {},
          state.mode === "approval"
            ? checkbox({
                key: path,
                label: h("code", { class: "code" }, visibleText(path)),
                checked: ticked.includes(index),
                onChange: (on) => toggle(index, on),
              })
            : h("code", { class: "code" }, visibleText(path)),
        ),
      ),
    ),
  );
}

function block(title: string, ...children: readonly Child[]): VNode {
  return h("div", { key: title, class: "block" }, h("h3", {}, title), ...children);
}
