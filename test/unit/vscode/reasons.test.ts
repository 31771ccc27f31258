import { expect, test } from "vitest";
import { reportInWords } from "../../../src/vscode/pages/reportWords";
import { taskDocument } from "../../../src/vscode/documents/taskDocument";
import { taskTooltip } from "../../../src/vscode/sidebar/taskTooltip";
import { aTask } from "../../support/builders";
import { report } from "../../support/planViews";
import { pseudoTranslate, strayWords } from "../../support/pseudoLocale";

const reasons = [
  "dependency: 2 is failed",
  "the same failure twice: Ended with exit code 3",
  "precondition: No table definitions were found in a form that can be read here",
];

test.each(reasons)("AR-20 the page, the tooltip and the document of a task say in words: %s", (reason) => {
  const spec = aTask("1", { title: "Έργο", description: "" });
  const [first] = report.tasks;
  if (first === undefined) throw new Error("The report has no task");
  const task = { ...first, task_id: "1", title: "Έργο", status: "blocked" as const, reason };
  const row = reportInWords({ ...report, tasks: [task] }, pseudoTranslate).tasks[0];
  const said = [
    row?.reason ?? "",
    ...taskTooltip(spec, task, pseudoTranslate),
    taskDocument(spec, task, pseudoTranslate),
  ];
  expect(said.join("\n")).toContain("⟦");
  expect(strayWords(said.join("\n"), ["abc"])).toEqual([]);
});

test.each([
  "user",
  "interrupted",
  "panic",
  "head_moved",
  "budget",
  "until 1",
  "model.none: No model is chosen",
])("AR-20 the page says in words why a run is paused: %s", (reason) => {
  const paused = reportInWords({ ...report, status: "paused", reason, tasks: [] }, pseudoTranslate);
  expect(paused.reason).not.toBe(reason);
  expect(strayWords(paused.reason ?? "")).toEqual([]);
});
