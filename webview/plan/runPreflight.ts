import { h, type Child } from "../shared/dom";
import { visibleText } from "../shared/visibleText";
import type { PlanPage } from "./planUi";

/** What the preflight of the run looked at, a row for each thing. */
export function runPreflight({ state, words }: PlanPage): Child {
  const rows = state.run?.preflight ?? [];
  if (rows.length === 0) return null;
  return h(
    "section",
    { key: "preflight", class: "section", "aria-labelledby": "preflight-title" },
    h("h2", { id: "preflight-title" }, words("preflight")),
    h(
      "ul",
      { class: "plain decisions" },
      ...rows.map(({ label, text }) =>
        h("li", {}, h("span", { class: "tag" }, visibleText(label)), h("span", {}, visibleText(text))),
      ),
    ),
  );
}
