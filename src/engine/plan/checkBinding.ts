import type { Plan } from "../../core/plan/plan";
import {
  isChangedCheck,
  scriptCommands,
  unapprovedChecks,
  unapprovedCommands,
} from "../../core/validation/approvedChecks";
import { scriptsLine } from "../../core/validation/checkScripts";
import { detectChecks } from "../../core/validation/detect/detectChecks";
import type { WorkspaceView } from "../../core/validation/detect/workspaceView";
import { MasterPlanError } from "../../core/errors";
import type { ApprovalRow } from "../../ports/storeRows";
import type { EngineDeps } from "../engineDeps";
import { readWorkspace } from "./readWorkspace";

/**
 * Why the approval does not cover the checks of the workspace, or the scripts behind the plan's own commands, so that
 * none of them runs; null when it does.
 */
export function bindingProblem(
  plan: Plan,
  view: WorkspaceView,
  approval: ApprovalRow,
): MasterPlanError | null {
  const open = unapprovedChecks(detectChecks(view), approval.grants);
  const commands = unapprovedCommands(scriptCommands(plan, view), approval.grants);
  if (open.length > 0) {
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
  if (commands.length === 0) return null;
  const said = commands.map(({ command, scripts }) => `${command.join(" ")} (${scriptsLine(scripts)})`);
  return new MasterPlanError(
    "gate.staleApproval",
    `Commands of the plan stand for other scripts than those that ${approval.id} approved: ${said.join("; ")}`,
    {
      hint: "None of them was run; look at the scripts and approve the plan again",
      details: { commands: commands.map(({ command }) => command) },
    },
  );
}

/** The same for the workspace as it is now. */
export async function workspaceProblem(
  deps: EngineDeps,
  plan: Plan,
  approval: ApprovalRow,
): Promise<MasterPlanError | null> {
  return bindingProblem(plan, await readWorkspace(deps.filesAt(deps.workspace)), approval);
}
