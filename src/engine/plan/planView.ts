import { planGrants } from "../../core/plan/planGrants";
import type { PlanId } from "../../core/ids";
import { commandScripts, flatScripts } from "../../core/validation/commandScripts";
import { detectChecks } from "../../core/validation/detect/detectChecks";
import type { WorkspaceView } from "../../core/validation/detect/workspaceView";
import { branchName } from "../run/beginRun";
import type { EngineDeps } from "../engineDeps";
import { standingApproval } from "./gate";
import { possibleInstalls } from "./installGrants";
import type { PlanGrants } from "./approvalGrants";
import type { PlanView } from "../masterPlan";
import type { PlanService } from "./planService";
import { currentVersion } from "./planStore";
import { readWorkspace } from "./readWorkspace";

/** Tokens an agent task is taken to use, until this workspace has its own history. */
const typicalTokens = { input: 20_000, output: 3_000 };

/** A plan with everything that approving its current version grants. */
export async function planViewOf(deps: EngineDeps, plans: PlanService, id: PlanId): Promise<PlanView> {
  const { row, version } = currentVersion(deps, id);
  const view = await readWorkspace(deps.filesAt(deps.workspace));
  return {
    ...row,
    version,
    plan: version.plan,
    hash: version.hash,
    findings: await plans.findings(version.plan),
    grants: {
      ...(await grantsOf(deps, version.plan, row.claimed, view)),
      installs: installsOf(view, version.plan),
    },
    approval: standingApproval(deps, row.id),
    runs: deps.store.runs(row.id),
    checks: detectChecks(view),
  };
}

async function grantsOf(
  deps: EngineDeps,
  plan: PlanView["plan"],
  claimed: PlanView["claimed"],
  view: WorkspaceView,
): Promise<Omit<PlanGrants, "installs">> {
  const done = new Set(
    Object.entries(claimed?.tasks ?? {}).flatMap(([id, task]) => (task.state === "done" ? [id] : [])),
  );
  const content = planGrants(plan, done);
  const repository = await deps.git.inspect();
  return {
    commands: content.commands.map(({ argv, where }) => {
      const scripts = flatScripts(commandScripts(view, argv));
      return { argv, where, ...(Object.keys(scripts).length > 0 && { scripts }) };
    }),
    files: content.files,
    protected_files: content.protected_files,
    estimate_minutes: content.estimate_minutes,
    cost_usd: await costOf(deps, plan, done),
    branch: branchName(plan),
    hooks_skipped: repository.hooks,
  };
}

function installsOf(view: WorkspaceView, plan: PlanView["plan"]): PlanGrants["installs"] {
  return possibleInstalls(view, plan).flatMap(({ name, commands, source }) =>
    commands.map((argv) => ({ name, argv, source })),
  );
}

async function costOf(
  deps: EngineDeps,
  plan: PlanView["plan"],
  done: ReadonlySet<string>,
): Promise<PlanGrants["cost_usd"]> {
  const model = await deps.models.model("default").catch(() => null);
  const input = model?.info.usd_per_million_input;
  const output = model?.info.usd_per_million_output;
  if (input === undefined || output === undefined) return null;
  const tasks = plan.phases
    .flatMap((phase) => phase.milestones.flatMap((milestone) => milestone.tasks))
    .filter((task) => (task.executor ?? "agent") === "agent" && !done.has(task.task_id)).length;
  const one = (typicalTokens.input * input + typicalTokens.output * output) / 1_000_000;
  // One attempt each at best; two on average of the worst runs that were looked at.
  return { min: one * tasks * 0.5, max: one * tasks * 2, budget: deps.settings.get().budget_usd };
}
