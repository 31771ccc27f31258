import { MasterPlanError } from "../../core/errors";
import { isFinished } from "../../core/run/transitions";
import type { StoreChange } from "../../ports/store";
import type { RunRow } from "../../ports/storeRows";
import type { EngineDeps } from "../engineDeps";
import { voidApprovals } from "../plan/gate";
import { markInterruptedRuns } from "../run/recovery";

/**
 * Replaces the whole state by an exported one, after a copy of the present one was written beside it. Refuses with
 * `run.alreadyActive` while a run here has not ended. Resolves with where the copy is.
 */
export async function importState(deps: EngineDeps, path: string): Promise<{ readonly kept: string }> {
  const { store, clock } = deps;
  refuseWhileRunLives(store.runs());
  const time = new Date(clock.now()).toISOString().replace(/\D/gu, "");
  const kept = `${store.info().location}/before-import-${time}.masterplan-state`;
  await store.importState(path, {
    keep: kept,
    allow: () => {
      refuseWhileRunLives(store.runs());
    },
  });
  await settleImport(deps);
  return { kept };
}

/** Throws `run.alreadyActive` when one of the runs has not ended: an import would replace it. */
export function refuseWhileRunLives(runs: readonly Pick<RunRow, "id" | "status">[]): void {
  const active = runs.find((run) => !isFinished(run.status));
  if (active === undefined) return;
  throw new MasterPlanError(
    "run.alreadyActive",
    `Run ${active.id} has not ended in this workspace, and an import would replace it`,
    { hint: "Nothing was changed; finish or cancel the run first, its commits are kept" },
  );
}

const settledKey = "import_settled";

/**
 * What follows an import, also when the process ended in between: runs that were under way where the state comes from
 * are interrupted, and approvals given there let nothing run here until a person approves again. A no-op otherwise.
 */
export async function settleImport(deps: EngineDeps): Promise<void> {
  const { store } = deps;
  // An imported state may bring the imports of its own past, with what was done about them.
  const imports = store
    .rows("audit", { action: "state.import" })
    .map((row) => `${String(row["at"])} ${String(row["lsn"])}`);
  const settled = store.setting(settledKey)?.["imports"];
  const done = new Set(Array.isArray(settled) ? settled : []);
  if (imports.every((one) => done.has(one))) return;
  await markInterruptedRuns(deps);
  const at = deps.clock.now();
  const reason = "The state was imported: what was approved elsewhere is approved here once more";
  const withdrawn = store.plans().flatMap((plan): readonly StoreChange[] => {
    const voided = voidApprovals(deps, plan.id, reason, at);
    if (voided.length === 0 || plan.status !== "approved") return voided;
    return [...voided, { kind: "plan.put", row: { ...plan, status: "draft", updated_at: at } }];
  });
  // What was found about the other place's checks is found anew, and measured against the new approval.
  const found = store
    .runs()
    .filter((run) => !isFinished(run.status))
    .map((run): StoreChange => ({ kind: "setting.put", key: `preflight:${run.id}`, value: null }));
  await store.commit({
    at,
    actor: "import",
    correlation_id: "import",
    changes: [...withdrawn, ...found, { kind: "setting.put", key: settledKey, value: { imports } }],
  });
}
