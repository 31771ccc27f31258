/** The tables of schema version 1 that hold plans, in the reference's names, adapted to SQLite and to many plans. */
const planTables = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE workspaces (workspace_id TEXT PRIMARY KEY, path TEXT NOT NULL);

CREATE TABLE discovery_documents (
  discovery_id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces(workspace_id),
  conversation_id TEXT,
  user_request_original TEXT NOT NULL,
  business_domain TEXT NOT NULL CHECK (json_valid(business_domain)),
  bounded_contexts TEXT NOT NULL CHECK (json_valid(bounded_contexts)),
  aggregates TEXT NOT NULL CHECK (json_valid(aggregates)),
  workflows TEXT NOT NULL CHECK (json_valid(workflows)),
  business_rules TEXT NOT NULL CHECK (json_valid(business_rules)),
  ubiquitous_language TEXT CHECK (json_valid(ubiquitous_language)),
  integrations TEXT CHECK (json_valid(integrations)),
  document TEXT NOT NULL CHECK (json_valid(document)),
  status TEXT NOT NULL DEFAULT 'in_progress' CHECK (status IN ('in_progress', 'validated', 'completed')),
  created_at INTEGER NOT NULL,
  validated_at INTEGER,
  masterplan_id TEXT REFERENCES masterplans(masterplan_id)
);
CREATE INDEX idx_discovery_workspace ON discovery_documents(workspace_id);
CREATE INDEX idx_discovery_status ON discovery_documents(status);

CREATE TABLE masterplans (
  masterplan_id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces(workspace_id),
  conversation_id TEXT,
  discovery_id TEXT REFERENCES discovery_documents(discovery_id),
  project_name TEXT NOT NULL,
  user_request_original TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN
    ('draft', 'approved', 'in_progress', 'paused', 'completed', 'failed', 'cancelled', 'rejected')),
  stack TEXT NOT NULL CHECK (json_valid(stack)),
  business_logic TEXT CHECK (json_valid(business_logic)),
  entities TEXT NOT NULL CHECK (json_valid(entities)),
  jira_exported INTEGER NOT NULL DEFAULT 0 CHECK (jira_exported IN (0, 1)),
  jira_project_key TEXT CHECK (length(jira_project_key) <= 50),
  jira_id_mapping TEXT CHECK (json_valid(jira_id_mapping)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  approved_at INTEGER,
  completed_at INTEGER,
  cancelled_at INTEGER,
  current_version INTEGER NOT NULL CHECK (current_version >= 0),
  projected_version INTEGER,
  latest_run TEXT,
  title TEXT NOT NULL,
  origin TEXT NOT NULL,
  claimed TEXT CHECK (json_valid(claimed))
);
CREATE INDEX idx_masterplans_workspace ON masterplans(workspace_id);
CREATE INDEX idx_masterplans_status ON masterplans(status);
CREATE INDEX idx_masterplans_discovery ON masterplans(discovery_id);
CREATE INDEX idx_masterplans_jira_exported ON masterplans(jira_exported);

CREATE TABLE masterplan_versions (
  version_id TEXT PRIMARY KEY,
  masterplan_id TEXT NOT NULL REFERENCES masterplans(masterplan_id) ON DELETE CASCADE,
  version_number INTEGER NOT NULL CHECK (version_number >= 1),
  hash TEXT NOT NULL,
  plan_snapshot TEXT NOT NULL CHECK (json_valid(plan_snapshot)),
  change_summary TEXT NOT NULL,
  change_type TEXT CHECK (change_type IN ('initial', 'modification', 'refactoring', 'scope_reduction')),
  changes_detail TEXT CHECK (json_valid(changes_detail)),
  created_at INTEGER NOT NULL,
  created_by TEXT,
  parent_version_id TEXT REFERENCES masterplan_versions(version_id),
  progress_at_creation TEXT CHECK (json_valid(progress_at_creation)),
  CONSTRAINT unique_version_number UNIQUE (masterplan_id, version_number)
);
CREATE INDEX idx_versions_masterplan ON masterplan_versions(masterplan_id);
CREATE INDEX idx_versions_number ON masterplan_versions(masterplan_id, version_number);
CREATE INDEX idx_versions_parent ON masterplan_versions(parent_version_id);

CREATE TABLE masterplan_history (
  id INTEGER PRIMARY KEY,
  masterplan_id TEXT NOT NULL REFERENCES masterplans(masterplan_id) ON DELETE CASCADE,
  change_type TEXT NOT NULL CHECK (length(change_type) BETWEEN 1 AND 50),
  change_description TEXT,
  changed_by TEXT,
  phase_id TEXT,
  milestone_id TEXT,
  task_id TEXT,
  previous_value TEXT CHECK (json_valid(previous_value)),
  new_value TEXT CHECK (json_valid(new_value)),
  timestamp INTEGER NOT NULL
);
CREATE INDEX idx_history_masterplan ON masterplan_history(masterplan_id);
CREATE INDEX idx_history_timestamp ON masterplan_history(timestamp);
CREATE INDEX idx_history_change_type ON masterplan_history(change_type);

CREATE TABLE approvals (
  approval_id TEXT PRIMARY KEY,
  masterplan_id TEXT NOT NULL REFERENCES masterplans(masterplan_id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  hash TEXT NOT NULL,
  approved_by TEXT NOT NULL,
  approved_at INTEGER NOT NULL,
  grants TEXT NOT NULL CHECK (json_type(grants) = 'array'),
  voided_at INTEGER,
  voided_reason TEXT
);
CREATE INDEX idx_approvals_masterplan ON approvals(masterplan_id);
`;

/**
 * What a plan's current version is made of, with the state of its latest run. The status of a phase or milestone is
 * computed from counters of task statuses, so no writer can set it.
 */
const structureTables = `
CREATE TABLE masterplan_phases (
  masterplan_id TEXT NOT NULL REFERENCES masterplans(masterplan_id) ON DELETE CASCADE,
  phase_id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  order_number INTEGER NOT NULL,
  c_total INTEGER NOT NULL DEFAULT 0,
  c_finished INTEGER NOT NULL DEFAULT 0,
  c_failed INTEGER NOT NULL DEFAULT 0,
  c_blocked INTEGER NOT NULL DEFAULT 0,
  c_cancelled INTEGER NOT NULL DEFAULT 0,
  c_active INTEGER NOT NULL DEFAULT 0,
  run_status TEXT,
  gate TEXT NOT NULL DEFAULT 'none' CHECK (gate IN ('none', 'waiting', 'go', 'no_go')),
  status TEXT NOT NULL GENERATED ALWAYS AS (CASE
    WHEN run_status = 'completed' THEN 'completed'
    WHEN run_status IS NULL AND c_total > 0 AND c_finished = c_total THEN 'completed'
    WHEN c_failed > 0 THEN 'failed'
    WHEN c_cancelled > 0 AND c_finished + c_cancelled = c_total THEN 'cancelled'
    WHEN c_active > 0 THEN 'in_progress'
    WHEN c_blocked > 0 THEN 'blocked'
    WHEN c_finished > 0 OR run_status = 'in_progress' THEN 'in_progress'
    ELSE 'pending' END) STORED
    CHECK (status IN ('pending', 'in_progress', 'completed', 'failed', 'blocked', 'cancelled')),
  estimated_duration_hours REAL,
  actual_duration_hours REAL,
  depends_on_phases TEXT NOT NULL DEFAULT '[]' CHECK (json_type(depends_on_phases) = 'array'),
  jira_epic_key TEXT CHECK (length(jira_epic_key) <= 50),
  created_at INTEGER,
  started_at INTEGER,
  completed_at INTEGER,
  PRIMARY KEY (masterplan_id, phase_id),
  CONSTRAINT unique_phase_order UNIQUE (masterplan_id, order_number)
);
CREATE INDEX idx_phases_masterplan ON masterplan_phases(masterplan_id);
CREATE INDEX idx_phases_status ON masterplan_phases(status);
CREATE INDEX idx_phases_order ON masterplan_phases(masterplan_id, order_number);

CREATE TABLE masterplan_milestones (
  masterplan_id TEXT NOT NULL,
  milestone_id TEXT NOT NULL,
  phase_id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  order_number INTEGER NOT NULL,
  c_total INTEGER NOT NULL DEFAULT 0,
  c_finished INTEGER NOT NULL DEFAULT 0,
  c_failed INTEGER NOT NULL DEFAULT 0,
  c_blocked INTEGER NOT NULL DEFAULT 0,
  c_cancelled INTEGER NOT NULL DEFAULT 0,
  c_active INTEGER NOT NULL DEFAULT 0,
  status TEXT NOT NULL GENERATED ALWAYS AS (CASE
    WHEN c_total > 0 AND c_finished = c_total THEN 'completed'
    WHEN c_failed > 0 THEN 'failed'
    WHEN c_cancelled > 0 AND c_finished + c_cancelled = c_total THEN 'cancelled'
    WHEN c_active > 0 THEN 'in_progress'
    WHEN c_blocked > 0 THEN 'blocked'
    WHEN c_finished > 0 THEN 'in_progress'
    ELSE 'pending' END) STORED
    CHECK (status IN ('pending', 'in_progress', 'completed', 'failed', 'blocked', 'cancelled')),
  acceptance_criteria TEXT NOT NULL DEFAULT '[]' CHECK (json_type(acceptance_criteria) = 'array'),
  estimated_duration_hours REAL,
  actual_duration_hours REAL,
  jira_version_id TEXT CHECK (length(jira_version_id) <= 50),
  jira_version_name TEXT CHECK (length(jira_version_name) <= 255),
  created_at INTEGER,
  started_at INTEGER,
  completed_at INTEGER,
  PRIMARY KEY (masterplan_id, milestone_id),
  CONSTRAINT unique_milestone_order UNIQUE (masterplan_id, phase_id, order_number),
  FOREIGN KEY (masterplan_id, phase_id) REFERENCES masterplan_phases(masterplan_id, phase_id) ON DELETE CASCADE
);
CREATE INDEX idx_milestones_phase ON masterplan_milestones(masterplan_id, phase_id);
CREATE INDEX idx_milestones_status ON masterplan_milestones(status);
CREATE INDEX idx_milestones_order ON masterplan_milestones(masterplan_id, phase_id, order_number);

CREATE TABLE masterplan_tasks (
  masterplan_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  milestone_id TEXT NOT NULL,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  task_type TEXT NOT NULL CHECK (task_type IN
    ('setup', 'implementation', 'testing', 'documentation', 'deployment', 'refactoring')),
  priority TEXT CHECK (priority IN ('critical', 'high', 'medium', 'low')),
  complexity TEXT CHECK (complexity IN ('low', 'medium', 'high')),
  estimated_time_minutes INTEGER,
  story_points INTEGER,
  actual_time_minutes INTEGER,
  acceptance_criteria TEXT NOT NULL DEFAULT '[]' CHECK (json_type(acceptance_criteria) = 'array'),
  labels TEXT NOT NULL DEFAULT '[]' CHECK (json_type(labels) = 'array'),
  depends_on TEXT NOT NULL DEFAULT '[]' CHECK (json_type(depends_on) = 'array'),
  blocks TEXT NOT NULL DEFAULT '[]' CHECK (json_type(blocks) = 'array'),
  assigned_agent TEXT CHECK (length(assigned_agent) <= 100),
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN
    ('pending', 'claimed', 'in_progress', 'ready_for_test', 'tested', 'in_review', 'done', 'failed', 'blocked',
     'skipped', 'cancelled')),
  status_metadata TEXT CHECK (json_valid(status_metadata)),
  status_history TEXT NOT NULL DEFAULT '[]' CHECK (json_type(status_history) = 'array'),
  output TEXT CHECK (json_valid(output)),
  test_results TEXT CHECK (json_valid(test_results)),
  validation_results TEXT CHECK (json_valid(validation_results)),
  definition_of_done_satisfied INTEGER NOT NULL DEFAULT 0 CHECK (definition_of_done_satisfied IN (0, 1)),
  attempt_count INTEGER NOT NULL DEFAULT 0 CHECK (attempt_count >= 0),
  max_attempts INTEGER NOT NULL DEFAULT 3 CHECK (max_attempts >= 1),
  worked_ms INTEGER NOT NULL DEFAULT 0 CHECK (worked_ms >= 0),
  waiting_on INTEGER NOT NULL DEFAULT 0 CHECK (waiting_on >= 0),
  position INTEGER NOT NULL,
  priority_rank INTEGER NOT NULL GENERATED ALWAYS AS (CASE priority
    WHEN 'critical' THEN 1 WHEN 'high' THEN 2 WHEN 'medium' THEN 3 WHEN 'low' THEN 4 ELSE 5 END) STORED,
  jira_issue_key TEXT CHECK (length(jira_issue_key) <= 50),
  jira_issue_id TEXT CHECK (length(jira_issue_id) <= 50),
  created_at INTEGER,
  started_at INTEGER,
  completed_at INTEGER,
  failed_at INTEGER,
  PRIMARY KEY (masterplan_id, task_id),
  FOREIGN KEY (masterplan_id, milestone_id)
    REFERENCES masterplan_milestones(masterplan_id, milestone_id) ON DELETE CASCADE
);
CREATE INDEX idx_tasks_milestone ON masterplan_tasks(masterplan_id, milestone_id);
CREATE INDEX idx_tasks_status ON masterplan_tasks(status);
CREATE INDEX idx_tasks_assigned_agent ON masterplan_tasks(assigned_agent);
CREATE INDEX idx_tasks_priority ON masterplan_tasks(priority);
CREATE INDEX idx_tasks_jira_key ON masterplan_tasks(jira_issue_key);
CREATE INDEX idx_tasks_ready ON masterplan_tasks(masterplan_id, priority_rank, position)
  WHERE status = 'pending' AND waiting_on = 0;

CREATE TABLE masterplan_task_labels (
  masterplan_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  label TEXT NOT NULL,
  PRIMARY KEY (masterplan_id, task_id, label),
  FOREIGN KEY (masterplan_id, task_id) REFERENCES masterplan_tasks(masterplan_id, task_id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX idx_tasks_labels ON masterplan_task_labels(label);

CREATE TABLE masterplan_task_dependencies (
  masterplan_id TEXT NOT NULL,
  depends_on TEXT NOT NULL,
  task_id TEXT NOT NULL,
  PRIMARY KEY (masterplan_id, depends_on, task_id),
  FOREIGN KEY (masterplan_id, task_id) REFERENCES masterplan_tasks(masterplan_id, task_id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX idx_dependencies_task ON masterplan_task_dependencies(masterplan_id, task_id);

CREATE TABLE masterplan_subtasks (
  masterplan_id TEXT NOT NULL,
  subtask_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  title TEXT NOT NULL,
  description TEXT,
  estimated_minutes INTEGER,
  actual_minutes INTEGER,
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'in_progress', 'completed', 'cancelled')),
  jira_subtask_key TEXT CHECK (length(jira_subtask_key) <= 50),
  created_at INTEGER,
  started_at INTEGER,
  completed_at INTEGER,
  PRIMARY KEY (masterplan_id, task_id, subtask_id),
  FOREIGN KEY (masterplan_id, task_id) REFERENCES masterplan_tasks(masterplan_id, task_id) ON DELETE CASCADE
);
CREATE INDEX idx_subtasks_task ON masterplan_subtasks(masterplan_id, task_id);
CREATE INDEX idx_subtasks_status ON masterplan_subtasks(status);
`;

export const planSchema = planTables + structureTables;
