import { MasterPlanError } from "../../core/errors";
import type { RunId } from "../../core/ids";
import { tasksOf, type Argv, type Phase, type Plan, type Task } from "../../core/plan/plan";
import type { RunPhase } from "../../core/run/runEvent";
import type { Baseline } from "../../core/validation/baseline";
import { approvedScripts } from "../../core/validation/approvedChecks";
import { sameScripts, scriptTexts, type CheckScripts } from "../../core/validation/checkScripts";
import type { DetectedCheck } from "../../core/validation/evidence";
import { phaseDependencies, phasesInOrder } from "../../core/plan/planEdges";
import { planGrants } from "../../core/plan/planGrants";
import { writesDependencies } from "../../core/validation/detect/installCommand";
import { approvalOf } from "../plan/gate";
import { grantedInstalls } from "../plan/installGrants";
import type { CommandResult, CommandRunner, CommandSpec } from "../../ports/commandRunner";
import type { WorkspaceFiles } from "../../ports/workspaceFiles";
import type { EngineDeps } from "../engineDeps";
import { ResourceLocks } from "./resourceLocks";
import { BudgetLedger } from "../model/modelBudget";
import { RunRecorder } from "./runRecorder";
import type { ValidationPorts } from "../validation/validationInput";

/** What every part of one run shares: the approved plan version, its limits and the ports. */
export interface RunContext {
  readonly deps: EngineDeps;
  readonly recorder: RunRecorder;
  readonly plan: Plan;
  readonly planHash: string;
  readonly specs: ReadonlyMap<string, Task>;
  readonly phaseSpecs: ReadonlyMap<string, Phase>;
  readonly phases: readonly RunPhase[];
  readonly checks: readonly DetectedCheck[];
  readonly baseline: Baseline;
  readonly runner: CommandRunner;
  readonly approved: readonly Argv[];
  /** `protected:PATH`, `waive:CHECK` and `install:ARGV` of the approval. */
  readonly grants: readonly string[];
  readonly ledger: BudgetLedger;
  /** Named resources that an attempt, or checks on behalf of one, hold while they run. */
  readonly locks: ResourceLocks;
  /** Landing is a queue of one: changes reach the branch one after the other. */
  readonly landing: { tail: Promise<unknown> };
}

export function createRunContext(
  deps: EngineDeps,
  runId: RunId,
  found: { readonly checks: readonly DetectedCheck[]; readonly baseline: Baseline },
): RunContext {
  const recorder = new RunRecorder(deps, runId);
  const run = recorder.state();
  const version = deps.store.version(run.plan_id, run.version);
  const approval = approvalOf(deps, run);
  if (version === null) {
    throw new MasterPlanError(
      "plan.unknown",
      `Version ${run.version} of plan ${run.plan_id} is not in the store`,
    );
  }
  const plan = version.plan;
  const approved = [
    ...planGrants(plan).commands.map((command) => command.argv),
    ...found.checks.map((check) => check.command),
    ...grantedInstalls(approval.grants),
  ];
  return {
    deps,
    recorder,
    plan,
    planHash: version.hash,
    specs: new Map(tasksOf(plan).map(({ task }) => [task.task_id, task])),
    phaseSpecs: new Map(plan.phases.map((phase) => [phase.phase_id, phase])),
    phases: runPhases(plan),
    checks: found.checks,
    baseline: found.baseline,
    runner: deps.createRunner(approved),
    approved,
    grants: approval.grants,
    ledger: new BudgetLedger(run.options.budget_usd ?? deps.settings.get().budget_usd, run.cost.usd),
    locks: new ResourceLocks(),
    landing: { tail: Promise.resolve() },
  };
}

/** Phases in order, with what each waits for. */
export function runPhases(plan: Plan): readonly RunPhase[] {
  const waits = phaseDependencies(plan);
  return phasesInOrder(plan).map((phase) => ({
    phase_id: phase.phase_id,
    gate: phase.gate ?? "auto",
    depends_on: waits.get(phase.phase_id) ?? [],
  }));
}

/** The commit the next attempt forks from: the tree as the person has it, or the run's own branch when detached. */
export async function baseCommit(context: RunContext, label: string): Promise<string> {
  const run = context.recorder.state();
  if (run.options.target === "detached" && run.tip !== null) return run.tip;
  return context.deps.git.snapshot(label);
}

/** `accepted`: manifests whose scripts a person accepted with the change at hand. */
export function validationPorts(
  context: RunContext,
  files: WorkspaceFiles,
  accepted: readonly string[] = [],
): ValidationPorts {
  const { deps } = context;
  const encoder = new TextEncoder();
  return {
    files,
    runner: {
      run: async (command, signal) => {
        // Before it writes into dependency folders, those that only lead to the user's packages go.
        if (writesDependencies(command.argv) && isApproved(context, command.argv))
          await deps.git.clearDependencies(files.root);
        return watched(context, files.root, command, signal);
      },
      ...(context.runner.containment !== undefined && {
        containment: () => context.runner.containment?.() ?? Promise.resolve("processes"),
      }),
    },
    syntax: deps.syntax,
    patterns: deps.patterns,
    clock: deps.clock,
    translate: deps.environment.translate,
    keepOutput: (text) => deps.store.putBlob(encoder.encode(text), "output"),
    approved: context.approved,
    accepted_script: async (manifest, script, scripts) =>
      accepted.includes(manifest) ||
      context.grants.includes(`protected:${manifest}`) ||
      (await isLandedScript(context, manifest, script, scripts)),
    approved_scripts: (argv) => approvedScripts(context.grants, argv),
    check_timeout_ms: deps.settings.get().check_timeout_ms,
    private_home: deps.settings.get().private_home,
    on_output: (check, chunk) => deps.onOutput?.({ run: context.recorder.run, check }, chunk),
  };
}

/** The run's own branch has the script since it began: a person accepted it there, or went on from a commit with it. */
async function isLandedScript(
  { deps, recorder }: RunContext,
  manifest: string,
  script: string,
  scripts: CheckScripts,
): Promise<boolean> {
  const { base, tip } = recorder.state();
  const head = base?.head ?? null;
  if (tip === null || head === null || tip === head) return false;
  const textsAt = async (commit: string): Promise<CheckScripts> => {
    const bytes = await deps.git.readFile(commit, manifest);
    return scriptTexts(bytes === null ? undefined : new TextDecoder().decode(bytes), script);
  };
  const [before, now] = await Promise.all([textsAt(head), textsAt(tip)]);
  return !sameScripts(before, now) && sameScripts(now, scripts);
}

/** A worktree may lead to the user's own packages: what a command changes there is said, whatever the command was. */
async function watched(
  context: RunContext,
  root: string,
  command: CommandSpec,
  signal: AbortSignal,
): Promise<CommandResult> {
  const { deps, recorder } = context;
  const since = deps.clock.now();
  const result = await context.runner.run(command, signal);
  const touched = await deps.git.touchedDependencies(root, since);
  if (touched.length === 0) return result;
  const message = deps.environment.translate(
    "While {0} ran, these changed in your own dependency folders, to which its worktree leads: {1}",
    command.argv.join(" "),
    touched.join(", "),
  );
  await recorder.append("executor", [recorder.line("warn", message)]);
  return { ...result, touched };
}

function isApproved(context: RunContext, argv: Argv): boolean {
  const wanted = JSON.stringify(argv);
  return context.approved.some((other) => JSON.stringify(other) === wanted);
}
