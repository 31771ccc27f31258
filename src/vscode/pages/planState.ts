import { scriptsLine } from "../../core/validation/checkScripts";
import { tasksOf, type Plan } from "../../core/plan/plan";
import { remainingWork } from "../../core/run/remainingWork";
import type { OutputState, ReportState, RunState, PlanState } from "../../protocol/planView";
import type { PlanView } from "../../engine/masterPlan";
import type { RunReport, WaitingItem } from "../../engine/runReports";
import type { RunRow } from "../../ports/storeRows";
import type { LiveSteps } from "./liveSteps";
import { phaseStates, type PlanProgress } from "./phaseRows";
import { criteriaOf, placeOf, planFacts, sentenceOf, textField } from "../documents/planText";

export interface PlanSnapshotInput {
  readonly revision: number;
  readonly view: PlanView;
  /** The run that the page shows, and where it stands; null before there is one. */
  readonly run: { readonly row: RunRow; readonly report: RunReport } | null;
  readonly steps: LiveSteps;
  readonly output: OutputState | null;
  /** Whether the model that would carry the plan out now only has recorded replies. */
  readonly recorded: boolean;
}

/** Everything the plan page shows, from what the engine answered. */
export function planState({ revision, view, run, steps, output, recorded }: PlanSnapshotInput): PlanState {
  const { plan } = view;
  const shown = run !== null && showsRun(view, run.row) ? run : null;
  return {
    revision,
    plan: view.id,
    title: view.title,
    version: view.current_version,
    hash: view.hash,
    status: view.status,
    mode: modeOf(view, shown !== null),
    recorded:
      view.origin === "recorded" || run?.report.cost.recorded === true || (shown === null && recorded),
    approval:
      view.approval === null ? null : { by: view.approval.by, at: new Date(view.approval.at).toISOString() },
    tasks: plan.phases.reduce(
      (sum, phase) => sum + phase.milestones.reduce((all, one) => all + one.tasks.length, 0),
      0,
    ),
    objective: plan.objective ?? "",
    request: plan.user_request_original,
    facts: planFacts(plan),
    risk_level: plan.risk_level ?? null,
    risks: (plan.risks ?? []).map(({ risk, impact, likelihood, mitigation }) => ({
      risk,
      impact: impact ?? "",
      likelihood: likelihood ?? "",
      mitigation: mitigation ?? "",
    })),
    criteria: criteriaOf(plan.acceptance_criteria),
    gates: (plan.quality_gates ?? []).map(gateText),
    grants: {
      commands: view.grants.commands.map(({ argv, where, scripts = {} }) => ({
        argv,
        where: [placeOf(plan, where), scriptsLine(scripts)].filter((part) => part !== "").join("  "),
      })),
      checks: [
        ...view.checks.map(({ name, command, source, scripts = {} }) => ({
          name,
          argv: command,
          source: [source, scriptsLine(scripts)].filter((part) => part !== "").join("  "),
        })),
        ...view.grants.installs,
      ],
      files: view.grants.files,
      protected_files: view.grants.protected_files,
      minutes: view.grants.estimate_minutes,
      cost: view.grants.cost_usd,
      model_tasks: tasksOf(plan).filter(({ task }) => (task.executor ?? "agent") === "agent").length,
      branch: view.grants.branch,
      hooks_skipped: view.grants.hooks_skipped,
    },
    findings: view.findings.map(({ code, task_id, phase_id, message }) => ({
      code,
      task: task_id ?? null,
      phase: phase_id ?? null,
      message,
    })),
    phases: phaseStates(plan, view.hash, progressOf(view, run)),
    run: shown === null ? null : { ...runState(shown.row, shown.report, view, steps), output },
  };
}

/** What the page knows of the tasks: the run's word where there is one, else what an imported document claims. */
export function progressOf(view: PlanView, run: PlanSnapshotInput["run"]): PlanProgress {
  const report = run !== null && showsRun(view, run.row) ? run.report : null;
  return {
    tasks: new Map((report?.tasks ?? []).map((task) => [task.task_id, task])),
    phases: new Map((report?.phases ?? []).map((phase) => [phase.phase_id, phase])),
    claimed: view.claimed,
  };
}

/** The run that belongs on the page: the newest one. */
export function latestRun(view: PlanView): RunRow | null {
  return view.runs.reduce<RunRow | null>(
    (latest, run) => (latest === null || run.created_at >= latest.created_at ? run : latest),
    null,
  );
}

/** The key by which a page names a waiting item. */
export function waitingKey({ kind, task, phase }: WaitingItem): string {
  return [kind, task ?? "", phase ?? ""].join(":");
}

/** A new version asks for approval again, whatever came of the run of an older one; a run under way goes first. */
function showsRun(view: PlanView, run: RunRow): boolean {
  if (run.ended_at === null) return true;
  if (run.version !== view.current_version) return false;
  return view.approval === null
    ? view.status !== "draft" && view.status !== "rejected"
    : run.approval_id === view.approval.id;
}

function modeOf(view: PlanView, hasRun: boolean): PlanState["mode"] {
  if (hasRun) return "run";
  if (view.status === "rejected") return "closed";
  return view.approval === null ? "approval" : "approved";
}

function gateText(gate: NonNullable<Plan["quality_gates"]>[number]): string {
  const bound = [gate.metric, gate.operator, gate.value].filter((part) => part !== undefined).join(" ");
  const detail = [bound, gate.expectation].filter((part) => part !== undefined && part !== "").join(", ");
  return detail === "" ? gate.gate : `${gate.gate}: ${detail}`;
}

const active: readonly string[] = ["in_progress", "ready_for_test", "tested"];

function runState(
  row: RunRow,
  report: RunReport,
  view: PlanView,
  steps: LiveSteps,
): Omit<RunState, "output"> {
  return {
    id: row.id,
    status: row.status,
    reason: report.reason,
    started_at: row.created_at,
    ended_at: row.ended_at,
    remaining: row.ended_at === null ? remainingWork(view.plan, report.tasks) : null,
    ...report.progress,
    cost: { usd: report.cost.usd, tokens: report.cost.tokens, budget: view.grants.cost_usd?.budget ?? null },
    branch: report.branch,
    branch_end: report.branch_end ?? null,
    next_action: report.next_action,
    active: report.tasks
      .filter(({ status }) => active.includes(status))
      .map(({ task_id, title, status, attempts, max_attempts }) => ({
        id: task_id,
        title,
        status,
        attempt: Math.max(1, attempts),
        max_attempts,
        steps: steps.of(task_id),
      })),
    waiting: report.waiting.map((item) => ({
      key: waitingKey(item),
      kind: item.kind,
      task: item.task ?? null,
      phase: item.phase ?? null,
      text: item.text,
      criteria: item.criteria ?? [],
    })),
    decisions: report.decisions.map((item) => ({
      kind: item["kind"] === "surprise" ? "surprise" : "decision",
      text: textField(item, "text", "decision", "observation") || sentenceOf(item),
      detail: textField(item, "detail", "rationale", "evidence"),
      task: textField(item, "task_id", "task") || null,
    })),
    preflight: report.preflight_rows,
    report: row.ended_at === null ? null : reportState(report),
  };
}

function reportState(report: RunReport): ReportState {
  return {
    files: report.files,
    commits: report.commits,
    tests: report.tests,
    duration_ms: report.duration_ms,
    estimate_minutes: report.estimate_minutes,
    next_steps: report.next_steps,
    signed_off:
      report.signed_off === null ? null : { by: report.signed_off.by, criteria: report.signed_off.criteria },
    can_finish_branch: report.branch_open === true,
  };
}
