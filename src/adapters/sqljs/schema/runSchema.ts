/** The tables of schema version 1 that hold runs and what came out of them. */
const runTables = `
CREATE TABLE runs (
  run_id TEXT PRIMARY KEY,
  masterplan_id TEXT NOT NULL REFERENCES masterplans(masterplan_id) ON DELETE CASCADE,
  approval_id TEXT NOT NULL REFERENCES approvals(approval_id),
  version INTEGER NOT NULL,
  hash TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN
    ('queued', 'running', 'waiting', 'paused', 'completed', 'failed', 'cancelled')),
  reason TEXT,
  options TEXT NOT NULL CHECK (json_valid(options)),
  base TEXT CHECK (json_valid(base)),
  tip TEXT,
  cost_usd REAL NOT NULL,
  cost_tokens INTEGER NOT NULL,
  cost_cached INTEGER NOT NULL,
  recorded INTEGER NOT NULL CHECK (recorded IN (0, 1)),
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER
);
CREATE INDEX idx_runs_masterplan ON runs(masterplan_id);
CREATE INDEX idx_runs_status ON runs(status);

CREATE TABLE run_events (
  run_id TEXT NOT NULL REFERENCES runs(run_id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  lsn INTEGER NOT NULL,
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  task_id TEXT,
  actor TEXT NOT NULL,
  correlation_id TEXT NOT NULL,
  event TEXT NOT NULL,
  PRIMARY KEY (run_id, seq)
) WITHOUT ROWID;

CREATE TABLE run_cache (
  run_id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  state TEXT NOT NULL
);

CREATE TABLE attempts (
  attempt_id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs(run_id) ON DELETE CASCADE,
  task_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('agent', 'command', 'manual')),
  base TEXT,
  worktree TEXT,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  outcome TEXT CHECK (outcome IN ('succeeded', 'failed', 'timed_out', 'cancelled', 'interrupted', 'sent_back')),
  reason TEXT,
  summary TEXT,
  change_hash TEXT,
  change_blob TEXT,
  hunk_count INTEGER NOT NULL
);
CREATE INDEX idx_attempts_run ON attempts(run_id, task_id);

CREATE TABLE evidence (
  attempt_id TEXT NOT NULL REFERENCES attempts(attempt_id) ON DELETE CASCADE,
  check_name TEXT NOT NULL,
  run_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  layer TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('critical', 'important', 'nice_to_have')),
  status TEXT NOT NULL CHECK (status IN ('passed', 'failed', 'not_verified', 'timed_out', 'not_applicable')),
  summary TEXT NOT NULL,
  command TEXT CHECK (json_valid(command)),
  exit_code INTEGER,
  output_hash TEXT,
  duration_ms INTEGER NOT NULL,
  proves TEXT CHECK (json_valid(proves)),
  counts TEXT CHECK (json_valid(counts)),
  PRIMARY KEY (attempt_id, check_name)
);
CREATE INDEX idx_evidence_run ON evidence(run_id);

CREATE TABLE intents (
  run_id TEXT NOT NULL REFERENCES runs(run_id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  kind TEXT NOT NULL,
  task_id TEXT,
  attempt_id TEXT,
  spec TEXT NOT NULL CHECK (json_valid(spec)),
  opened_at INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('open', 'done', 'failed', 'unknown')),
  PRIMARY KEY (run_id, key)
);
CREATE INDEX idx_intents_open ON intents(run_id) WHERE outcome = 'open';

CREATE TABLE masterplan_execution_snapshots (
  snapshot_id TEXT PRIMARY KEY,
  masterplan_id TEXT NOT NULL REFERENCES masterplans(masterplan_id) ON DELETE CASCADE,
  run_id TEXT NOT NULL,
  paused_at INTEGER NOT NULL,
  paused_by TEXT,
  reason TEXT,
  tasks_state TEXT NOT NULL CHECK (json_valid(tasks_state)),
  in_progress_tasks TEXT NOT NULL DEFAULT '[]' CHECK (json_type(in_progress_tasks) = 'array'),
  scratchpad_state TEXT CHECK (json_valid(scratchpad_state)),
  can_resume INTEGER NOT NULL DEFAULT 1 CHECK (can_resume IN (0, 1)),
  resumed_at INTEGER
);
CREATE INDEX idx_snapshots_masterplan ON masterplan_execution_snapshots(masterplan_id);
CREATE INDEX idx_snapshots_paused_at ON masterplan_execution_snapshots(paused_at);

CREATE TABLE model_calls (
  call_id TEXT PRIMARY KEY,
  run_id TEXT,
  masterplan_id TEXT,
  task_id TEXT,
  purpose TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cached_tokens INTEGER NOT NULL,
  usd REAL NOT NULL,
  recorded INTEGER NOT NULL CHECK (recorded IN (0, 1)),
  started_at INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  transcript TEXT
);
CREATE INDEX idx_model_calls_run ON model_calls(run_id);
CREATE INDEX idx_model_calls_masterplan ON model_calls(masterplan_id);

CREATE TABLE lessons (
  lesson_id TEXT PRIMARY KEY,
  masterplan_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('example', 'failure')),
  signature TEXT,
  root_cause TEXT,
  context TEXT NOT NULL CHECK (json_valid(context)),
  missing TEXT,
  solution TEXT,
  worked_ms INTEGER NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX idx_lessons_masterplan ON lessons(masterplan_id);
CREATE INDEX idx_lessons_signature ON lessons(signature);

CREATE TABLE metrics (
  masterplan_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  metrics TEXT NOT NULL CHECK (json_valid(metrics)),
  at INTEGER NOT NULL,
  PRIMARY KEY (masterplan_id, run_id)
);

CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL CHECK (json_valid(value))) WITHOUT ROWID;

CREATE TABLE audit (
  lsn INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  correlation_id TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  result TEXT NOT NULL,
  detail TEXT CHECK (json_valid(detail)),
  PRIMARY KEY (lsn, ordinal)
) WITHOUT ROWID;
CREATE INDEX idx_audit_correlation ON audit(correlation_id);

CREATE TABLE jira_mapping (
  masterplan_id TEXT NOT NULL REFERENCES masterplans(masterplan_id) ON DELETE CASCADE,
  local_kind TEXT NOT NULL CHECK (local_kind IN ('plan', 'phase', 'milestone', 'task', 'subtask')),
  local_id TEXT NOT NULL,
  jira_key TEXT NOT NULL CHECK (length(jira_key) <= 50),
  jira_id TEXT CHECK (length(jira_id) <= 50),
  content_hash TEXT,
  synced_at INTEGER,
  PRIMARY KEY (masterplan_id, local_kind, local_id)
);
CREATE INDEX idx_jira_mapping_key ON jira_mapping(jira_key);
`;

/** The reporting views of the reference with every column, and the run log. */
const views = `
CREATE VIEW masterplan_phase_progress AS
SELECT
  p.phase_id,
  p.masterplan_id,
  p.name AS phase_name,
  p.status AS phase_status,
  COUNT(DISTINCT m.milestone_id) AS total_milestones,
  COUNT(DISTINCT CASE WHEN m.status = 'completed' THEN m.milestone_id END) AS completed_milestones,
  COUNT(t.task_id) AS total_tasks,
  COUNT(CASE WHEN t.status = 'done' THEN 1 END) AS completed_tasks,
  COUNT(CASE WHEN t.status = 'claimed' THEN 1 END) AS claimed_tasks,
  ROUND(100.0 * COUNT(CASE WHEN t.status = 'done' THEN 1 END) / NULLIF(COUNT(t.task_id), 0), 2) AS progress_percent,
  SUM(t.estimated_time_minutes) AS estimated_time_minutes,
  SUM(t.actual_time_minutes) AS actual_time_minutes
FROM masterplan_phases p
LEFT JOIN masterplan_milestones m ON m.masterplan_id = p.masterplan_id AND m.phase_id = p.phase_id
LEFT JOIN masterplan_tasks t ON t.masterplan_id = m.masterplan_id AND t.milestone_id = m.milestone_id
GROUP BY p.masterplan_id, p.phase_id;

CREATE VIEW masterplan_milestone_progress AS
SELECT
  m.milestone_id,
  m.phase_id,
  m.masterplan_id,
  m.name AS milestone_name,
  m.status AS milestone_status,
  COUNT(t.task_id) AS total_tasks,
  COUNT(CASE WHEN t.status = 'done' THEN 1 END) AS completed_tasks,
  COUNT(CASE WHEN t.status = 'claimed' THEN 1 END) AS claimed_tasks,
  COUNT(CASE WHEN t.status = 'failed' THEN 1 END) AS failed_tasks,
  COUNT(CASE WHEN t.status = 'blocked' THEN 1 END) AS blocked_tasks,
  ROUND(100.0 * COUNT(CASE WHEN t.status = 'done' THEN 1 END) / NULLIF(COUNT(t.task_id), 0), 2) AS progress_percent,
  SUM(t.story_points) AS total_story_points,
  SUM(CASE WHEN t.status = 'done' THEN t.story_points ELSE 0 END) AS completed_story_points,
  SUM(t.estimated_time_minutes) AS estimated_time_minutes,
  SUM(t.actual_time_minutes) AS actual_time_minutes
FROM masterplan_milestones m
LEFT JOIN masterplan_tasks t ON t.masterplan_id = m.masterplan_id AND t.milestone_id = m.milestone_id
GROUP BY m.masterplan_id, m.milestone_id;

CREATE VIEW masterplan_executable_tasks AS
SELECT
  t.task_id,
  t.milestone_id,
  t.masterplan_id,
  t.title,
  t.priority,
  t.estimated_time_minutes,
  t.assigned_agent,
  t.depends_on
FROM masterplan_tasks t
WHERE t.status = 'pending' AND t.waiting_on = 0
ORDER BY t.masterplan_id, t.priority_rank, t.position;

CREATE VIEW run_log AS
SELECT
  run_id,
  seq,
  lsn,
  at,
  json_extract(event, '$.level') AS level,
  json_extract(event, '$.message') AS message,
  json_extract(event, '$.correlation_id') AS correlation_id
FROM run_events
WHERE type = 'log';
`;

export const runSchema = runTables + views;

/** Everything that can be read by name. */
export const tableNames: readonly string[] = [
  "workspaces",
  "discovery_documents",
  "masterplans",
  "masterplan_versions",
  "masterplan_history",
  "approvals",
  "masterplan_phases",
  "masterplan_milestones",
  "masterplan_tasks",
  "masterplan_task_labels",
  "masterplan_task_dependencies",
  "masterplan_subtasks",
  "runs",
  "run_events",
  "attempts",
  "evidence",
  "intents",
  "masterplan_execution_snapshots",
  "model_calls",
  "lessons",
  "metrics",
  "settings",
  "audit",
  "jira_mapping",
];
export const viewNames: readonly string[] = [
  "masterplan_phase_progress",
  "masterplan_milestone_progress",
  "masterplan_executable_tasks",
  "run_log",
];
