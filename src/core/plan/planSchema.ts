import type { JsonObject } from "../json";

const text = { type: "string", maxLength: 20_000 };
const name = { type: "string", minLength: 1 };
const id = { type: "string", pattern: "^[^\\s\\p{C}]{1,100}$" };
const open = { type: "object" };
const texts = listOf(text);
const amount = { type: "number", minimum: 0 };
const argv = {
  type: "array",
  minItems: 1,
  items: { type: "string", maxLength: 20_000 },
  description: "The executable and its arguments, one string each; no shell.",
};
const level = oneOf("low", "medium", "high");

/** An object whose unknown fields move to `extra`. */
function node(required: readonly string[], properties: Readonly<Record<string, JsonObject>>): JsonObject {
  return { type: "object", required, properties: { ...properties, extra: open } };
}

function listOf(items: JsonObject): JsonObject {
  return { type: "array", items };
}

function oneOf(...values: readonly string[]): JsonObject {
  return { type: "string", enum: values };
}

const criterion = {
  ...node(["text"], { id: { type: "string" }, text, check: { type: "string" } }),
  type: ["string", "object"],
  description: "A sentence, or one with an id and the name of the check that proves it.",
};
const criteria = listOf({ $ref: "#/$defs/criterion" });

const predicate = node(["type"], {
  type: name,
  description: text,
  critical: { type: "boolean" },
  path: name,
  pattern: name,
  class: name,
  from: name,
  name,
  module: name,
  file: name,
  pointer: { type: "string" },
  equals: {},
  table: name,
  model: name,
  command: { $ref: "#/$defs/argv" },
});
const predicates = listOf({ $ref: "#/$defs/predicate" });
const argvs = listOf({ $ref: "#/$defs/argv" });

const subtask = node(["subtask_id", "title"], {
  subtask_id: id,
  title: name,
  description: text,
  estimated_minutes: amount,
});

const task = node(["task_id", "title", "description", "task_type", "depends_on"], {
  task_id: id,
  title: name,
  description: text,
  task_type: oneOf("setup", "implementation", "testing", "documentation", "deployment", "refactoring"),
  executor: {
    ...oneOf("agent", "command", "manual"),
    description: "Who does the work; agent when left out.",
  },
  priority: oneOf("critical", "high", "medium", "low"),
  complexity: level,
  estimate_min_minutes: amount,
  estimated_time_minutes: amount,
  estimate_max_minutes: amount,
  story_points: amount,
  acceptance_criteria: criteria,
  labels: texts,
  depends_on: listOf({ type: "string" }),
  assigned_agent: { type: "string" },
  preconditions: predicates,
  postconditions: predicates,
  expected_outputs: node([], {
    files: texts,
    exports: texts,
    classes: texts,
    tables: texts,
    lines_of_code: { type: "integer", minimum: 0 },
  }),
  file_scope: node([], { write: texts, read: texts }),
  resources: texts,
  commands: argvs,
  checks: texts,
  subtasks: listOf({ $ref: "#/$defs/subtask" }),
  max_attempts: { type: "integer", minimum: 1, maximum: 100 },
});

const milestone = node(["milestone_id", "name", "tasks"], {
  milestone_id: id,
  name,
  description: text,
  acceptance_criteria: criteria,
  estimated_duration_hours: amount,
  tasks: listOf({ $ref: "#/$defs/task" }),
});

const phase = node(["phase_id", "name", "milestones"], {
  phase_id: id,
  name,
  goal: text,
  description: text,
  order: { type: "number" },
  depends_on_phases: {
    ...listOf({ type: "string" }),
    description: "Left out: the phase before this one. An empty list: none.",
  },
  gate: oneOf("auto", "person"),
  checkpoint: node([], { text, commands: argvs, predicates }),
  files_create: texts,
  files_modify: texts,
  components: texts,
  install: argvs,
  tests: node([], { unit: texts, integration: texts }),
  complexity: level,
  estimate_min_hours: amount,
  estimated_duration_hours: amount,
  estimate_max_hours: amount,
  milestones: listOf({ $ref: "#/$defs/milestone" }),
});

const qualityGate = node(["gate"], {
  gate: name,
  command: { $ref: "#/$defs/argv" },
  metric: text,
  operator: text,
  value: { type: ["number", "string"] },
  expectation: text,
  when: oneOf("task", "phase", "plan"),
});

/**
 * JSON Schema (2020-12) of a plan file: the one description that model answers, files and HTTP bodies are checked
 * against. Objects with an `extra` property keep their unknown fields there.
 */
export const planSchema: JsonObject = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "MasterPlan plan file",
  ...node(["schema_version", "project_name", "user_request_original", "phases"], {
    $schema: { type: "string" },
    schema_version: { type: "integer", const: 1 },
    project_name: name,
    user_request_original: { type: "string", minLength: 1 },
    ticket_id: text,
    plan_type: oneOf("feature", "bug", "refactor", "chore", "ops"),
    priority: text,
    severity: text,
    assignee: text,
    repo: text,
    branch: text,
    links: texts,
    estimate: text,
    start_date: text,
    target_date: text,
    stack: open,
    dependencies: { type: "array" },
    business_logic: node([], {
      domain: text,
      industry: text,
      bounded_contexts: { type: "array" },
      rules: listOf(open),
      workflows: listOf(open),
    }),
    entities: listOf(open),
    conventions: open,
    objective: text,
    scope: node([], { in: texts, out: texts }),
    technical_approach: text,
    context: node([], { code: texts, contracts: texts, constraints: texts, terms: open }),
    edits: listOf(open),
    files: listOf(
      node(["path"], { path: name, change: oneOf("add", "modify", "delete"), risk: text, notes: text }),
    ),
    breaking_changes: open,
    risk_level: oneOf("green", "yellow", "red"),
    risks: listOf(
      node(["risk"], {
        risk: text,
        impact: text,
        likelihood: text,
        mitigation: text,
        owner: text,
        trigger: text,
      }),
    ),
    compatibility: open,
    external_dependencies: open,
    security: open,
    observability: open,
    quality_gates: listOf(qualityGate),
    testing_strategy: open,
    documentation_updates: texts,
    rollback: listOf(node(["description"], { description: text, command: { $ref: "#/$defs/argv" } })),
    acceptance_criteria: criteria,
    sign_off: texts,
    pr_link: text,
    phases: { ...listOf({ $ref: "#/$defs/phase" }), minItems: 1 },
  }),
  $defs: { argv, criterion, predicate, subtask, task, milestone, phase },
};
