import { MasterPlanError } from "../../core/errors";
import type { RunId } from "../../core/ids";
import { isFinalEnd, type BranchEnd } from "../../core/run/branchEnd";
import { isFinished } from "../../core/run/transitions";
import type { Store } from "../../ports/store";
import type { EngineDeps } from "../engineDeps";
import { refuseFrozen } from "../plan/frozen";
import { inspectOrRefuse } from "./beginRun";
import { RunRecorder } from "./runRecorder";

/**
 * What becomes of the branch of a run that has ended: merged, squashed, kept or dropped. A run that still goes on needs
 * its branch, and a branch that was brought to its end stays there; both are refused with `run.notActive`.
 */
export async function finishBranch(
  deps: EngineDeps,
  params: {
    readonly run: RunId;
    readonly how: BranchEnd;
    readonly title: string;
  },
  by: string,
): Promise<{ readonly sha: string | null }> {
  const recorder = new RunRecorder(deps, params.run);
  const { base, status, id } = recorder.state();
  if (base === null) throw new MasterPlanError("run.notActive", `Run ${id} made no branch`);
  if (!isFinished(status)) {
    throw new MasterPlanError("run.notActive", `Run ${id} is ${status} and still needs its branch`, {
      hint: "Resume it to its end, or cancel it, then finish its branch",
    });
  }
  if (isFinalEnd(branchEnd(deps.store, id))) {
    throw finishedAlready(base.run_branch, id);
  }
  await refuseFrozen(deps, "finish", id, by);
  await inspectOrRefuse(deps);
  const result = await deps.git.finishBranch(
    base.run_branch,
    base.original_branch,
    params.how,
    `${params.title}\n\nMasterPlan-Run: ${id}\n`,
  );
  const message = `Branch ${base.run_branch}: ${params.how}${result.sha === null ? "" : ` as ${result.sha}`} by ${by}`;
  await recorder.append(
    by,
    [recorder.line("info", message)],
    [{ kind: "setting.put", key: finishedKey(id), value: { how: params.how, sha: result.sha } }],
  );
  return result;
}

/** The refusal for a branch that was brought to its end. */
export function finishedAlready(branch: string, run: RunId): MasterPlanError {
  return new MasterPlanError("run.notActive", `The branch ${branch} of run ${run} is finished already`, {
    hint: "Nothing is left to do for it",
  });
}

/** What a person has said that becomes of the run's branch; null while nobody has. */
export function branchEnd(store: Store, run: RunId): BranchEnd | null {
  const how = store.setting(finishedKey(run))?.["how"];
  return how === "merge" || how === "squash" || how === "keep" || how === "drop" ? how : null;
}

function finishedKey(run: RunId): string {
  return `finished:${run}`;
}
