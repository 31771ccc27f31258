import { beforeAll, describe, expect, it } from "vitest";
import { schemaVersion } from "../../../src/adapters/sqljs/schema/migrations";
import { tableNames, viewNames } from "../../../src/adapters/sqljs/schema/runSchema";
import { schemaDatabase, type SchemaDatabase } from "../../support/schemaDatabase";
import { schemaRows } from "../../support/schemaRows";

let database: SchemaDatabase["database"];
let insert: SchemaDatabase["insert"];
let tried: SchemaDatabase["tried"];

function refused(
  table: string,
  change: Readonly<Record<string, string | number | null>>,
  message: RegExp,
): void {
  tried(() => expect(() => insert(table, change)).toThrow(message));
}

beforeAll(async () => {
  ({ database, insert, tried } = await schemaDatabase());
});

describe("the schema", () => {
  it("ST-60 is at version 1 and holds every table and view by name", () => {
    expect(schemaVersion(database)).toBe(1);
    const found = database
      .all("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name")
      .map((row) => row["name"]);
    expect(found.filter((name) => name !== "meta" && name !== "run_cache")).toEqual(
      [...tableNames, ...viewNames].sort(),
    );
  });

  const allowed: readonly [string, string, readonly (string | number)[]][] = [
    [
      "masterplans",
      "status",
      ["draft", "approved", "in_progress", "paused", "completed", "failed", "cancelled", "rejected"],
    ],
    ["discovery_documents", "status", ["in_progress", "validated", "completed"]],
    ["masterplan_versions", "change_type", ["initial", "modification", "refactoring", "scope_reduction"]],
    ["masterplan_phases", "gate", ["none", "waiting", "go", "no_go"]],
    [
      "masterplan_tasks",
      "task_type",
      ["setup", "implementation", "testing", "documentation", "deployment", "refactoring"],
    ],
    ["masterplan_tasks", "priority", ["critical", "high", "medium", "low"]],
    ["masterplan_tasks", "complexity", ["low", "medium", "high"]],
    [
      "masterplan_tasks",
      "status",
      [
        "pending",
        "claimed",
        "in_progress",
        "ready_for_test",
        "tested",
        "in_review",
        "done",
        "failed",
        "blocked",
        "skipped",
        "cancelled",
      ],
    ],
    ["masterplan_tasks", "definition_of_done_satisfied", [0, 1]],
    ["masterplan_subtasks", "status", ["pending", "in_progress", "completed", "cancelled"]],
    ["masterplans", "jira_exported", [0, 1]],
    ["masterplan_execution_snapshots", "can_resume", [0, 1]],
    ["runs", "status", ["queued", "running", "waiting", "paused", "completed", "failed", "cancelled"]],
    ["runs", "recorded", [0, 1]],
    ["attempts", "kind", ["agent", "command", "manual"]],
    ["attempts", "outcome", ["succeeded", "failed", "timed_out", "cancelled", "interrupted", "sent_back"]],
    ["evidence", "severity", ["critical", "important", "nice_to_have"]],
    ["evidence", "status", ["passed", "failed", "not_verified", "timed_out", "not_applicable"]],
    ["intents", "outcome", ["open", "done", "failed", "unknown"]],
    ["lessons", "kind", ["example", "failure"]],
    ["model_calls", "recorded", [0, 1]],
    ["jira_mapping", "local_kind", ["plan", "phase", "milestone", "task", "subtask"]],
  ];
  it.each(allowed)("ST-61 %s.%s takes its own words and no other", (table, column, values) => {
    for (const value of values)
      tried(() => expect(database.change(`UPDATE ${table} SET ${column} = ?`, [value])).toBe(1));
    tried(() =>
      expect(() =>
        database.run(`UPDATE ${table} SET ${column} = ?`, [typeof values[0] === "number" ? 7 : "bogus"]),
      ).toThrow(/CHECK constraint failed/u),
    );
  });

  const json: readonly [string, string][] = [
    ...[
      "business_domain",
      "bounded_contexts",
      "aggregates",
      "workflows",
      "business_rules",
      "ubiquitous_language",
      "integrations",
      "document",
    ].map((column): [string, string] => ["discovery_documents", column]),
    ...["stack", "business_logic", "entities", "jira_id_mapping", "claimed"].map(
      (column): [string, string] => ["masterplans", column],
    ),
    ...["plan_snapshot", "changes_detail", "progress_at_creation"].map((column): [string, string] => [
      "masterplan_versions",
      column,
    ]),
    ...["previous_value", "new_value"].map((column): [string, string] => ["masterplan_history", column]),
    ...["status_metadata", "output", "test_results", "validation_results"].map((column): [string, string] => [
      "masterplan_tasks",
      column,
    ]),
    ...["tasks_state", "scratchpad_state"].map((column): [string, string] => [
      "masterplan_execution_snapshots",
      column,
    ]),
    ...["options", "base"].map((column): [string, string] => ["runs", column]),
    ...["command", "proves", "counts"].map((column): [string, string] => ["evidence", column]),
    ["intents", "spec"],
    ["lessons", "context"],
    ["metrics", "metrics"],
    ["settings", "value"],
    ["audit", "detail"],
  ];
  it.each(json)("ST-62 %s.%s holds JSON only", (table, column) => {
    tried(() =>
      expect(() => database.run(`UPDATE ${table} SET ${column} = '{no'`)).toThrow(/CHECK constraint failed/u),
    );
  });

  const lists: readonly [string, string][] = [
    ["masterplan_phases", "depends_on_phases"],
    ["masterplan_milestones", "acceptance_criteria"],
    ["masterplan_tasks", "acceptance_criteria"],
    ["masterplan_tasks", "labels"],
    ["masterplan_tasks", "depends_on"],
    ["masterplan_tasks", "blocks"],
    ["masterplan_tasks", "status_history"],
    ["masterplan_execution_snapshots", "in_progress_tasks"],
    ["approvals", "grants"],
  ];
  it.each(lists)("ST-63 %s.%s holds a list", (table, column) => {
    tried(() =>
      expect(() => database.run(`UPDATE ${table} SET ${column} = '{}'`)).toThrow(/CHECK constraint failed/u),
    );
  });

  const lengths: readonly [string, string, number][] = [
    ["masterplans", "jira_project_key", 50],
    ["masterplan_phases", "jira_epic_key", 50],
    ["masterplan_milestones", "jira_version_id", 50],
    ["masterplan_milestones", "jira_version_name", 255],
    ["masterplan_tasks", "assigned_agent", 100],
    ["masterplan_tasks", "jira_issue_key", 50],
    ["masterplan_tasks", "jira_issue_id", 50],
    ["masterplan_subtasks", "jira_subtask_key", 50],
    ["masterplan_history", "change_type", 50],
    ["jira_mapping", "jira_key", 50],
    ["jira_mapping", "jira_id", 50],
  ];
  it.each(lengths)("ST-64 %s.%s takes %i characters", (table, column, length) => {
    tried(() => expect(database.change(`UPDATE ${table} SET ${column} = ?`, ["x".repeat(length)])).toBe(1));
    tried(() =>
      expect(() => database.run(`UPDATE ${table} SET ${column} = ?`, ["x".repeat(length + 1)])).toThrow(
        /CHECK constraint failed/u,
      ),
    );
  });

  const numbers: readonly [string, string, number][] = [
    ["masterplan_tasks", "attempt_count", -1],
    ["masterplan_tasks", "max_attempts", 0],
    ["masterplan_tasks", "worked_ms", -1],
    ["masterplan_tasks", "waiting_on", -1],
    ["masterplan_versions", "version_number", 0],
    ["masterplans", "current_version", -1],
  ];
  it.each(numbers)("ST-65 %s.%s is never %i", (table, column, value) => {
    tried(() =>
      expect(() => database.run(`UPDATE ${table} SET ${column} = ?`, [value])).toThrow(
        /CHECK constraint failed/u,
      ),
    );
  });

  it("ST-66 keeps every UNIQUE rule of the reference", () => {
    refused("masterplan_phases", { phase_id: "P2" }, /UNIQUE constraint failed: .*order_number/u);
    refused("masterplan_milestones", { milestone_id: "M2" }, /UNIQUE constraint failed: .*order_number/u);
    refused("masterplan_versions", { version_id: "other" }, /UNIQUE constraint failed: .*version_number/u);
    for (const [table, row] of Object.entries(schemaRows)) {
      if (table === "masterplan_history") continue;
      refused(table, row, /UNIQUE constraint failed/u);
    }
  });

  it("ST-67 the status of a phase or milestone cannot be set, it follows from its tasks", () => {
    for (const table of ["masterplan_phases", "masterplan_milestones"]) {
      expect(() => database.run(`UPDATE ${table} SET status = 'completed'`)).toThrow(/generated column/u);
    }
  });

  it("ST-68 rows of a plan go with it, and none may refer to what is not there", () => {
    refused("masterplan_tasks", { task_id: "T9", milestone_id: "none" }, /FOREIGN KEY/u);
    refused(
      "masterplan_milestones",
      { milestone_id: "M9", phase_id: "none", order_number: 9 },
      /FOREIGN KEY/u,
    );
    refused("masterplan_subtasks", { subtask_id: "S9", task_id: "none" }, /FOREIGN KEY/u);
    refused("masterplan_history", { masterplan_id: "none" }, /FOREIGN KEY/u);
    refused("masterplan_execution_snapshots", { snapshot_id: "s9", masterplan_id: "none" }, /FOREIGN KEY/u);
    refused(
      "masterplan_versions",
      { version_id: "v9", version_number: 9, parent_version_id: "none" },
      /FOREIGN KEY/u,
    );
    refused("masterplans", { masterplan_id: "d9", discovery_id: "none" }, /FOREIGN KEY/u);
    tried(() => {
      database.run("DELETE FROM masterplan_phases");
      for (const table of ["masterplan_milestones", "masterplan_tasks", "masterplan_subtasks"])
        expect(database.get(`SELECT COUNT(*) AS n FROM ${table}`)?.["n"]).toBe(0);
    });
  });

  it("ST-71 no CHECK, UNIQUE or foreign key is without a test", () => {
    const tested = new Set(
      [...allowed, ...json, ...lists, ...lengths, ...numbers].map(([table, column]) => `${table}.${column}`),
    );
    // Generated from counters: ST-67 shows that nobody can set them.
    for (const table of ["masterplan_phases", "masterplan_milestones"]) tested.add(`${table}.status`);
    const tables = database.all("SELECT name, sql FROM sqlite_master WHERE type = 'table'");
    const checks = tables.flatMap(({ name, sql }) =>
      String(sql)
        .split("CHECK (")
        .slice(1)
        .map((text) => `${String(name)}.${/^(?:json_\w+\(|length\()?(\w+)/u.exec(text)?.[1] ?? text}`),
    );
    expect(checks.length).toBeGreaterThan(75);
    expect(checks.filter((check) => !tested.has(check))).toEqual([]);
    const keyed = tables
      .map(({ name }) => String(name))
      .filter((name) => !["meta", "workspaces", "run_cache"].includes(name))
      .filter((name) => name !== "masterplan_history" && !Object.hasOwn(schemaRows, name));
    // Side tables of tasks: their keys are whole rows, and they go with the task.
    expect(keyed).toEqual(["masterplan_task_labels", "masterplan_task_dependencies"]);
    for (const [table, row] of [
      ["masterplan_task_labels", { masterplan_id: "d1", task_id: "T1", label: "api" }],
      ["masterplan_task_dependencies", { masterplan_id: "d1", task_id: "T1", depends_on: "T0" }],
    ] as const) {
      tried(() => {
        insert(table, row);
        expect(() => insert(table, row)).toThrow(/UNIQUE constraint failed/u);
        expect(() => insert(table, { ...row, task_id: "none" })).toThrow(/FOREIGN KEY/u);
        database.run("DELETE FROM masterplan_tasks");
        expect(database.get(`SELECT COUNT(*) AS n FROM ${table}`)?.["n"]).toBe(0);
      });
    }
  });
});
