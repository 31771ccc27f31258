import { h, type Child, type VNode } from "../shared/dom";
import { visibleText } from "../shared/visibleText";
import { counted, duration, money } from "../shared/words";
import type { PlanPage } from "./planUi";

/** What a decision is about, at a glance: time, money, what runs, what is written, where it lands. */
export function planSummary(page: PlanPage): VNode {
  const { state, words } = page;
  const { grants } = state;
  return h(
    "section",
    { key: "summary", class: "section summary-figures", "aria-label": words("summary") },
    h(
      "dl",
      { class: "figures" },
      figure(
        words("estimate"),
        minutesRange(page),
        words("criticalPath", duration(words, grants.minutes.critical_path)),
      ),
      figure(words("cost"), costRange(page), budgetLine(page)),
      figure(
        words("runs"),
        counted(words, "commandCount", grants.commands.length),
        counted(words, "checkCount", grants.checks.length),
      ),
      figure(
        words("writesLabel"),
        counted(words, "files", grants.files.length),
        grants.protected_files.length === 0
          ? null
          : counted(words, "protectedCount", grants.protected_files.length),
      ),
      figure(words("branch"), h("code", { class: "code" }, visibleText(grants.branch)), null),
    ),
  );
}

function figure(name: string, value: Child, note: string | null): VNode {
  return h(
    "div",
    { key: name, class: "figure" },
    h("dt", {}, name),
    h("dd", {}, value, note === null ? null : h("span", { class: "quiet block" }, note)),
  );
}

function minutesRange({ state, words }: PlanPage): string {
  const { min, max } = state.grants.minutes;
  if (min === max) return duration(words, min);
  return words("estimateRange", duration(words, min), duration(words, max));
}

function costRange({ state, words }: PlanPage): string {
  const { cost, model_tasks } = state.grants;
  if (model_tasks === 0) return words("noModelCost");
  if (cost === null) return words("noPrice");
  return cost.min === cost.max ? money(cost.max) : words("costRange", money(cost.min), money(cost.max));
}

function budgetLine({ state, words }: PlanPage): string | null {
  const { cost, model_tasks } = state.grants;
  if (model_tasks === 0) return null;
  if (cost === null) return counted(words, "modelTasks", model_tasks);
  return cost.budget === null ? words("noBudget") : words("budgetOf", money(cost.budget));
}
