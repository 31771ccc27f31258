import type { MasterPlanError } from "../../core/errors";
import { isApprovalId, isPlanId, isRunId, type PlanId } from "../../core/ids";
import type { JsonObject } from "../../core/json";
import type { StoreChange } from "../../ports/store";
import type { EngineDeps } from "../engineDeps";

export function historyOf(
  plan: PlanId,
  type: string,
  description: string,
  by: string,
  at: number,
  before: JsonObject | null,
  after: JsonObject | null,
  node: { readonly kind: string; readonly id: string } | null = null,
): StoreChange {
  const idOf = (kind: string) => (node?.kind === kind ? node.id : null);
  return {
    kind: "history.add",
    row: {
      plan_id: plan,
      change_type: type,
      change_description: description,
      changed_by: by,
      phase_id: idOf("phase"),
      milestone_id: idOf("milestone"),
      task_id: idOf("task"),
      previous_value: before,
      new_value: after,
      at,
    },
  };
}

/** What was asked for; all but approving and rejecting a plan is about a run. */
export type RefusedAction =
  "approve" | "reject" | "run" | "resume" | "review" | "task" | "gate" | "finish" | "rollback";

/**
 * Keeps that an approval or a run was refused: always in the audit log, and in the history of the plan where one is
 * meant, so that its readers see who tried what and why it did not happen.
 */
export async function recordRefusal(
  deps: EngineDeps,
  action: RefusedAction,
  subject: string,
  refusal: MasterPlanError,
  by: string,
): Promise<void> {
  const at = deps.clock.now();
  const changes: StoreChange[] = [
    { kind: "audit.add", row: { action, subject, result: refusal.code, detail: null } },
  ];
  const plan = action === "reject" ? null : planMeant(deps, subject);
  if (plan !== null) {
    const type = action === "approve" ? "approval_refused" : "run_refused";
    changes.push(historyOf(plan, type, refusal.message, by, at, null, { code: refusal.code }));
  }
  await deps.store.commit({ at, actor: by, correlation_id: subject, changes });
}

function planMeant({ store }: EngineDeps, subject: string): PlanId | null {
  if (isPlanId(subject)) return store.plan(subject)?.id ?? null;
  if (isRunId(subject)) return store.run(subject)?.plan_id ?? null;
  return isApprovalId(subject) ? (store.approval(subject)?.plan_id ?? null) : null;
}
