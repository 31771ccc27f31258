import { isMasterPlanError, MasterPlanError } from "../../core/errors";
import type { RunId } from "../../core/ids";
import type { Run } from "../../core/run/run";
import type { EngineDeps } from "../engineDeps";
import { approvalOf, isFrozen } from "./gate";
import { recordRefusal, type RefusedAction } from "./planHistory";

/**
 * Panic freezes whatever starts work or changes the workspace: going on, landing, signing off, another try, a GO, the
 * end of a branch, a rollback. What only stops or gives up (pause, cancel, skip, send back, NO-GO) stays possible. A
 * refusal is in the audit log and in the plan's history before it is thrown.
 */
export async function refuseFrozen(
  deps: EngineDeps,
  action: RefusedAction,
  run: RunId,
  by: string,
): Promise<void> {
  if (!isFrozen(deps)) return;
  await refuse(
    deps,
    { action, run, by },
    new MasterPlanError("gate.frozen", "Panic mode is on: nothing may go on", {
      hint: "Turn panic mode off when the danger is over",
    }),
  );
}

/** Whether a run may go on at all. Throws `gate.*`, recorded like every refusal of the gate. */
export async function authorizeResume(deps: EngineDeps, run: Run, by: string): Promise<void> {
  const asked = { action: "resume", run: run.id, by } as const;
  await refuseFrozen(deps, "resume", run.id, by);
  if (!deps.environment.isTrusted())
    await refuse(deps, asked, new MasterPlanError("gate.untrusted", "This workspace is not trusted"));
  try {
    approvalOf(deps, run);
  } catch (error) {
    if (isMasterPlanError(error)) await refuse(deps, asked, error);
    throw error;
  }
}

async function refuse(
  deps: EngineDeps,
  asked: { readonly action: RefusedAction; readonly run: RunId; readonly by: string },
  refusal: MasterPlanError,
): Promise<never> {
  await recordRefusal(deps, asked.action, asked.run, refusal, asked.by);
  throw refusal;
}
