import type { AcceptanceCriterion, Predicate, Task } from "../../core/plan/plan";
import type { AgentFeedback } from "../agent/agentOutcome";

export interface TaskSource {
  readonly task: Task;
  /** Names that `run_check` takes. */
  readonly checks: readonly string[];
  readonly context?: readonly string[];
  readonly feedback: readonly AgentFeedback[];
  readonly keptHunks?: string;
}

const roles: Readonly<Record<string, string>> = {
  implementation: "Write the code that the task describes, with the tests it asks for.",
  testing: "Write tests that would fail if the behavior were wrong. Do not change the code under test.",
  documentation: "Write for the reader of the documents. Say only what the code does.",
  debug: "Find the cause before you change anything, and fix the cause.",
};

/** Everything that belongs to this one task and attempt: the end of the prompt, because it changes most. */
export function taskSection(source: TaskSource): string {
  const { task } = source;
  const blocks = [
    `# Task ${task.task_id}: ${task.title}`,
    task.description,
    roleOf(task),
    list("Acceptance criteria", (task.acceptance_criteria ?? []).map(criterionText)),
    list("Holds before you start", (task.preconditions ?? []).map(predicateText)),
    list("Must hold when you are done (checked by machine)", (task.postconditions ?? []).map(predicateText)),
    list("Expected outputs", outputsOf(task)),
    list("File scope", scopeOf(task)),
    list(
      "Subtasks",
      (task.subtasks ?? []).map(
        (one) =>
          `${one.subtask_id} ${one.title}${one.description === undefined ? "" : `: ${one.description}`}`,
      ),
    ),
    list("Checks that run_check can run", checksOf(task, source.checks)),
    list("Done before this task", source.context ?? []),
    ...feedbackBlocks(source.feedback),
    keptBlock(source.keptHunks),
  ];
  return blocks.filter((block) => block !== null && block !== "").join("\n\n");
}

export function criterionText(criterion: AcceptanceCriterion): string {
  if (typeof criterion === "string") return criterion;
  const id = criterion.id === undefined ? "" : `[${criterion.id}] `;
  return `${id}${criterion.text}${criterion.check === undefined ? "" : ` (proved by ${criterion.check})`}`;
}

export function predicateText(predicate: Predicate): string {
  const { type, description, critical: _critical, extra: _extra, ...fields } = predicate;
  const values = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return `${[type, ...values].join(" ")}${description === undefined ? "" : ` (${description})`}`;
}

function list(title: string, entries: readonly string[]): string | null {
  return entries.length === 0 ? null : `## ${title}\n${entries.map((entry) => `- ${entry}`).join("\n")}`;
}

function roleOf(task: Task): string | null {
  const role = task.assigned_agent;
  return role !== undefined && Object.hasOwn(roles, role) ? (roles[role] ?? null) : null;
}

function outputsOf(task: Task): string[] {
  const outputs = task.expected_outputs;
  if (outputs === undefined) return [];
  const kinds = [
    ["files", outputs.files],
    ["exports", outputs.exports],
    ["classes", outputs.classes],
    ["tables", outputs.tables],
  ] as const;
  const lines = kinds.flatMap(([name, values]) =>
    values === undefined || values.length === 0 ? [] : [`${name}: ${values.join(", ")}`],
  );
  return outputs.lines_of_code === undefined
    ? lines
    : [...lines, `about ${outputs.lines_of_code} lines of code`];
}

function scopeOf(task: Task): string[] {
  const write = task.file_scope?.write ?? [];
  const read = task.file_scope?.read ?? [];
  return [
    ...(write.length === 0 ? [] : [`may write: ${write.join(", ")}`]),
    ...(read.length === 0 ? [] : [`worth reading: ${read.join(", ")}`]),
  ];
}

function checksOf(task: Task, available: readonly string[]): string[] {
  const own = new Set(task.checks ?? []);
  return available.map((name) => (own.has(name) ? `${name} (required by this task)` : name));
}

const sources: Readonly<Record<AgentFeedback["source"], string>> = {
  validation: "validation failed",
  review: "a person sent it back",
  model: "it did not come to an end",
  person: "a person said",
};

function feedbackBlocks(feedback: readonly AgentFeedback[]): string[] {
  if (feedback.length === 0) return [];
  const lines = feedback.map((one) => `### Attempt ${one.attempt}: ${sources[one.source]}\n${one.text}`);
  return [
    [
      "## Feedback on earlier attempts",
      "Take every point in. The latest is the most important.",
      ...lines,
    ].join("\n"),
  ];
}

function keptBlock(kept: string | undefined): string | null {
  if (kept === undefined || kept === "") return null;
  return `## Kept from the last attempt\nA person wants these hunks as they are. They are in the files already; do not undo them.\n\`\`\`diff\n${kept}\n\`\`\``;
}
