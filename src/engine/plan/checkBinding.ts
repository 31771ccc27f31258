import { isChangedCheck, unapprovedChecks } from "../../core/validation/approvedChecks";
import { scriptsLine } from "../../core/validation/checkScripts";
import { detectChecks } from "../../core/validation/detect/detectChecks";
import type { DetectedCheck } from "../../core/validation/evidence";
import { MasterPlanError } from "../../core/errors";
import type { ApprovalRow } from "../../ports/store";
import type { EngineDeps } from "../engineDeps";
import { readWorkspace } from "./readWorkspace";

/** Why the approval does not cover these checks, so that none of them runs; null when it does. */
export function bindingProblem(
  checks: readonly DetectedCheck[],
  approval: ApprovalRow,
): MasterPlanError | null {
  const open = unapprovedChecks(checks, approval.grants);
  if (open.length === 0) return null;
  const said = open.map((check) => {
    const what = scriptsLine(check.scripts ?? {});
    const state = isChangedCheck(check, approval.grants) ? "changed" : "new";
    return `${check.name} (${state}: ${check.command.join(" ")}${what === "" ? "" : `, ${what}`})`;
  });
  return new MasterPlanError(
    "gate.staleApproval",
    `Checks of the workspace are not those that ${approval.id} approved: ${said.join("; ")}`,
    {
      hint: "None of them was run; look at the checks and approve the plan again",
      details: { checks: open.map((check) => check.name) },
    },
  );
}

/** The same for the workspace as it is now. */
export async function workspaceProblem(
  deps: EngineDeps,
  approval: ApprovalRow,
): Promise<MasterPlanError | null> {
  return bindingProblem(detectChecks(await readWorkspace(deps.filesAt(deps.workspace))), approval);
}
