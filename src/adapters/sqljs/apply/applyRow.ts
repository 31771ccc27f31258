import { assertNever } from "../../../core/errors";
import type { StoreChange, StoreCommit } from "../../../ports/store";
import type { DiscoveryRow, JiraMappingRow } from "../../../ports/storeRows";
import { flag, json, type SqlDatabase } from "../sqlDatabase";

type RowChange = Exclude<
  StoreChange,
  { kind: "run.event" | "plan.put" | "version.put" | "runs.purge" | "state.import" }
>;

/** Changes that are rows already. */
export function applyRow(
  database: SqlDatabase,
  change: RowChange,
  commit: StoreCommit,
  lsn: number,
  ordinal: number,
): void {
  switch (change.kind) {
    case "discovery.put":
      putDiscovery(database, change.row);
      return;
    case "approval.put": {
      const row = change.row;
      database.run(
        `INSERT INTO approvals (approval_id, masterplan_id, version, hash, approved_by, approved_at, grants, voided_at,
           voided_reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (approval_id) DO UPDATE SET voided_at = excluded.voided_at, voided_reason = excluded.voided_reason,
           grants = excluded.grants`,
        [
          row.id,
          row.plan_id,
          row.version,
          row.hash,
          row.by,
          row.at,
          json(row.grants),
          row.voided_at,
          row.voided_reason,
        ],
      );
      if (row.voided_at === null) {
        database.run("UPDATE masterplans SET approved_at = ? WHERE masterplan_id = ?", [row.at, row.plan_id]);
      }
      return;
    }
    case "history.add": {
      const row = change.row;
      database.run(
        `INSERT INTO masterplan_history (masterplan_id, change_type, change_description, changed_by, phase_id,
           milestone_id, task_id, previous_value, new_value, timestamp) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          row.plan_id,
          row.change_type,
          row.change_description,
          row.changed_by,
          row.phase_id,
          row.milestone_id,
          row.task_id,
          json(row.previous_value),
          json(row.new_value),
          row.at,
        ],
      );
      return;
    }
    case "setting.put":
      if (change.value === null) database.run("DELETE FROM settings WHERE key = ?", [change.key]);
      else
        database.run("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)", [
          change.key,
          json(change.value),
        ]);
      return;
    case "model_call.add": {
      const row = change.row;
      database.run(
        `INSERT OR REPLACE INTO model_calls (call_id, run_id, masterplan_id, task_id, purpose, provider, model,
           input_tokens, output_tokens, cached_tokens, usd, recorded, started_at, duration_ms, outcome, transcript)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          row.id,
          row.run_id,
          row.plan_id,
          row.task_id,
          row.purpose,
          row.provider,
          row.model,
          row.input_tokens,
          row.output_tokens,
          row.cached_tokens,
          row.usd,
          flag(row.recorded),
          row.started_at,
          row.duration_ms,
          row.outcome,
          row.transcript,
        ],
      );
      return;
    }
    case "snapshot.put": {
      const row = change.row;
      database.run(
        `INSERT OR REPLACE INTO masterplan_execution_snapshots (snapshot_id, masterplan_id, run_id, paused_at, paused_by,
           reason, tasks_state, in_progress_tasks, scratchpad_state, can_resume, resumed_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          row.id,
          row.plan_id,
          row.run_id,
          row.paused_at,
          row.paused_by,
          row.reason,
          json(row.tasks_state),
          json(row.in_progress_tasks),
          json(row.scratchpad_state),
          flag(row.can_resume),
          row.resumed_at,
        ],
      );
      return;
    }
    case "lesson.add": {
      const row = change.row;
      database.run(
        `INSERT OR REPLACE INTO lessons (lesson_id, masterplan_id, run_id, task_id, kind, signature, root_cause, context,
           missing, solution, worked_ms, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          row.id,
          row.plan_id,
          row.run_id,
          row.task_id,
          row.kind,
          row.signature,
          row.root_cause,
          json(row.context),
          row.missing,
          row.solution,
          row.worked_ms,
          row.at,
        ],
      );
      return;
    }
    case "metrics.put":
      database.run(
        "INSERT OR REPLACE INTO metrics (masterplan_id, run_id, metrics, at) VALUES (?, ?, ?, ?)",
        [change.row.plan_id, change.row.run_id, json(change.row.metrics), change.row.at],
      );
      return;
    case "audit.add":
      database.run(
        `INSERT INTO audit (lsn, ordinal, at, actor, correlation_id, action, subject, result, detail)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          lsn,
          ordinal,
          commit.at,
          commit.actor,
          commit.correlation_id,
          change.row.action,
          change.row.subject,
          change.row.result,
          json(change.row.detail),
        ],
      );
      return;
    case "jira.put":
      putJira(database, change.row);
      return;
    default:
      assertNever(change);
  }
}

function putDiscovery(database: SqlDatabase, row: DiscoveryRow): void {
  const part = (key: string): string => json(row.document[key] ?? null) ?? "null";
  const optional = (key: string): string | null => json(row.document[key]);
  // The plan may follow in the same commit; the link is set when it is there.
  const plan =
    row.plan_id !== null &&
    database.get("SELECT 1 FROM masterplans WHERE masterplan_id = ?", [row.plan_id]) !== undefined
      ? row.plan_id
      : null;
  database.run(
    `INSERT INTO discovery_documents (discovery_id, workspace_id, user_request_original, business_domain,
       bounded_contexts, aggregates, workflows, business_rules, ubiquitous_language, integrations, document, status,
       created_at, validated_at, masterplan_id) VALUES (?, 'workspace', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (discovery_id) DO UPDATE SET user_request_original = excluded.user_request_original,
       business_domain = excluded.business_domain, bounded_contexts = excluded.bounded_contexts,
       aggregates = excluded.aggregates, workflows = excluded.workflows, business_rules = excluded.business_rules,
       ubiquitous_language = excluded.ubiquitous_language, integrations = excluded.integrations,
       document = excluded.document, status = excluded.status, validated_at = excluded.validated_at,
       masterplan_id = excluded.masterplan_id`,
    [
      row.id,
      row.request,
      part("business_domain"),
      part("bounded_contexts"),
      part("aggregates"),
      part("workflows"),
      part("business_rules"),
      optional("ubiquitous_language"),
      optional("integrations"),
      json(row.document),
      row.status,
      row.created_at,
      row.validated_at,
      plan,
    ],
  );
}

function putJira(database: SqlDatabase, row: JiraMappingRow): void {
  database.run(
    `INSERT OR REPLACE INTO jira_mapping (masterplan_id, local_kind, local_id, jira_key, jira_id, content_hash, synced_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    [row.plan_id, row.local_kind, row.local_id, row.jira_key, row.jira_id, row.content_hash, row.synced_at],
  );
  showJiraKey(database, row);
}

/** Repeats a key of the mapping in the row it belongs to, where reports look for it. */
export function showJiraKey(
  database: SqlDatabase,
  row: Pick<JiraMappingRow, "plan_id" | "local_kind" | "local_id" | "jira_key" | "jira_id">,
): void {
  const where = [row.plan_id, row.local_id];
  switch (row.local_kind) {
    case "plan":
      database.run("UPDATE masterplans SET jira_exported = 1, jira_project_key = ? WHERE masterplan_id = ?", [
        row.jira_key,
        row.plan_id,
      ]);
      return;
    case "phase":
      database.run(
        "UPDATE masterplan_phases SET jira_epic_key = ? WHERE masterplan_id = ? AND phase_id = ?",
        [row.jira_key, ...where],
      );
      return;
    case "milestone":
      database.run(
        "UPDATE masterplan_milestones SET jira_version_name = ?, jira_version_id = ? WHERE masterplan_id = ? AND milestone_id = ?",
        [row.jira_key, row.jira_id, ...where],
      );
      return;
    case "task":
      database.run(
        "UPDATE masterplan_tasks SET jira_issue_key = ?, jira_issue_id = ? WHERE masterplan_id = ? AND task_id = ?",
        [row.jira_key, row.jira_id, ...where],
      );
      return;
    case "subtask":
      database.run(
        "UPDATE masterplan_subtasks SET jira_subtask_key = ? WHERE masterplan_id = ? AND subtask_id = ?",
        [row.jira_key, ...where],
      );
  }
}
