import { unchangeableText, type UnchangeablePath } from "../../core/change/path/unchangeable";
import { parseWorkspacePath } from "../../core/change/path/workspacePath";
import { MasterPlanError } from "../../core/errors";
import { tasksOf, type Plan } from "../../core/plan/plan";
import type { LandingTarget } from "../../core/run/run";
import type { RepositoryState } from "../../ports/git";
import type { EngineDeps } from "../engineDeps";

/**
 * Files that the plan names and that no task may change. What only a manual task is to make is left out: a person may
 * work in a nested repository, the run just lands nothing there.
 */
export async function unworkablePaths(
  deps: Pick<EngineDeps, "git">,
  plan: Plan,
): Promise<readonly UnchangeablePath[]> {
  const tasks = tasksOf(plan).map(({ task }) => task);
  const outputs = (manual: boolean) =>
    tasks
      .filter((task) => (task.executor === "manual") === manual)
      .flatMap((task) => task.expected_outputs?.files ?? []);
  const byHand = new Set(outputs(true));
  const listed = [
    ...(plan.files ?? []).map((file) => file.path),
    ...plan.phases.flatMap((phase) => [...(phase.files_create ?? []), ...(phase.files_modify ?? [])]),
  ].filter((path) => tasks.some((task) => task.executor !== "manual") && !byHand.has(path));
  const named = [...listed, ...outputs(false)].filter((path) => !/[*?{[]/u.test(path));
  const paths = named.flatMap((path) => {
    const parsed = parseWorkspacePath(path);
    return parsed.ok ? [parsed.value] : [];
  });
  return deps.git.unchangeable([...new Set(paths)].sort());
}

/** Refuses a run that cannot be carried out in this repository, before anything is touched. */
export async function refuseUnworkable(
  deps: EngineDeps,
  plan: Plan,
  target: LandingTarget,
  repository: RepositoryState,
): Promise<void> {
  if (target === "current" && repository.kind === "repository" && repository.detached) {
    throw new MasterPlanError(
      "git.failed",
      "No branch is checked out (detached HEAD), so commits cannot land on the current one",
      { hint: "Nothing was changed; check out a branch, or let the run have a branch of its own" },
    );
  }
  const found = await unworkablePaths(deps, plan);
  if (found.length === 0) return;
  const said = found.slice(0, most).map((one) => unchangeableText(one, deps.environment.translate));
  const rest =
    found.length > most ? `; ${deps.environment.translate("and {0} more", found.length - most)}` : "";
  throw new MasterPlanError(
    found.some((one) => one.why !== "filter") ? "git.nestedRepository" : "git.failed",
    `${said.join("; ")}${rest}`,
    {
      hint: "Nothing was changed; take these files out of the plan, or make their task a manual one, and approve it again",
      details: { paths: found.map((one) => one.path) },
    },
  );
}

const most = 10;
