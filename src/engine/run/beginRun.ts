import type { LandingTarget, RunBase } from "../../core/run/run";
import type { NewEvent } from "../../core/run/runEvent";
import { MasterPlanError } from "../../core/errors";
import type { RunId } from "../../core/ids";
import { tasksOf, type Plan } from "../../core/plan/plan";
import type { PreflightReport } from "../../core/validation/preflightReport";
import type { ProviderDescription } from "../../ports/environment";
import type { Baseline } from "../../core/validation/baseline";
import { detectChecks } from "../../core/validation/detect/detectChecks";
import type { DetectedCheck } from "../../core/validation/evidence";
import type { JsonObject } from "../../core/json";
import type { RepositoryState } from "../../ports/git";
import type { EngineDeps } from "../engineDeps";
import { runPreflight } from "../validation/preflight";
import { bindingProblem } from "../plan/checkBinding";
import { approvalOf } from "../plan/gate";
import { readWorkspace } from "../plan/readWorkspace";
import { createRunContext, validationPorts, type RunContext } from "./runContext";
import type { RunRecorder } from "./runRecorder";
import { refuseUnworkable, unworkablePaths } from "./unworkable";

/** What the preflight found, kept with the run so that a resumed run judges by the same baseline. */
interface Found {
  readonly checks: readonly DetectedCheck[];
  readonly baseline: Baseline;
}

/** Looks at the repository before anything is touched; throws a `git.*` error that names what is in the way. */
export async function inspectOrRefuse(deps: EngineDeps): Promise<RepositoryState> {
  const state = await deps.git.inspect();
  const problem = state.problems[0];
  if (problem === undefined) return state;
  const code =
    state.operation !== null
      ? "git.operationInProgress"
      : state.identity === null
        ? "git.noIdentity"
        : "git.failed";
  throw new MasterPlanError(state.git_version === "" ? "git.missing" : code, problem, {
    hint: "Nothing was changed; put this right and run the plan again",
    details: { problems: state.problems },
  });
}

/** As `inspectOrRefuse`, and refuses a plan that cannot be carried out in this repository. */
export async function refuseUnstartable(
  deps: EngineDeps,
  plan: Plan,
  target: LandingTarget = deps.settings.get().target,
): Promise<void> {
  await refuseUnworkable(deps, plan, target, await inspectOrRefuse(deps));
}

/** Branch, base and preflight of a run that was queued; afterwards its first task can start. */
export async function beginRun(
  deps: EngineDeps,
  recorder: RunRecorder,
  signal: AbortSignal,
): Promise<RunContext> {
  const run = recorder.state();
  const version = deps.store.version(run.plan_id, run.version);
  if (version === null)
    throw new MasterPlanError("plan.unknown", `Version ${run.version} of ${run.plan_id} is gone`);
  const approvedBy = deps.store.approval(run.approval_id)?.by ?? "";
  await refuseUnstartable(deps, version.plan, run.options.target);
  await deps.git.prepare();
  const before = await deps.git.inspect();
  const snapshot = await deps.git.snapshot(run.id);
  const { started, original } = await openBranch(deps, recorder, before, branchName(version.plan));
  await recorder.append("executor", [
    ...(recorder.state().intents.get(branchKey)?.outcome === "open"
      ? [{ type: "intent.settled", key: branchKey, outcome: "done" } satisfies NewEvent]
      : []),
    {
      type: "run.started",
      base: {
        head: started.head,
        snapshot,
        original_branch: original,
        run_branch: started.branch,
        private_repository: before.kind === "private",
      },
    },
    // The first line of the log leads from the run back to what was asked and who allowed it.
    recorder.line(
      "info",
      `Plan ${run.plan_id}, version ${run.version}, approved by ${approvedBy} as ${run.approval_id}`,
    ),
  ]);
  return contextWith(deps, recorder.run, await preflight(deps, recorder, version.plan, snapshot, signal));
}

/**
 * Makes the run's branch. When an earlier try was cut off after the branch was checked out, that branch is taken up
 * again and the branch the person came from is the one from back then.
 */
async function openBranch(
  deps: EngineDeps,
  recorder: RunRecorder,
  before: RepositoryState,
  name: string,
): Promise<{
  readonly started: { readonly branch: string; readonly head: string | null };
  readonly original: string | null;
}> {
  const { options, intents } = recorder.state();
  const earlier = intents.get(branchKey)?.spec;
  const from = earlier?.["original_branch"];
  const original = typeof from === "string" ? from : before.branch;
  if (
    earlier !== undefined &&
    before.branch !== null &&
    before.branch !== original &&
    before.branch.startsWith(name)
  ) {
    return { started: { branch: before.branch, head: before.head }, original };
  }
  await recorder.append("executor", [
    {
      type: "intent.opened",
      intent: {
        key: branchKey,
        kind: "branch",
        task_id: null,
        attempt_id: null,
        spec: { name, original_branch: original, target: options.target },
      },
    },
  ]);
  return { started: await deps.git.startBranch(name, options.target), original };
}

const branchKey = "branch";

/** The context of a run that has begun before, with the checks and the baseline that were found then. */
export async function reopenContext(
  deps: EngineDeps,
  recorder: RunRecorder,
  signal: AbortSignal,
): Promise<RunContext> {
  const run = recorder.state();
  const kept = deps.store.setting(foundKey(run.id));
  if (kept !== null) return contextWith(deps, run.id, kept as unknown as Found);
  const version = deps.store.version(run.plan_id, run.version);
  if (version === null)
    throw new MasterPlanError("plan.unknown", `Version ${run.version} of ${run.plan_id} is gone`);
  const snapshot = await deps.git.snapshot(`${run.id}_again`);
  return contextWith(deps, run.id, await preflight(deps, recorder, version.plan, snapshot, signal));
}

function contextWith(deps: EngineDeps, run: RunId, found: Found): RunContext {
  return createRunContext(deps, run, found);
}

async function preflight(
  deps: EngineDeps,
  recorder: RunRecorder,
  plan: Plan,
  snapshot: string,
  signal: AbortSignal,
): Promise<Found> {
  const place = `${recorder.run}_preflight`;
  const worktree = await deps.git.openWorktree(place, snapshot);
  try {
    const files = deps.filesAt(worktree.path);
    const view = await readWorkspace(files);
    const checks = detectChecks(view);
    const unapproved = bindingProblem(plan, view, approvalOf(deps, recorder.state()));
    if (unapproved !== null) throw unapproved;
    const draft = createRunContext(deps, recorder.run, { checks, baseline: { checks: [] } });
    const report = await runPreflight(
      {
        ...validationPorts(draft, files),
        plan,
        checks,
        repository: whereThePersonWas(await deps.git.inspect(), recorder.state().base),
        unchangeable: await unworkablePaths(deps, plan),
        providers: await deps.models.describe(),
        ...(deps.models.probe !== undefined &&
          needsModel(plan) && {
            probeProvider: (_provider: ProviderDescription, stop: AbortSignal) => probe(deps, stop),
          }),
        freeBytes: deps.diskFree,
        hasVariable: deps.hasVariable,
      },
      signal,
    );
    const found: Found = { checks, baseline: { checks: report.baseline } };
    const blob = await deps.store.putBlob(new TextEncoder().encode(JSON.stringify(report)), "document");
    await recorder.append(
      "executor",
      [
        recorder.line(
          report.problems.length > 0 ? "warn" : "info",
          [
            `Preflight ${blob.slice(0, 12)}`,
            ...report.problems,
            ...report.findings.map((finding) => finding.message),
          ].join("; "),
        ),
      ],
      [
        {
          kind: "setting.put",
          key: foundKey(recorder.run),
          value: { ...found, report: blob } as unknown as JsonObject,
        },
      ],
    );
    if (!report.ready) {
      throw new MasterPlanError("git.failed", report.problems.join("; "), {
        hint: "Put this right, then resume the run",
      });
    }
    return found;
  } finally {
    await deps.git.releaseWorktree(place);
  }
}

/** The run's own branch may be checked out by now: what counts before the first task is where the person was. */
function whereThePersonWas(now: RepositoryState, base: RunBase | null): RepositoryState {
  if (base === null || now.kind === "private") return now;
  return {
    ...now,
    branch: base.original_branch,
    detached: base.original_branch === null && base.head !== null,
  };
}

function needsModel(plan: Plan): boolean {
  return tasksOf(plan).some(({ task }) => (task.executor ?? "agent") === "agent");
}

async function probe(deps: EngineDeps, signal: AbortSignal): Promise<string | null | undefined> {
  const t = deps.environment.translate;
  const health = (await deps.models.probe?.(signal)) ?? { state: "unknown" as const };
  switch (health.state) {
    case "answers":
      return null;
    case "unknown":
      return undefined;
    case "silent":
      return t("No answer from {0}", health.detail);
    case "key_refused":
      return t("{0} does not accept the key", health.detail);
    case "failing":
      return t("{0} fails", health.detail);
    case "missing":
      return t("The model {0} is not offered any more; choose a model again", health.detail);
  }
}

/** The preflight of a run as it was reported; null when it has none yet. */
export async function preflightOf(deps: EngineDeps, run: RunId): Promise<PreflightReport | null> {
  const kept = deps.store.setting(foundKey(run)) as { readonly report?: string } | null;
  const bytes = kept?.report === undefined ? null : await deps.store.blob(kept.report);
  return bytes === null ? null : (JSON.parse(new TextDecoder().decode(bytes)) as PreflightReport);
}

function foundKey(run: RunId): string {
  return `preflight:${run}`;
}

/** `masterplan/` and the plan's name as a branch can carry it. */
export function branchName(plan: Plan): string {
  const slug = plan.project_name
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, "-")
    .replace(/^-+|-+$/gu, "")
    .slice(0, 40);
  return `masterplan/${slug === "" ? "plan" : slug}`;
}
