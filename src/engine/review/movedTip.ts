import { MasterPlanError } from "../../core/errors";
import type { EngineDeps } from "../engineDeps";
import type { RunRecorder } from "../run/runRecorder";

/** The commit HEAD is at, when somebody committed on the run's branch; null when nothing moved. */
export async function movedTip(deps: EngineDeps, recorder: RunRecorder): Promise<string | null> {
  const { base, tip, options } = recorder.state();
  if (base === null || options.target === "detached") return null;
  const now = await deps.git.inspect();
  if (now.branch !== base.run_branch) {
    throw new MasterPlanError(
      "git.headMoved",
      now.branch === null
        ? `You are on a commit without a branch; the run's commits go to ${base.run_branch}`
        : `You are on branch ${now.branch}; the run's commits go to ${base.run_branch}`,
      {
        hint: `Check out ${base.run_branch} and resume, or cancel the run; its commits are kept`,
      },
    );
  }
  return now.head !== null && now.head !== tip ? now.head : null;
}
