import type { PlanLabel } from "../../src/protocol/planLabels";
import type { PhaseState, PlanRowState } from "../../src/protocol/planView";
import { h, type Child, type VNode } from "../shared/dom";
import { button, icon } from "../shared/elements";
import { statusIcon } from "../shared/statusIcon";
import { duration } from "../shared/words";
import { milestoneRow, taskRow } from "./planTaskRow";
import { allDetails, isPhaseOpen, rowsOf, type PlanPage } from "./planUi";

/** Phases with their tasks. A closed phase costs one row; an open one renders what was scrolled to. */
export function planTasks(page: PlanPage): VNode {
  const { state, words } = page;
  const allOpen = page.arranged.openTasks.includes(allDetails);
  return h(
    "section",
    { key: "tasks", class: "section", "aria-labelledby": "tasks-title" },
    h(
      "div",
      { class: "section-head" },
      h("h2", { id: "tasks-title" }, words("planTasks")),
      button({
        label: allOpen ? words("collapseAll") : words("expandAll"),
        look: "outline",
        pressed: allOpen,
        icon: allOpen ? "collapse-all" : "expand-all",
        onClick: page.actions.toggleAll,
      }),
    ),
    h(
      "ol",
      { class: "plain phases" },
      ...state.phases.map((phase, index) => phaseItem(page, phase, index + 1)),
    ),
  );
}

function phaseItem(page: PlanPage, phase: PhaseState, position: number): VNode {
  const { words } = page;
  const open = isPhaseOpen(page, phase.id);
  const bodyId = `phase-${String(position)}`;
  const running = page.state.run !== null;
  return h(
    "li",
    { key: phase.id, class: "phase" },
    h(
      "h3",
      {},
      h(
        "button",
        {
          class: "row phase-row",
          type: "button",
          "aria-expanded": open,
          "aria-controls": open ? bodyId : undefined,
          on: { click: () => page.actions.togglePhase(phase.id) },
        },
        icon(open ? "chevron-down" : "chevron-right"),
        running ? statusIcon(phase.status) : null,
        h("span", { class: "grow" }, `${String(position)} ${phase.name}`),
        running
          ? h("span", { class: "number" }, `${String(phase.done)}/${String(phase.total)}`)
          : h("span", { class: "number" }, phase.minutes === null ? "" : duration(words, phase.minutes)),
        running ? h("span", { class: "sr-only" }, ` ${words(`status.${phase.status}` as PlanLabel)}`) : null,
      ),
    ),
    running
      ? h("progress", {
          class: "thin",
          max: Math.max(1, phase.total),
          set: { value: phase.done },
          "aria-label": `${phase.name}: ${words("progressOf", phase.done, phase.total)}`,
        })
      : null,
    open ? phaseBody(page, phase, bodyId) : null,
  );
}

function phaseBody(page: PlanPage, phase: PhaseState, id: string): VNode {
  const loaded = rowsOf(page, phase.id);
  const notes = [
    phase.goal,
    phase.checkpoint === "" ? "" : page.words("checkpoint", phase.checkpoint),
    phase.gate === "person" ? page.words("gatePerson") : "",
  ].filter((note) => note !== "");
  return h(
    "div",
    { key: "body", id, class: "phase-body" },
    ...notes.map((note) => h("p", { class: "quiet" }, note)),
    loaded === null
      ? h("p", { class: "quiet", "data-more": phase.id }, page.words("loading"))
      : h(
          "ul",
          { class: phase.rows === null ? "plain tasks long" : "plain tasks" },
          ...loaded.rows.map((row) => rowItem(page, row)),
        ),
    loaded === null || loaded.rows.length >= loaded.total
      ? null
      : more(page, phase.id, loaded.total - loaded.rows.length),
  );
}

function rowItem(page: PlanPage, row: PlanRowState): Child {
  return row.kind === "milestone" ? milestoneRow(row, page) : taskRow(row, page);
}

/** Seen by the scroll observer, which loads on; a button for everybody else. */
function more(page: PlanPage, phase: string, rest: number): VNode {
  return h(
    "p",
    { key: "more", "data-more": phase },
    button({
      label: page.words("showMore", Math.min(rest, 100)),
      onClick: () => page.actions.loadMore(phase),
    }),
  );
}
