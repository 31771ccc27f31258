import type { JsonObject, JsonValue } from "../json";
import type { ClaimedState, ClaimedTask } from "./plan";

/** Fields that say what happened instead of what is planned; they leave the content and become claimed history. */
const stateFields = new Set([
  "status",
  "status_history",
  "status_metadata",
  "progress",
  "progress_log",
  "progress_notes",
  "decisions",
  "decision_log",
  "surprises",
  "outcomes",
  "handoff",
  "lessons",
  "lessons_captured",
  "notes",
  "output",
  "outputs",
  "actual_outputs",
  "test_results",
  "actual_time_minutes",
  "actual_duration_hours",
  "actual_minutes",
  "started_at",
  "completed_at",
  "attempts",
  "retry_count",
  "last_error",
  "error_message",
  "sign_offs",
  "jira_key",
  "jira_issue_key",
]);
/** Fields that follow from others and are computed anew whenever they are needed. */
const derivedFields = new Set(["blocks", "dependency_graph", "parallel_groups", "critical_path"]);

const states: Readonly<Record<string, ClaimedTask["state"]>> = {
  completed: "done",
  complete: "done",
  done: "done",
  finished: "done",
  merged: "done",
  in_progress: "in_progress",
  started: "in_progress",
  ready_for_test: "in_progress",
  tested: "in_progress",
  in_review: "in_progress",
  review: "in_progress",
  partial: "partial",
  failed: "failed",
  failed_persistently: "failed",
  blocked: "blocked",
  skipped: "skipped",
  cancelled: "skipped",
  canceled: "skipped",
  deferred: "skipped",
};

/** What a status word of another tool claims; undefined for work that has not started. */
export function claimedState(word: string): ClaimedTask["state"] | undefined {
  const key = word
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/gu, "_");
  return Object.hasOwn(states, key) ? states[key] : undefined;
}

/** True when the field is neither content nor something to keep under `extra`. */
export function isDerivedField(field: string): boolean {
  return derivedFields.has(field);
}

/** True when the field holds run state. */
export function isStateField(field: string): boolean {
  return stateFields.has(field);
}

/** Gathers run state met while a plan is read; `key` is the id of the node that carried it, empty for the plan. */
export class ClaimedCollector {
  readonly #details: Record<string, JsonObject> = {};
  readonly #tasks: Record<string, ClaimedTask> = {};

  add(
    kind: "root" | "phase" | "milestone" | "task" | "subtask" | "other",
    key: string,
    state: JsonObject,
  ): void {
    if (Object.keys(state).length === 0) return;
    this.#details[kind === "root" ? "plan" : `${kind}:${key}`] = state;
    if (kind !== "task" || typeof state["status"] !== "string") return;
    const claimed = claimedState(state["status"]);
    if (claimed === undefined) return;
    const at = lastTime(state);
    const note = typeof state["notes"] === "string" ? state["notes"] : undefined;
    this.#tasks[key] = {
      state: claimed,
      ...(at === undefined ? {} : { at }),
      ...(note === undefined ? {} : { note }),
    };
  }

  finish(): ClaimedState | null {
    if (Object.keys(this.#details).length === 0) return null;
    const plan = this.#details["plan"] ?? {};
    return {
      tasks: this.#tasks,
      decisions: objects(plan["decisions"] ?? plan["decision_log"]).flatMap((entry) => {
        const decision = stringOf(entry["decision"]);
        if (decision === undefined) return [];
        return [{ decision, ...pick(entry, "rationale"), ...pick(entry, "at"), ...pick(entry, "author") }];
      }),
      surprises: objects(plan["surprises"]).flatMap((entry) => {
        const observation = stringOf(entry["observation"]);
        return observation === undefined ? [] : [{ observation, ...pick(entry, "evidence") }];
      }),
      progress: list(plan["progress"] ?? plan["progress_log"]).flatMap((entry) => {
        if (typeof entry === "string") return [{ text: entry }];
        const text = isObject(entry) ? stringOf(entry["text"]) : undefined;
        return text === undefined ? [] : [{ text, ...pick(entry as JsonObject, "at") }];
      }),
      outcomes: list(plan["outcomes"]).map((entry) =>
        typeof entry === "string" ? entry : JSON.stringify(entry),
      ),
      details: this.#details,
    };
  }
}

function lastTime(state: JsonObject): string | undefined {
  const completed = stringOf(state["completed_at"]);
  if (completed !== undefined) return completed;
  const last = objects(state["status_history"]).at(-1);
  return last === undefined ? undefined : stringOf(last["timestamp"] ?? last["at"]);
}

function pick<K extends string>(from: JsonObject, field: K): Partial<Record<K, string>> {
  const value = stringOf(from[field]);
  return value === undefined ? {} : ({ [field]: value } as Record<K, string>);
}

function stringOf(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return list(value).filter(isObject);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
