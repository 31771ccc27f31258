import type { NewEvent } from "../../core/run/runEvent";
import { failureSignature } from "../../core/run/failureSignature";
import type { JsonObject } from "../../core/json";
import { lastAttempt } from "../../core/run/attemptInHands";
import type { Run, TaskState } from "../../core/run/run";
import { blocks } from "../../core/validation/evidence";
import type { Store, StoreChange } from "../../ports/store";
import type { LessonRow } from "../../ports/storeRows";

/**
 * What learning will need of a task that these events finish or fail, for the same commit: a finished task is an
 * example, and tells its earlier failures what worked; a failed one leaves signature, cause and context. `after` is the
 * run with the events in it.
 */
export function lessonsOf(
  store: Pick<Store, "rows">,
  after: Run,
  events: readonly NewEvent[],
  at: number,
): readonly StoreChange[] {
  const rows = events.flatMap((event): readonly LessonRow[] => {
    if (event.type === "failure.analysed")
      return analysed(store, after, event.task_id, event.analysis as JsonObject, at);
    if (event.type !== "task.status") return [];
    const task = after.tasks.get(event.task_id);
    if (task === undefined) return [];
    if (event.to === "done") return [example(store, after, task, at), ...solved(store, after, task, at)];
    return event.to === "failed" ? [failure(store, after, task, event.reason ?? "", at)] : [];
  });
  return rows.map((row) => ({ kind: "lesson.add", row }));
}

function example(store: Pick<Store, "rows">, run: Run, task: TaskState, at: number): LessonRow {
  return {
    ...common(run, task, at),
    id: `l_${run.id}_${task.task_id}`,
    kind: "example",
    signature: null,
    root_cause: null,
    context: contextOf(store, run, task),
    missing: null,
    solution: lastAttempt(run, task)?.summary ?? null,
  };
}

function failure(
  store: Pick<Store, "rows">,
  run: Run,
  task: TaskState,
  reason: string,
  at: number,
): LessonRow {
  const broken = lastAttempt(run, task)?.evidence.find(blocks);
  return {
    ...common(run, task, at),
    id: failureId(run, task, task.attempt_ids.length),
    kind: "failure",
    signature: failureSignature(reason),
    // The nearest cause that is known without asking a model; an analysis replaces it.
    root_cause: broken === undefined ? reason : `${broken.check}: ${broken.summary}`,
    context: { ...contextOf(store, run, task), cause_from: broken === undefined ? "reason" : "check" },
    missing: null,
    solution: null,
  };
}

/** The latest failure of a task with what an analysis found. */
function analysed(
  store: Pick<Store, "rows">,
  run: Run,
  taskId: string,
  analysis: JsonObject,
  at: number,
): readonly LessonRow[] {
  const latest = failuresOf(store, run, taskId).at(-1);
  if (latest === undefined) return [];
  const text = (field: string): string | null => {
    const value = analysis[field];
    return typeof value === "string" ? value : null;
  };
  return [
    {
      ...latest,
      root_cause: text("root_cause") ?? latest.root_cause,
      missing: text("hidden_dependency"),
      context: { ...latest.context, cause_from: "analysis", analysis },
      at,
    },
  ];
}

/** Earlier failures of a task that is done now: what the attempt that worked knew more, and what it did. */
function solved(store: Pick<Store, "rows">, run: Run, task: TaskState, at: number): readonly LessonRow[] {
  const attempts = task.attempt_ids.length;
  if (attempts < 2) return [];
  const worked = lastAttempt(run, task);
  return failuresOf(store, run, task.task_id).map((row) => {
    const failed = Number(row.context["attempt"]);
    // A word of a person or an analysis says what was missing; without one it is what the checks demanded.
    const later = task.feedback.filter((one) => one.attempt >= failed);
    const said = later.filter((one) => one.source !== "validation");
    const learned = (said.length === 0 ? later : said).map((one) => one.text);
    return {
      ...row,
      missing: row.missing ?? (learned.length === 0 ? null : learned.join("\n")),
      solution: worked?.summary ?? task.reason ?? "",
      context: {
        ...row.context,
        solved_by: { attempt: attempts, kind: worked?.kind ?? null, commit: task.commit },
      },
      worked_ms: task.worked_ms,
      at,
    };
  });
}

function common(run: Run, task: TaskState, at: number) {
  return {
    plan_id: run.plan_id,
    run_id: run.id,
    task_id: task.task_id,
    worked_ms: task.worked_ms,
    at,
  };
}

function failureId(run: Run, task: TaskState, attempt: number): string {
  return `l_${run.id}_${task.task_id}_${attempt}`;
}

function contextOf(store: Pick<Store, "rows">, run: Run, task: TaskState): JsonObject {
  const row = store.rows("masterplan_tasks", { masterplan_id: run.plan_id, task_id: task.task_id })[0];
  const attempt = lastAttempt(run, task);
  const text = (column: string): string | null => {
    const value = row?.[column];
    return typeof value === "string" ? value : null;
  };
  return {
    title: text("title"),
    description: text("description"),
    task_type: text("task_type"),
    complexity: text("complexity"),
    depends_on: task.depends_on,
    attempt: task.attempt_ids.length,
    failed_attempts: task.failed_attempts,
    kind: attempt?.kind ?? null,
    change: attempt?.change_hash ?? null,
    commit: task.commit,
    checks: (attempt?.evidence ?? []).map(({ check, status, summary }) => ({ check, status, summary })),
    feedback: task.feedback.map(({ attempt: number, source, text: said }) => ({
      attempt: number,
      source,
      text: said,
    })),
    first_started_at: task.history.find((step) => step.to === "in_progress")?.at ?? null,
  };
}

function failuresOf(store: Pick<Store, "rows">, run: Run, taskId: string): readonly LessonRow[] {
  const rows = store.rows("lessons", {
    masterplan_id: run.plan_id,
    run_id: run.id,
    task_id: taskId,
    kind: "failure",
  });
  const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
  return rows.map((row) => ({
    id: String(row["lesson_id"]),
    plan_id: run.plan_id,
    run_id: run.id,
    task_id: taskId,
    kind: "failure",
    signature: text(row["signature"]),
    root_cause: text(row["root_cause"]),
    context: JSON.parse(String(row["context"])) as JsonObject,
    missing: text(row["missing"]),
    solution: text(row["solution"]),
    worked_ms: Number(row["worked_ms"]),
    at: Number(row["at"]),
  }));
}
