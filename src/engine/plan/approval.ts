import { MasterPlanError } from "../../core/errors";
import type { ApprovalId, PlanId } from "../../core/ids";
import { checksGrant, scriptCommands, scriptsGrant } from "../../core/validation/approvedChecks";
import { detectChecks } from "../../core/validation/detect/detectChecks";
import type { EngineDeps } from "../engineDeps";
import { isFrozen, newApprovalId, voidApprovals, waitsForApproval } from "./gate";
import { installGrants, possibleInstalls } from "./installGrants";
import { readWorkspace } from "./readWorkspace";
import type { PlanVersionRow } from "../../ports/storeRows";
import type { PlanHead } from "../masterPlan";
import type { ApproveParams } from "../personDecisions";
import { historyOf, recordRefusal } from "./planHistory";
import { currentVersion, underWay } from "./planStore";

/** A person approves the current version by its hash; an earlier approval of the plan ends with it. */
export async function approvePlan(
  deps: EngineDeps,
  params: ApproveParams,
  by: string,
): Promise<{ readonly id: ApprovalId; readonly hash: string }> {
  const { row, version } = currentVersion(deps, params.id);
  const refusal = refusalFor(deps, params, version);
  if (refusal !== null) {
    await recordRefusal(deps, "approve", row.id, refusal, by);
    throw refusal;
  }
  const wrong = (params.grants ?? []).find((grant) => !/^(?:protected|waive):./u.test(grant));
  if (wrong !== undefined) {
    throw new MasterPlanError(
      "usage.invalid",
      `${JSON.stringify(wrong)} is no grant; it must be protected:PATH or waive:CHECK`,
    );
  }
  const view = await readWorkspace(deps.filesAt(deps.workspace));
  const installs = installGrants(possibleInstalls(view, version.plan));
  const at = deps.clock.now();
  const id = newApprovalId(deps);
  await deps.store.commit({
    at,
    actor: by,
    correlation_id: row.id,
    changes: [
      ...voidApprovals(deps, row.id, `Replaced by ${id}`, at),
      {
        kind: "approval.put",
        row: {
          id,
          plan_id: row.id,
          version: version.version,
          hash: version.hash,
          by,
          at,
          grants: [
            ...(params.grants ?? []),
            ...installs,
            checksGrant(detectChecks(view)),
            scriptsGrant(scriptCommands(version.plan, view)),
          ],
          voided_at: null,
          voided_reason: null,
        },
      },
      { kind: "plan.put", row: { ...row, status: "approved", updated_at: at } },
      historyOf(row.id, "approved", `Version ${version.version} approved`, by, at, null, {
        approval: id,
        hash: version.hash,
      }),
    ],
  });
  return { id, hash: version.hash };
}

function refusalFor(
  deps: EngineDeps,
  params: ApproveParams,
  version: PlanVersionRow,
): MasterPlanError | null {
  if (!deps.environment.isTrusted()) {
    return new MasterPlanError(
      "gate.untrusted",
      "This workspace is not trusted, so nothing can be approved in it",
      { hint: "Trust the workspace first" },
    );
  }
  if (isFrozen(deps)) {
    return new MasterPlanError("gate.frozen", "Panic mode is on: nothing can be approved", {
      hint: "Turn panic mode off first",
    });
  }
  if (params.hash !== undefined && params.hash !== version.hash) {
    return new MasterPlanError(
      "gate.staleApproval",
      `The plan is at version ${version.version} with another hash than the one you saw`,
      { hint: "Look at the current version and approve it" },
    );
  }
  return waitsForApproval(deps, params.id) ? null : underWay(deps, params.id);
}

export async function rejectPlan(
  deps: EngineDeps,
  id: PlanId,
  reason: string | undefined,
  by: string,
): Promise<PlanHead> {
  const { row, version } = currentVersion(deps, id);
  const busy = underWay(deps, id);
  if (busy !== null) {
    await recordRefusal(deps, "reject", row.id, busy, by);
    throw busy;
  }
  const at = deps.clock.now();
  await deps.store.commit({
    at,
    actor: by,
    correlation_id: row.id,
    changes: [
      ...voidApprovals(deps, row.id, "The plan was rejected", at),
      { kind: "plan.put", row: { ...row, status: "rejected", updated_at: at } },
      historyOf(row.id, "rejected", reason ?? "", by, at, { status: row.status }, { status: "rejected" }),
    ],
  });
  return { id: row.id, version: version.version, hash: version.hash };
}
