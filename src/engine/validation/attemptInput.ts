import type { ChangeSet } from "../../core/change/changeSet";
import type { Task } from "../../core/plan/plan";
import type { DetectedCheck } from "../../core/validation/evidence";
import type { WorkspaceFiles } from "../../ports/workspaceFiles";
import { validationPorts, type RunContext } from "../run/runContext";
import type { AttemptValidation } from "./validationInput";

/** What a task's change is validated with: the run's checks, its baseline and the files of one folder. */
export function attemptInput(
  context: RunContext,
  files: WorkspaceFiles,
  of: {
    readonly task: Task;
    readonly change: ChangeSet;
    /** Instead of all checks of the run. */
    readonly checks?: readonly DetectedCheck[];
    /** False while dependencies that the change needs are not installed. */
    readonly runs_code?: boolean;
    /** Manifests that a person accepted with this change, or changed by hand: the scripts in them may run. */
    readonly accepted?: readonly string[];
  },
): AttemptValidation {
  const { accepted, ...rest } = of;
  return {
    ...validationPorts(context, files, accepted),
    plan: context.plan,
    checks: context.checks,
    baseline: context.baseline,
    blocking_layers: context.deps.settings.get().blocking_layers,
    ...rest,
  };
}
