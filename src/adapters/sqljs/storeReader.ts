import { MasterPlanError } from "../../core/errors";
import type { ApprovalId, PlanId, RunId } from "../../core/ids";
import type { JsonObject } from "../../core/json";
import type { ClaimedState, Plan } from "../../core/plan/plan";
import type { Run, RunStatus } from "../../core/run/run";
import type { RunEvent } from "../../core/run/runEvent";
import { satisfies } from "../../core/run/transitions";
import type {
  ApprovalRow,
  HistoryRow,
  PlanRow,
  PlanStatus,
  PlanVersionRow,
  RunRow,
  StoredEvent,
} from "../../ports/storeRows";
import { versionId } from "./apply/applyPlan";
import { tableNames, viewNames } from "./schema/runSchema";
import type { RunStates } from "./apply/runStates";
import type { Row, SqlDatabase } from "./sqlDatabase";

const planColumns =
  "masterplan_id, status, current_version, title, created_at, updated_at, discovery_id, origin, claimed";
const versionColumns =
  "masterplan_id, version_number, hash, change_type, change_summary, changes_detail, parent_version_id, created_at, created_by";

/** Every read of the store, over one database. */
export class StoreReader {
  readonly #database: SqlDatabase;
  readonly #runs: RunStates;
  readonly #versions = new Map<string, PlanVersionRow>();
  readonly #columns = new Map<string, ReadonlySet<string>>();

  constructor(database: SqlDatabase, runs: RunStates) {
    this.#database = database;
    this.#runs = runs;
  }

  plans(): readonly PlanRow[] {
    return this.#database
      .all(`SELECT ${planColumns} FROM masterplans ORDER BY created_at, masterplan_id`)
      .map(toPlan);
  }

  plan(id: PlanId): PlanRow | null {
    const row = this.#database.get(`SELECT ${planColumns} FROM masterplans WHERE masterplan_id = ?`, [id]);
    return row === undefined ? null : toPlan(row);
  }

  version(id: PlanId, version: number): PlanVersionRow | null {
    const key = versionId(id, version);
    const known = this.#versions.get(key);
    if (known !== undefined) return known;
    const row = this.#database.get(
      `SELECT ${versionColumns}, plan_snapshot FROM masterplan_versions WHERE version_id = ?`,
      [key],
    );
    if (row === undefined) return null;
    const found = { ...toVersion(row), plan: JSON.parse(text(row, "plan_snapshot")) as Plan };
    // Versions never change; parsing a large one again for every look would be felt.
    if (this.#versions.size >= 8) this.#versions.clear();
    this.#versions.set(key, found);
    return found;
  }

  versions(id: PlanId): readonly Omit<PlanVersionRow, "plan">[] {
    return this.#database
      .all(
        `SELECT ${versionColumns} FROM masterplan_versions WHERE masterplan_id = ? ORDER BY version_number`,
        [id],
      )
      .map(toVersion);
  }

  approvals(plan?: PlanId): readonly ApprovalRow[] {
    const [where, values] = filter("masterplan_id", plan);
    return this.#database
      .all(`SELECT * FROM approvals${where} ORDER BY approved_at, approval_id`, values)
      .map(toApproval);
  }

  approval(id: ApprovalId): ApprovalRow | null {
    const row = this.#database.get("SELECT * FROM approvals WHERE approval_id = ?", [id]);
    return row === undefined ? null : toApproval(row);
  }

  runs(plan?: PlanId): readonly RunRow[] {
    const [where, values] = filter("masterplan_id", plan);
    return this.#database
      .all(
        `SELECT run_id, masterplan_id, approval_id, version, status, created_at, ended_at FROM runs${where}
         ORDER BY created_at, run_id`,
        values,
      )
      .map((row) => ({
        id: text(row, "run_id") as RunId,
        plan_id: text(row, "masterplan_id") as PlanId,
        approval_id: text(row, "approval_id") as ApprovalId,
        version: number(row, "version"),
        status: text(row, "status") as RunStatus,
        created_at: number(row, "created_at"),
        ended_at: numberOrNull(row, "ended_at"),
      }));
  }

  run(id: RunId): Run | null {
    return this.#runs.get(id);
  }

  events(
    id: RunId,
    options: { readonly after?: number; readonly limit?: number } = {},
  ): readonly StoredEvent[] {
    return this.#database
      .all(
        `SELECT seq, lsn, actor, correlation_id, event FROM run_events WHERE run_id = ? AND seq > ? ORDER BY seq LIMIT ?`,
        [id, options.after ?? 0, options.limit ?? -1],
      )
      .map((row) => ({
        seq: number(row, "seq"),
        lsn: number(row, "lsn"),
        actor: text(row, "actor"),
        correlation_id: text(row, "correlation_id"),
        event: JSON.parse(text(row, "event")) as RunEvent,
      }));
  }

  history(plan?: PlanId): readonly HistoryRow[] {
    const [where, values] = filter("masterplan_id", plan);
    return this.#database.all(`SELECT * FROM masterplan_history${where} ORDER BY id`, values).map((row) => ({
      id: number(row, "id"),
      plan_id: text(row, "masterplan_id") as PlanId,
      change_type: text(row, "change_type"),
      change_description: text(row, "change_description"),
      changed_by: text(row, "changed_by"),
      phase_id: textOrNull(row, "phase_id"),
      milestone_id: textOrNull(row, "milestone_id"),
      task_id: textOrNull(row, "task_id"),
      previous_value: object(row, "previous_value"),
      new_value: object(row, "new_value"),
      at: number(row, "timestamp"),
    }));
  }

  setting(key: string): JsonObject | null {
    const row = this.#database.get("SELECT value FROM settings WHERE key = ?", [key]);
    return row === undefined ? null : object(row, "value");
  }

  rows(table: string, where: Readonly<Record<string, string | number | null>> = {}): readonly Row[] {
    if (!tableNames.includes(table) && !viewNames.includes(table)) {
      throw new MasterPlanError("usage.invalid", `There is no table or view ${table}`, {
        hint: `Known names: ${[...tableNames, ...viewNames].join(", ")}`,
      });
    }
    const columns = this.#columnsOf(table);
    const conditions = Object.keys(where).map((column) => {
      if (!columns.has(column))
        throw new MasterPlanError("usage.invalid", `${table} has no column ${column}`);
      return `${column} IS ?`;
    });
    const clause = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
    return this.#database.all(`SELECT * FROM ${table}${clause}`, Object.values(where));
  }

  #columnsOf(table: string): ReadonlySet<string> {
    const known = this.#columns.get(table);
    if (known !== undefined) return known;
    const rows = this.#database.all(`PRAGMA table_xinfo(${table})`);
    const columns = new Set(rows.map((row) => text(row, "name")));
    this.#columns.set(table, columns);
    return columns;
  }

  readyTasks(id: RunId): readonly string[] {
    const shown = this.#database.get("SELECT masterplan_id FROM masterplans WHERE latest_run = ?", [id]);
    if (shown !== undefined) {
      return this.#database
        .all(
          `SELECT task_id FROM masterplan_tasks WHERE masterplan_id = ? AND status = 'pending' AND waiting_on = 0
           ORDER BY priority_rank, position`,
          [text(shown, "masterplan_id")],
        )
        .map((row) => text(row, "task_id"));
    }
    const run = this.#runs.get(id);
    if (run === null) return [];
    const open = (on: string): boolean => {
      const dependency = run.tasks.get(on);
      return dependency !== undefined && !satisfies(dependency.status);
    };
    return [...run.tasks.values()]
      .filter((task) => task.status === "pending" && !task.depends_on.some(open))
      .map((task) => task.task_id);
  }
}

function filter(column: string, value: string | undefined): [string, string[]] {
  return value === undefined ? ["", []] : [` WHERE ${column} = ?`, [value]];
}

function toPlan(row: Row): PlanRow {
  return {
    id: text(row, "masterplan_id") as PlanId,
    status: text(row, "status") as PlanStatus,
    current_version: number(row, "current_version"),
    title: text(row, "title"),
    created_at: number(row, "created_at"),
    updated_at: number(row, "updated_at"),
    discovery_id: textOrNull(row, "discovery_id") as PlanRow["discovery_id"],
    origin: text(row, "origin"),
    claimed: object(row, "claimed") as ClaimedState | null,
  };
}

function toVersion(row: Row): Omit<PlanVersionRow, "plan"> {
  const parent = textOrNull(row, "parent_version_id");
  return {
    plan_id: text(row, "masterplan_id") as PlanId,
    version: number(row, "version_number"),
    hash: text(row, "hash"),
    change_type: text(row, "change_type") as PlanVersionRow["change_type"],
    change_summary: text(row, "change_summary"),
    changes_detail: object(row, "changes_detail"),
    parent_version: parent === null ? null : Number(parent.slice(parent.lastIndexOf("@") + 1)),
    created_at: number(row, "created_at"),
    created_by: text(row, "created_by"),
  };
}

function toApproval(row: Row): ApprovalRow {
  return {
    id: text(row, "approval_id") as ApprovalId,
    plan_id: text(row, "masterplan_id") as PlanId,
    version: number(row, "version"),
    hash: text(row, "hash"),
    by: text(row, "approved_by"),
    at: number(row, "approved_at"),
    grants: JSON.parse(text(row, "grants")) as string[],
    voided_at: numberOrNull(row, "voided_at"),
    voided_reason: textOrNull(row, "voided_reason"),
  };
}

function text(row: Row, column: string): string {
  return String(row[column]);
}

function textOrNull(row: Row, column: string): string | null {
  const value = row[column];
  return value === null || value === undefined ? null : String(value);
}

function number(row: Row, column: string): number {
  return Number(row[column]);
}

function numberOrNull(row: Row, column: string): number | null {
  const value = row[column];
  return value === null || value === undefined ? null : Number(value);
}

function object(row: Row, column: string): JsonObject | null {
  const value = textOrNull(row, column);
  return value === null ? null : (JSON.parse(value) as JsonObject);
}
