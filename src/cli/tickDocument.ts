import { readMarkdownDocument } from "../core/documents/read/importDocument";
import { markDocument } from "../core/documents/write/markDocument";
import { MasterPlanError } from "../core/errors";
import { tasksOf } from "../core/plan/plan";
import type { PlanView } from "../engine/masterPlan";
import type { StatusReport } from "../engine/runReports";

/**
 * The document a plan was imported from, with the boxes of finished tasks ticked and every other byte as it was. Only
 * ticks: a box that a person ticked stays. Refuses a document that no longer holds a finished task under its title.
 */
export function tickDocument(
  text: string,
  file: string,
  view: PlanView,
  status: StatusReport,
): { readonly text: string; readonly ticked: number } {
  const format = view.origin.replace(/^import:/u, "");
  const read = readMarkdownDocument(text, file, format);
  const titles = new Map(
    read.ok ? tasksOf(read.value.plan).map(({ task }) => [task.task_id, task.title]) : [],
  );
  const done = status.tasks.filter((task) => task.status === "done");
  const moved = done.find((task) => titles.get(task.task_id) !== task.title);
  if (view.origin === format || moved !== undefined) {
    throw new MasterPlanError(
      "usage.invalid",
      moved === undefined
        ? `Plan ${view.id} was not read from a document`
        : `${file} does not hold ${moved.task_id} ${moved.title} where the plan was read from it`,
      { hint: "Nothing was changed. Export the plan into a file of its own instead" },
    );
  }
  const marked = markDocument(
    text,
    file,
    format,
    new Map(done.map((task) => [task.task_id, { done: true }])),
  );
  if (!marked.ok) throw new MasterPlanError("internal", `${file} could be read and not marked`);
  return { text: marked.value, ticked: done.length };
}
