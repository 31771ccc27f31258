import { MasterPlanError } from "../../core/errors";
import { inspectOrRefuse } from "./beginRun";
import type { EngineDeps } from "../engineDeps";
import type { RollbackParams } from "../personDecisions";
import { refuseFrozen } from "../plan/frozen";
import { RunRecorder } from "./runRecorder";

/**
 * Reverts what a task or a phase landed, as new commits: only what those commits wrote is touched, and a revert can be
 * reverted. `dry_run` names the commits and changes nothing.
 */
export async function rollback(
  deps: EngineDeps,
  params: RollbackParams,
  by: string,
): Promise<{ readonly commits: readonly string[] }> {
  const recorder = new RunRecorder(deps, params.run);
  const run = recorder.state();
  if (run.base === null) throw new MasterPlanError("run.notActive", `Run ${run.id} has landed nothing`);
  if ((params.task === undefined) === (params.phase === undefined)) {
    throw new MasterPlanError("usage.invalid", "Name the task or the phase to roll back, one of them");
  }
  const tasks = [...run.tasks.values()].filter(
    (task) => task.task_id === params.task || task.phase_id === params.phase,
  );
  const commits = tasks.flatMap((task) => (task.commit === null ? [] : [task.commit])).reverse();
  if (commits.length === 0) {
    throw new MasterPlanError(
      "task.unknown",
      `Nothing of ${params.task ?? params.phase ?? ""} was landed by run ${run.id}`,
    );
  }
  if (params.dry_run === true) return { commits };
  await refuseFrozen(deps, "rollback", run.id, by);
  await inspectOrRefuse(deps);
  const made = await deps.git.revert(
    run.base.run_branch,
    commits,
    (sha) => `Revert ${sha.slice(0, 12)}\n\nMasterPlan-Run: ${run.id}\nMasterPlan-Reverts: ${sha}\n`,
    run.options.target,
  );
  await recorder.append(by, [
    recorder.line(
      "info",
      `Rolled back ${params.task ?? params.phase ?? ""}: ${commits.join(", ")} by ${made.join(", ")}`,
    ),
  ]);
  return { commits: made };
}
