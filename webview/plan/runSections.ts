import type { PlanLabel } from "../../src/protocol/planLabels";
import type { ActiveTask, OutputState, RunState, WaitingState } from "../../src/protocol/planView";
import { waitingIcons } from "../../src/protocol/waitingIcons";
import { h, type Child, type VNode } from "../shared/dom";
import { button, icon } from "../shared/elements";
import { statusIcon } from "../shared/statusIcon";
import { visibleText } from "../shared/visibleText";
import { elapsed, money } from "../shared/words";
import { gateDecision, gateQuestion, isGate } from "./gateDecision";
import type { PlanPage } from "./planUi";

/** How far the run is, how long it took so far and what it cost. */
export function runProgress(page: PlanPage): Child {
  const { words, now } = page;
  const { run } = page.state;
  if (run === null) return null;
  const ended = run.branch_end === null ? "" : words(`branchEnd.${run.branch_end}`);
  return h(
    "section",
    { key: "progress", class: "section", "aria-labelledby": "progress-title" },
    h("h2", { id: "progress-title", class: "sr-only" }, words("progress")),
    h("progress", {
      class: "thick",
      max: 100,
      set: { value: run.percent },
      "aria-labelledby": "progress-title",
    }),
    h(
      "dl",
      { class: "figures" },
      figure(
        words("progress"),
        words("progressOf", run.done, run.total),
        run.claimed === 0 ? "" : words("claimedCount", run.claimed),
      ),
      figure(words("elapsed"), elapsed(words, (run.ended_at ?? now) - run.started_at), ""),
      run.remaining === null
        ? null
        : figure(words("remaining"), remainingRange(run.remaining, page), words("remainingNote")),
      figure(
        words("cost"),
        costOf(run, page),
        run.cost.tokens === 0 ? "" : words("tokens", grouped(run.cost.tokens, page)),
      ),
      run.branch === null ? null : figure(words("branch"), h("code", { class: "code" }, run.branch), ended),
    ),
    run.reason === null || run.reason === "" ? null : h("p", { class: "note" }, run.reason),
    run.next_action === "" || run.waiting.length > 0
      ? null
      : h("p", { class: "with-icon" }, icon("arrow-right"), run.next_action),
  );
}

function remainingRange({ min, max }: NonNullable<RunState["remaining"]>, { words }: PlanPage): string {
  const [least, most] = [elapsed(words, min * 60_000), elapsed(words, max * 60_000)];
  return least === most ? most : words("estimateRange", least, most);
}

function grouped(value: number, { language }: PlanPage): string {
  return value.toLocaleString(language);
}

function costOf(run: RunState, { words }: PlanPage): string {
  const { usd, budget } = run.cost;
  return budget === null ? money(usd) : words("costOf", money(usd), money(budget));
}

function figure(name: string, value: Child, note: string): VNode {
  return h(
    "div",
    { key: name, class: "figure" },
    h("dt", {}, name),
    h("dd", {}, value, note === "" ? null : h("span", { class: "quiet block" }, note)),
  );
}

/** One click leads to what a person must do. */
export function runWaiting(page: PlanPage): Child {
  const { words } = page;
  const waiting = page.state.run?.waiting ?? [];
  if (waiting.length === 0) return null;
  return h(
    "section",
    { key: "waiting", class: "section waiting", "aria-labelledby": "waiting-title" },
    h("h2", { id: "waiting-title" }, words("waitingForYou")),
    h("ul", { class: "plain" }, ...waiting.map((item) => waitingItem(item, page))),
  );
}

const kindIcons: Readonly<Record<string, string>> = waitingIcons;

function waitingItem(item: WaitingState, page: PlanPage): VNode {
  const kind = page.words(`waiting.${item.kind}` as PlanLabel);
  return h(
    "li",
    { key: item.key, class: "waiting-item" },
    h(
      "div",
      { class: "grow" },
      h(
        "span",
        { class: `tag ${item.kind === "failed" ? "bad" : "attention"}` },
        icon(kindIcons[item.kind] ?? "bell-dot"),
        kind,
      ),
      isGate(item) ? gateQuestion(item, page) : h("p", {}, item.text),
    ),
    isGate(item)
      ? gateDecision(item, page)
      : h("div", { key: "choice", class: "buttons" }, ...waitingButtons(item, page)),
  );
}

function waitingButtons(item: WaitingState, { words, actions, busy }: PlanPage): VNode[] {
  const make = (label: string, look: "primary" | "secondary", onClick: () => void): VNode =>
    button({ key: label, label, context: item.text, look, disabled: busy !== null, onClick });
  const { task } = item;
  if (item.kind === "interrupted") return [make(words("resume"), "primary", () => actions.control("resume"))];
  const open = (look: "primary" | "secondary"): VNode =>
    make(words("open"), look, () => actions.openWaiting(item.key));
  if (item.kind === "failed" && task !== null) {
    return [make(words("retry"), "primary", () => actions.retry(task)), open("secondary")];
  }
  return [open("primary")];
}

/** What runs at this moment, with its last steps. */
export function runNow(page: PlanPage): Child {
  const { words } = page;
  const { run } = page.state;
  if (run === null || run.active.length === 0) return null;
  return h(
    "section",
    { key: "now", class: "section", "aria-labelledby": "now-title" },
    h(
      "div",
      { class: "section-head" },
      h("h2", { id: "now-title" }, words("now")),
      button({
        id: "show-output",
        label: words("showOutput"),
        look: "outline",
        icon: "output",
        onClick: page.actions.showOutput,
      }),
    ),
    h("ul", { class: "plain" }, ...run.active.map((task) => activeTask(task, page))),
    run.output === null ? null : outputTail(run.output, page),
  );
}

/** Not announced line by line; the button leads to all of it. */
function outputTail({ check, lines }: OutputState, { words }: PlanPage): VNode {
  return h(
    "figure",
    { key: "output", class: "output" },
    h("figcaption", { class: "quiet small" }, words("outputOf", check)),
    h("pre", { "aria-live": "off" }, lines.map(visibleText).join("\n")),
  );
}

function activeTask(task: ActiveTask, { words }: PlanPage): VNode {
  return h(
    "li",
    { key: task.id, class: "active-task" },
    h(
      "div",
      { class: "with-icon" },
      statusIcon(task.status),
      h("span", { class: "id" }, task.id),
      h("span", { class: "grow task-title" }, task.title),
      h("span", { class: "quiet" }, words("attempt", task.attempt, task.max_attempts)),
    ),
    h(
      "ol",
      { class: "plain steps", "aria-live": "off" },
      ...task.steps.map((step) =>
        h(
          "li",
          { class: step.ok ? "" : "bad" },
          icon(step.ok ? "check" : "error"),
          h("code", {}, step.tool),
          h("span", { class: "step-text" }, step.text),
        ),
      ),
    ),
  );
}

export function runDecisions(page: PlanPage): Child {
  const { words } = page;
  const decisions = page.state.run?.decisions ?? [];
  if (decisions.length === 0) return null;
  return h(
    "section",
    { key: "decisions", class: "section", "aria-labelledby": "decisions-title" },
    h("h2", { id: "decisions-title" }, words("decisions")),
    h(
      "ul",
      { class: "plain decisions" },
      ...decisions.map((item) =>
        h(
          "li",
          {},
          h("span", { class: "tag" }, words(item.kind)),
          item.task === null ? null : h("span", { class: "id" }, item.task),
          h("span", {}, item.text),
          item.detail === "" ? null : h("span", { class: "quiet block" }, item.detail),
        ),
      ),
    ),
  );
}
