import type { PlanLabel } from "../../src/protocol/planLabels";
import type { MilestoneRow, TaskRow } from "../../src/protocol/planView";
import { h, type Child, type VNode } from "../shared/dom";
import { button, icon, textArea } from "../shared/elements";
import { statusIcon } from "../shared/statusIcon";
import { visibleText } from "../shared/visibleText";
import { counted, duration, elapsed } from "../shared/words";
import { commandLine } from "./planGrants";
import { criteriaList, proofOf } from "./planIntent";
import { allDetails, type PlanPage } from "./planUi";

export function milestoneRow(row: MilestoneRow, { words }: PlanPage): VNode {
  return h(
    "li",
    { key: `milestone ${row.id}`, class: "milestone" },
    h("h4", {}, row.name),
    row.description === "" ? null : h("p", { class: "quiet" }, row.description),
    row.criteria.length === 0 ? null : criteriaList(words("acceptance"), row.criteria, words, "h5"),
  );
}

export function taskRow(row: TaskRow, page: PlanPage): VNode {
  const { words, state, arranged } = page;
  const open = arranged.openTasks.includes(allDetails) !== arranged.openTasks.includes(row.id);
  const running = state.run !== null || row.status === "claimed";
  const status = words(`status.${row.status}` as PlanLabel);
  return h(
    "li",
    { key: `task ${row.id}`, class: open ? "task open" : "task", "data-task": row.id },
    h(
      "button",
      {
        class: "row task-row",
        type: "button",
        "aria-expanded": open,
        on: { click: () => page.actions.toggleTask(row.id) },
      },
      running
        ? statusIcon(row.status)
        : h("span", { class: "status quiet" }, icon(executorIcon(row.executor))),
      h(
        "span",
        { class: "grow" },
        h("span", { class: "id" }, row.id),
        " ",
        h("span", { class: "task-title" }, row.title),
        h("span", { class: "quiet block meta" }, running ? runMeta(row, page, status) : planMeta(row, page)),
      ),
      h("span", { class: "number" }, timeOf(row, page, running)),
    ),
    open ? taskDetails(row, page) : null,
    arranged.commentOn === row.id ? commentForm(row, page) : null,
    arranged.commentOn !== row.id && (arranged.comments[row.id] ?? "") !== ""
      ? h("p", { class: "note with-icon" }, icon("comment"), arranged.comments[row.id])
      : null,
  );
}

function executorIcon(executor: TaskRow["executor"]): string {
  return { agent: "sparkle", command: "terminal", manual: "person" }[executor];
}

function timeOf(row: TaskRow, { words }: PlanPage, running: boolean): string {
  if (running && row.worked_ms > 0) return elapsed(words, row.worked_ms);
  return row.minutes === null ? "" : duration(words, row.minutes);
}

function planMeta(row: TaskRow, { words }: PlanPage): string {
  return [
    words(`executor.${row.executor}`),
    counted(words, "criteria", row.criteria.length),
    row.writes.length === 0 ? "" : words("writes", abridged(row.writes)),
    row.depends_on.length === 0 ? "" : words("needs", abridged(row.depends_on)),
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

function runMeta(row: TaskRow, { words }: PlanPage, status: string): string {
  return [
    status,
    row.attempts > 1 ? words("attempt", row.attempts, row.max_attempts) : "",
    row.commit === null ? "" : words("commit", row.commit.slice(0, 8)),
    row.reason ?? "",
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

function abridged(items: readonly string[]): string {
  const shown = items.slice(0, 2).map(visibleText).join(", ");
  return items.length > 2 ? `${shown} +${String(items.length - 2)}` : shown;
}

function taskDetails(row: TaskRow, page: PlanPage): VNode {
  const { words } = page;
  return h(
    "div",
    { key: "details", class: "task-details" },
    row.description === "" ? null : h("p", { class: "prose" }, row.description),
    row.criteria.length === 0 ? null : detail(words("criteriaLabel"), criterionItems(row, page)),
    row.commands.length === 0
      ? null
      : detail(
          words("runs"),
          row.commands.map((argv) => commandLine(argv)),
        ),
    row.checks.length === 0 ? null : detail(words("checksOf"), [row.checks.join(", ")]),
    row.writes.length === 0
      ? null
      : detail(
          words("writesLabel"),
          row.writes.map((path) => h("code", { class: "code" }, visibleText(path))),
        ),
    row.depends_on.length === 0 ? null : detail(words("needsLabel"), [row.depends_on.join(", ")]),
    row.subtasks.length === 0
      ? null
      : detail(
          words("subtasks"),
          row.subtasks.map((subtask) =>
            h("span", { class: "with-icon" }, statusIcon(subtask.status), subtask.title),
          ),
        ),
    taskButtons(row, page),
  );
}

function detail(title: string, items: readonly Child[]): VNode {
  return h(
    "div",
    { key: title, class: "detail" },
    h("h5", { class: "label" }, title),
    h("ul", { class: "plain" }, ...items.map((item) => h("li", {}, item))),
  );
}

function criterionItems(row: TaskRow, { words }: PlanPage): Child[] {
  return row.criteria.map((criterion) => [
    criterion.text,
    h("span", { class: "quiet block" }, proofOf(criterion, words)),
  ]);
}

function taskButtons(row: TaskRow, { state, words, actions, busy }: PlanPage): VNode {
  return h(
    "div",
    { key: "buttons", class: "buttons" },
    state.mode === "approval"
      ? [
          button({
            label: words("comment"),
            context: row.id,
            icon: "comment",
            onClick: () => actions.arrange({ commentOn: row.id }),
          }),
          button({
            label: words("edit"),
            context: row.id,
            icon: "edit",
            disabled: busy !== null,
            onClick: () => actions.editNode(row.id),
          }),
        ]
      : button({
          label: words("open"),
          context: row.id,
          icon: "go-to-file",
          onClick: () => actions.openTask(row.id),
        }),
  );
}

function commentForm(row: TaskRow, { words, arranged, actions }: PlanPage): VNode {
  const done = (): void => actions.arrange({ commentOn: null });
  return h(
    "div",
    { key: "comment", class: "form" },
    textArea({
      id: "task-comment",
      label: words("commentOn", row.id),
      value: arranged.comments[row.id] ?? "",
      onInput: (value) => actions.arrange({ comments: { ...arranged.comments, [row.id]: value } }),
      onSubmit: done,
      onEscape: done,
    }),
    h("p", { class: "quiet" }, words("commentsKept")),
    h("div", { class: "buttons" }, button({ label: words("close"), onClick: done })),
  );
}
