import { MasterPlanError } from "../../core/errors";
import { isApprovalId, type ApprovalId, type PlanId, type RunId } from "../../core/ids";
import type { JsonObject } from "../../core/json";
import { isFinished } from "../../core/run/transitions";
import type { StoreChange } from "../../ports/store";
import type { ApprovalRow, PlanVersionRow } from "../../ports/storeRows";
import type { EngineDeps } from "../engineDeps";
import { workspaceProblem } from "./checkBinding";
import { recordRefusal } from "./planHistory";

const panicKey = "panic";

export interface Authorization {
  readonly approval: ApprovalRow;
  readonly version: PlanVersionRow;
}

/**
 * The one door to a run. Every way in (tree, palette, page, command line, local API) comes through here with text from
 * outside; nothing else creates a run. Throws `gate.*`; each refusal is in the audit log, and in
 * the history of the plan it is about, before it is thrown.
 */
export async function authorizeRun(
  deps: EngineDeps,
  approvalText: string,
  by: string,
): Promise<Authorization> {
  const refusal = refusalFor(deps, approvalText);
  if (refusal instanceof MasterPlanError) {
    await recordRefusal(deps, "run", approvalText.slice(0, 64), refusal, by);
    throw refusal;
  }
  const { approval, version } = refusal;
  // While another run is under way this one is refused anyhow, and the approval may be what the other rests on.
  const isIdle = deps.store.runs().every((run) => isFinished(run.status));
  const problem = isIdle ? await workspaceProblem(deps, version.plan, approval) : null;
  if (problem !== null) {
    await recordRefusal(deps, "run", approval.id, problem, by);
    await withdraw(deps, approval, problem.message, by);
    throw problem;
  }
  return refusal;
}

/** The plan waits for a person's approval again, who then sees what is there now. */
async function withdraw(deps: EngineDeps, approval: ApprovalRow, reason: string, by: string): Promise<void> {
  const at = deps.clock.now();
  const row = deps.store.plan(approval.plan_id);
  await deps.store.commit({
    at,
    actor: by,
    correlation_id: approval.plan_id,
    changes: [
      ...voidApprovals(deps, approval.plan_id, reason, at),
      ...(row?.status === "approved"
        ? [{ kind: "plan.put", row: { ...row, status: "draft", updated_at: at } } satisfies StoreChange]
        : []),
    ],
  });
}

function refusalFor(deps: EngineDeps, text: string): Authorization | MasterPlanError {
  const { store, environment } = deps;
  if (!environment.isTrusted()) {
    return new MasterPlanError("gate.untrusted", "This workspace is not trusted, so nothing can run in it", {
      hint: "Trust the workspace, then run the approved plan again",
    });
  }
  if (isFrozen(deps)) {
    return new MasterPlanError("gate.frozen", "Panic mode is on: no run may start", {
      hint: "Turn panic mode off when the danger is over",
    });
  }
  if (!isApprovalId(text)) {
    const draft = text.startsWith("d_");
    return new MasterPlanError(
      "gate.notApproved",
      draft
        ? `${text.slice(0, 40)} is a draft; only an approval can be run`
        : `${quote(text)} names no approval`,
      { hint: "Approve the plan first and run the id that starts with a_" },
    );
  }
  const approval = store.approval(text);
  if (approval === null) {
    return new MasterPlanError("gate.unknownApproval", `There is no approval ${text} in this workspace`, {
      hint: "List the approvals of this workspace and run one of those",
    });
  }
  const plan = store.plan(approval.plan_id);
  const version = store.version(approval.plan_id, approval.version);
  const stale =
    plan === null ||
    version === null ||
    approval.voided_at !== null ||
    plan.current_version !== approval.version ||
    version.hash !== approval.hash;
  if (stale) {
    return new MasterPlanError(
      "gate.staleApproval",
      approval.voided_reason ?? `The plan changed after version ${approval.version} was approved`,
      { hint: "Look at the current version and approve it" },
    );
  }
  return { approval, version };
}

export function isFrozen(deps: EngineDeps): boolean {
  return deps.store.setting(panicKey)?.["on"] === true;
}

export function panicChange(on: boolean, by: string, at: number): StoreChange {
  return { kind: "setting.put", key: panicKey, value: { on, by, at } satisfies JsonObject };
}

/** The approval that stands for the current version of a plan, or null. */
export function standingApproval(
  deps: Pick<EngineDeps, "store">,
  planId: ApprovalRow["plan_id"],
): ApprovalRow | null {
  const plan = deps.store.plan(planId);
  const standing = deps.store
    .approvals(planId)
    .filter((row) => row.voided_at === null && row.version === plan?.current_version);
  return standing.at(-1) ?? null;
}

/**
 * The approval that a run goes on with: its own, or, where that was withdrawn because the state was imported, the one
 * that a person gave here since, for the same version. Throws `gate.staleApproval` when there is none.
 */
export function approvalOf(
  deps: Pick<EngineDeps, "store">,
  run: {
    readonly id: RunId;
    readonly approval_id: ApprovalId;
    readonly plan_id: PlanId;
    readonly hash: string;
  },
): ApprovalRow {
  const own = deps.store.approval(run.approval_id);
  if (own !== null && own.voided_at === null) return own;
  const standing = standingApproval(deps, run.plan_id);
  if (standing !== null && standing.hash === run.hash) return standing;
  throw new MasterPlanError(
    "gate.staleApproval",
    `Run ${run.id} goes on with no approval: ${own?.voided_reason ?? "it is not here"}`,
    {
      hint: `Look at the plan and approve it again (${run.plan_id}), then resume the run`,
    },
  );
}

/** Whether a run of the plan has not ended and cannot go on before the plan is approved again. */
export function waitsForApproval(deps: Pick<EngineDeps, "store">, planId: PlanId): boolean {
  return deps.store
    .runs(planId)
    .some((run) => !isFinished(run.status) && deps.store.approval(run.approval_id)?.voided_at !== null);
}

/** Rows that end every standing approval of a plan: an edit, a rejection or a newer approval voids them. */
export function voidApprovals(
  deps: EngineDeps,
  planId: ApprovalRow["plan_id"],
  reason: string,
  at: number,
): StoreChange[] {
  return deps.store
    .approvals(planId)
    .filter((row) => row.voided_at === null)
    .map((row) => ({ kind: "approval.put", row: { ...row, voided_at: at, voided_reason: reason } }));
}

export function newApprovalId(deps: EngineDeps): ApprovalId {
  return `a_${deps.ids.ulid()}`;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
