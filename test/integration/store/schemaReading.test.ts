import { beforeAll, describe, expect, it } from "vitest";
import { schemaDatabase, type SchemaDatabase } from "../../support/schemaDatabase";

let database: SchemaDatabase["database"];
let insert: SchemaDatabase["insert"];
let tried: SchemaDatabase["tried"];

/** Every index there is: those of the reference, whose keys begin with the plan here, and our own. */
const indexes: Readonly<Record<string, string>> = {
  idx_approvals_masterplan: "approvals(masterplan_id)",
  idx_attempts_run: "attempts(run_id, task_id)",
  idx_audit_correlation: "audit(correlation_id)",
  idx_dependencies_task: "masterplan_task_dependencies(masterplan_id, task_id)",
  idx_discovery_status: "discovery_documents(status)",
  idx_discovery_workspace: "discovery_documents(workspace_id)",
  idx_evidence_run: "evidence(run_id)",
  idx_history_change_type: "masterplan_history(change_type)",
  idx_history_masterplan: "masterplan_history(masterplan_id)",
  idx_history_timestamp: "masterplan_history(timestamp)",
  idx_intents_open: "intents(run_id) WHERE outcome = 'open'",
  idx_jira_mapping_key: "jira_mapping(jira_key)",
  idx_lessons_masterplan: "lessons(masterplan_id)",
  idx_lessons_signature: "lessons(signature)",
  idx_masterplans_discovery: "masterplans(discovery_id)",
  idx_masterplans_jira_exported: "masterplans(jira_exported)",
  idx_masterplans_status: "masterplans(status)",
  idx_masterplans_workspace: "masterplans(workspace_id)",
  idx_milestones_order: "masterplan_milestones(masterplan_id, phase_id, order_number)",
  idx_milestones_phase: "masterplan_milestones(masterplan_id, phase_id)",
  idx_milestones_status: "masterplan_milestones(status)",
  idx_model_calls_masterplan: "model_calls(masterplan_id)",
  idx_model_calls_run: "model_calls(run_id)",
  idx_phases_masterplan: "masterplan_phases(masterplan_id)",
  idx_phases_order: "masterplan_phases(masterplan_id, order_number)",
  idx_phases_status: "masterplan_phases(status)",
  idx_runs_masterplan: "runs(masterplan_id)",
  idx_runs_status: "runs(status)",
  idx_snapshots_masterplan: "masterplan_execution_snapshots(masterplan_id)",
  idx_snapshots_paused_at: "masterplan_execution_snapshots(paused_at)",
  idx_subtasks_status: "masterplan_subtasks(status)",
  idx_subtasks_task: "masterplan_subtasks(masterplan_id, task_id)",
  idx_tasks_assigned_agent: "masterplan_tasks(assigned_agent)",
  idx_tasks_jira_key: "masterplan_tasks(jira_issue_key)",
  idx_tasks_labels: "masterplan_task_labels(label)",
  idx_tasks_milestone: "masterplan_tasks(masterplan_id, milestone_id)",
  idx_tasks_priority: "masterplan_tasks(priority)",
  idx_tasks_ready:
    "masterplan_tasks(masterplan_id, priority_rank, position) WHERE status = 'pending' AND waiting_on = 0",
  idx_tasks_status: "masterplan_tasks(status)",
  idx_versions_masterplan: "masterplan_versions(masterplan_id)",
  idx_versions_number: "masterplan_versions(masterplan_id, version_number)",
  idx_versions_parent: "masterplan_versions(parent_version_id)",
};

beforeAll(async () => {
  ({ database, insert, tried } = await schemaDatabase());
});

describe("reading by the schema", () => {
  it("ST-69 has every index of the reference and its own, on exactly these columns", () => {
    const found = database
      .all("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
      .map((row) => {
        const columns = /\(([^)]*)\)\s*(.*)$/su.exec(String(row["sql"]));
        return [
          row["name"],
          `${String(row["tbl_name"])}(${columns?.[1] ?? ""}) ${columns?.[2] ?? ""}`.trim(),
        ];
      });
    expect(Object.fromEntries(found)).toEqual(indexes);
  });

  it("ST-70 the ready set is read from its own index, without a scan", () => {
    const plan = database.all(
      "EXPLAIN QUERY PLAN SELECT task_id FROM masterplan_tasks WHERE masterplan_id = 'd1' AND status = 'pending' AND waiting_on = 0 ORDER BY priority_rank, position",
    );
    expect(plan.map((row) => row["detail"]).join(" ")).toMatch(
      /SEARCH masterplan_tasks USING INDEX idx_tasks_ready/u,
    );
  });

  it("ST-72 every column of every view says what it should", () => {
    tried(() => {
      const tasks = [
        {
          task_id: "T2",
          status: "done",
          story_points: 3,
          estimated_time_minutes: 30,
          actual_time_minutes: 40,
        },
        {
          task_id: "T3",
          status: "failed",
          story_points: 5,
          estimated_time_minutes: 20,
          actual_time_minutes: 5,
        },
        { task_id: "T4", status: "blocked", story_points: 8, estimated_time_minutes: 10 },
        { task_id: "T5", status: "claimed", story_points: 1 },
        { task_id: "T6", status: "pending", waiting_on: 1, priority: "critical" },
        { task_id: "T7", status: "pending", priority: "high", assigned_agent: "agent", depends_on: '["T2"]' },
      ];
      for (const [position, task] of tasks.entries())
        insert("masterplan_tasks", { ...task, position: position + 2 });
      insert("masterplan_milestones", { milestone_id: "M2", order_number: 2 });
      database.run("UPDATE masterplan_milestones SET c_total = 7, c_failed = 1 WHERE milestone_id = 'M1'");
      database.run("UPDATE masterplan_milestones SET c_total = 1, c_finished = 1 WHERE milestone_id = 'M2'");
      database.run("UPDATE masterplan_phases SET c_total = 7, c_failed = 1");
      insert("run_events", {
        seq: 2,
        lsn: 3,
        at: 4,
        event: JSON.stringify({ type: "log", level: "warn", message: "m", correlation_id: "c9" }),
      });
      expect(database.all("SELECT * FROM masterplan_phase_progress")).toEqual([
        {
          phase_id: "P1",
          masterplan_id: "d1",
          phase_name: "n",
          phase_status: "failed",
          total_milestones: 2,
          completed_milestones: 1,
          total_tasks: 7,
          completed_tasks: 1,
          claimed_tasks: 1,
          progress_percent: 14.29,
          estimated_time_minutes: 60,
          actual_time_minutes: 45,
        },
      ]);
      const [first, second] = database.all(
        "SELECT * FROM masterplan_milestone_progress ORDER BY milestone_id",
      );
      expect(first).toEqual({
        milestone_id: "M1",
        phase_id: "P1",
        masterplan_id: "d1",
        milestone_name: "n",
        milestone_status: "failed",
        total_tasks: 7,
        completed_tasks: 1,
        claimed_tasks: 1,
        failed_tasks: 1,
        blocked_tasks: 1,
        progress_percent: 14.29,
        total_story_points: 17,
        completed_story_points: 3,
        estimated_time_minutes: 60,
        actual_time_minutes: 45,
      });
      expect(second).toMatchObject({ milestone_status: "completed", total_tasks: 0, progress_percent: null });
      expect(database.all("SELECT * FROM masterplan_executable_tasks")).toEqual([
        {
          task_id: "T7",
          milestone_id: "M1",
          masterplan_id: "d1",
          title: "t",
          priority: "high",
          estimated_time_minutes: null,
          assigned_agent: "agent",
          depends_on: '["T2"]',
        },
        expect.objectContaining({ task_id: "T1", priority: null }),
      ]);
      expect(database.all("SELECT * FROM run_log WHERE seq = 2")).toEqual([
        { run_id: "r1", seq: 2, lsn: 3, at: 4, level: "warn", message: "m", correlation_id: "c9" },
      ]);
    });
  });
});
