import { tasksOf, type Plan } from "../../core/plan/plan";
import { estimate } from "../../core/plan/estimate";
import type { Run } from "../../core/run/run";
import { isFinished } from "../../core/run/transitions";
import type { Translate } from "../../core/translate";
import type { StoredEvent } from "../../ports/storeRows";
import type { RunReport, StatusReport } from "../runReports";

/** The report of a run, also of one that failed or was cancelled: what was landed, proved, spent, and what is left. */
export function reportOf(
  run: Run,
  plan: Plan,
  status: StatusReport,
  events: readonly StoredEvent[],
  now: number,
  translate: Translate,
): Omit<RunReport, "preflight" | "preflight_rows"> {
  const files = new Set<string>();
  const commits: { readonly task: string; readonly sha: string }[] = [];
  const decisions: RunReport["decisions"][number][] = [];
  let tests: RunReport["tests"] = null;
  for (const { event } of events) {
    if (event.type === "commit.created") {
      commits.push({ task: event.task_id, sha: event.sha });
      for (const file of event.files) files.add(file);
    }
    if (event.type === "check.finished" && event.evidence.counts !== undefined) tests = event.evidence.counts;
    if (event.type === "decision.recorded") {
      decisions.push({
        kind: event.kind,
        text: event.text,
        detail: event.detail,
        task: event.task_id,
        by: event.by,
      });
    }
  }
  return {
    ...status,
    files: [...files].sort(),
    commits,
    tests,
    duration_ms: (run.ended_at ?? now) - (run.started_at ?? run.created_at),
    estimate_minutes: estimate(plan).expected,
    decisions,
    signed_off:
      run.end?.state === "go"
        ? { by: run.end.by, at: run.end.at, note: run.end.reason, criteria: run.end.open }
        : null,
    next_steps: nextSteps(run, plan, status, translate),
  };
}

function nextSteps(run: Run, plan: Plan, status: StatusReport, translate: Translate): readonly string[] {
  const steps = status.waiting.map((item) => item.text);
  const titles = new Map(tasksOf(plan).map(({ task }) => [task.task_id, task.title]));
  for (const task of run.tasks.values()) {
    const name = `${task.task_id} ${titles.get(task.task_id) ?? ""}`;
    if (task.status === "skipped") steps.push(translate("{0} was skipped: {1}", name, task.reason ?? ""));
    if (task.status === "claimed" && run.end?.state !== "go")
      steps.push(translate("{0} is claimed done and was not proved", name));
    if (task.status === "cancelled") steps.push(translate("{0} was not done", name));
  }
  if (isFinished(run.status) && run.base !== null && steps.length === 0) steps.push(status.next_action);
  return steps;
}
