import type { JsonObject } from "../../json";
import { parsePlan } from "../../plan/parsePlan";
import { parsePlanText, parseStrictJson } from "../../plan/parsePlanText";
import type { ClaimedState, Plan, PlanFault, Task } from "../../plan/plan";
import { err, ok, type Result } from "../../result";
import { buildPlan, type BuiltPlan } from "./buildPlan";
import { detectMarkdownFormat, documentFormats, isDocumentFormat, type DocumentFormat } from "./detectFormat";
import { parseMarkdown } from "./markdown";
import { readMarkdownPlan } from "./readMarkdownPlan";
import { isTaskMaster, readTaskMaster } from "./readTaskMaster";
import { sectionTree } from "./sections";

export interface ImportedPlan {
  readonly plan: Plan;
  /** What the document says was already done; null when it says nothing. */
  readonly claimed: ClaimedState | null;
  readonly format: DocumentFormat;
  /** What could not be taken over as it stands, a sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Reads a plan from a document of another tool or a person. `name` is its file name, `format` one of
 * `documentFormats` or `auto`. Gives faults, never an exception, for anything that is no plan.
 */
export function importDocument(
  text: string,
  name: string,
  format: string,
): Result<ImportedPlan, PlanFault[]> {
  if (format !== "auto" && !isDocumentFormat(format)) {
    const message = `The format ${format} is unknown; known are auto, ${documentFormats.join(", ")}`;
    return err([{ pointer: "", code: "plan.unknownFormat", message }]);
  }
  const asJson =
    format === "masterplan" || format === "task-master" || (format === "auto" && looksLikeJson(text, name));
  const read = asJson ? importJson(text, name, format) : importMarkdown(text, name, format);
  if (!read.ok || !text.includes("\uFFFD")) return read;
  const warning =
    "The text holds characters that were already lost when it was saved; look for the sign \uFFFD";
  return ok({ ...read.value, warnings: [...read.value.warnings, warning] });
}

function looksLikeJson(text: string, name: string): boolean {
  if (/\.json$/iu.test(name)) return true;
  return /^\uFEFF?\s*[{[]/u.test(text) && !/^\s*\[.\]\s/u.test(text);
}

function importJson(text: string, name: string, format: string): Result<ImportedPlan, PlanFault[]> {
  const json = parseStrictJson(text);
  if (!json.ok) return json;
  if (format === "task-master" || (format === "auto" && isTaskMaster(json.value))) {
    if (isTaskMaster(json.value)) return importTaskMaster(json.value, name);
    return err([
      {
        pointer: "",
        code: "plan.noSteps",
        message: "The file has no tasks: expected {tasks: []} or {tag: {tasks: []}}",
      },
    ]);
  }
  const parsed = parsePlanText(text);
  if (parsed.ok) return ok({ ...parsed.value, format: "masterplan", warnings: [] });
  const { value } = json;
  const bare =
    typeof value === "object" && value !== null && !Array.isArray(value) && !("schema_version" in value);
  if (!bare) return parsed;
  // Files in the layout of the reference carry no version: there was only one.
  const versioned = parsePlan({ schema_version: 1, ...value });
  if (!versioned.ok) return parsed;
  return ok({
    ...versioned.value,
    format: "masterplan",
    warnings: ["The file names no schema_version; it was read as version 1"],
  });
}

function importTaskMaster(value: JsonObject, name: string): Result<ImportedPlan, PlanFault[]> {
  const title = name.replace(/^.*[\\/]/u, "").replace(/\.json$/u, "") || "tasks";
  const draft = readTaskMaster(value, title);
  const built = buildPlan(draft);
  if (!built.ok) return built;
  const labels = draft.phases.flatMap((phase) =>
    phase.milestones.flatMap((m) => m.steps.map((step) => step.label ?? "")),
  );
  let position = 0;
  const ids = new Map<string, string>();
  for (const phase of built.value.plan.phases) {
    for (const task of phase.milestones.flatMap((milestone) => milestone.tasks)) {
      ids.set(labels[position] ?? "", task.task_id);
      position += 1;
    }
  }
  const byId = new Map([...ids].map(([label, id]) => [id, draft.dependsOn.get(label) ?? []]));
  const withDependencies = (task: Task): Task => ({
    ...task,
    depends_on: (byId.get(task.task_id) ?? []).flatMap((label) => ids.get(label) ?? []),
  });
  const phases = built.value.plan.phases.map((phase) => ({
    ...phase,
    milestones: phase.milestones.map((milestone) => ({
      ...milestone,
      tasks: milestone.tasks.map(withDependencies),
    })),
  }));
  const checked = parsePlan({ ...built.value.plan, phases });
  if (!checked.ok) return checked;
  const { claimed, warnings } = built.value;
  return ok({ plan: checked.value.plan, claimed, warnings, format: "task-master" });
}

function importMarkdown(text: string, name: string, format: string): Result<ImportedPlan, PlanFault[]> {
  const built = readMarkdownDocument(text, name, format);
  if (!built.ok) return built;
  const { plan, claimed, warnings } = built.value;
  return ok({ plan, claimed, warnings, format: built.value.format });
}

/** A Markdown document as a plan that still knows where its boxes stand. */
export function readMarkdownDocument(
  text: string,
  name: string,
  format: string,
): Result<BuiltPlan & { readonly format: DocumentFormat }, PlanFault[]> {
  const document = parseMarkdown(text);
  if (!document.ok) return err([document.error]);
  const conflict = /^<{7} /mu.exec(text);
  if (conflict !== null) {
    const line = text.slice(0, conflict.index).split("\n").length;
    const message = `A git conflict marker stands in line ${line}; settle the merge, then read the file again`;
    return err([{ pointer: `line ${line}`, code: "plan.conflict", message, line }]);
  }
  const tree = sectionTree(document.value);
  const detected = isDocumentFormat(format) ? format : detectMarkdownFormat(document.value, tree, name);
  const built = buildPlan(readMarkdownPlan(document.value, tree, detected, name));
  return built.ok ? ok({ ...built.value, format: detected }) : built;
}
