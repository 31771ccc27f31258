import { MasterPlanError } from "../../core/errors";
import { isPlanId, type DiscoveryId, type PlanId } from "../../core/ids";
import type { JsonObject } from "../../core/json";
import type { ClaimedState, Plan } from "../../core/plan/plan";
import { changeTypeOf } from "../../core/plan/changeType";
import { planDiff } from "../../core/plan/planDiff";
import { planHash } from "../../core/plan/planHash";
import { planTitle } from "../../core/plan/planTitle";
import { isFinished } from "../../core/run/transitions";
import type { StoreChange } from "../../ports/store";
import type { PlanRow, PlanVersionRow } from "../../ports/storeRows";
import type { EngineDeps } from "../engineDeps";
import { voidApprovals } from "./gate";
import type { PlanHead } from "../masterPlan";
import { historyOf } from "./planHistory";
import { versionHistory } from "./versionHistory";

export const currentPlanKey = "current_plan";

/** A new draft in the store: plan, version 1, history, and the plan in hand, in one commit. */
export async function keepDraft(
  deps: EngineDeps,
  draft: {
    readonly id: PlanId;
    readonly plan: Plan;
    readonly claimed: ClaimedState | null;
    readonly origin: string;
    readonly by: string;
    readonly discovery?: { readonly id: DiscoveryId; readonly document: JsonObject } | null;
  },
): Promise<PlanHead> {
  const { id, plan } = draft;
  const at = deps.clock.now();
  const hash = planHash(plan);
  const discovery = draft.discovery ?? null;
  const changes: StoreChange[] = [];
  if (discovery !== null) {
    changes.push({
      kind: "discovery.put",
      row: {
        id: discovery.id,
        request: plan.user_request_original,
        status: "completed",
        document: discovery.document,
        plan_id: id,
        created_at: at,
        validated_at: at,
      },
    });
  }
  changes.push(
    {
      kind: "plan.put",
      row: {
        id,
        status: "draft",
        current_version: 1,
        title: titleOf(deps, id, plan),
        created_at: at,
        updated_at: at,
        discovery_id: discovery?.id ?? null,
        origin: draft.origin,
        claimed: draft.claimed,
      },
    },
    {
      kind: "version.put",
      row: {
        plan_id: id,
        version: 1,
        hash,
        plan,
        change_type: "initial",
        change_summary: "Draft",
        changes_detail: null,
        parent_version: null,
        created_at: at,
        created_by: draft.by,
      },
    },
    historyOf(id, "created", plan.project_name, draft.by, at, null, {
      version: 1,
      hash,
      origin: draft.origin,
    }),
    { kind: "setting.put", key: currentPlanKey, value: { id } },
  );
  await deps.store.commit({ at, actor: draft.by, correlation_id: id, changes });
  return { id, version: 1, hash };
}

/** Why a plan cannot be changed, approved anew or rejected: a run carries it out. Null when none does. */
export function underWay(deps: EngineDeps, plan: PlanId): MasterPlanError | null {
  const active = deps.store.runs(plan).find((run) => !isFinished(run.status));
  if (active === undefined) return null;
  return new MasterPlanError(
    "run.alreadyActive",
    `Run ${active.id} carries out version ${active.version} of this plan`,
    { hint: "Cancel the run first; its commits are kept" },
  );
}

/** A new version of a plan; it voids every approval. Refused while a run of the plan is under way. */
export async function keepVersion(
  deps: EngineDeps,
  edit: { readonly id: PlanId; readonly plan: Plan; readonly summary: string; readonly by: string },
): Promise<PlanHead> {
  const { row, version } = currentVersion(deps, edit.id);
  const hash = planHash(edit.plan);
  if (hash === version.hash) return { id: row.id, version: version.version, hash };
  const busy = underWay(deps, edit.id);
  if (busy !== null) throw busy;
  const at = deps.clock.now();
  const next = row.current_version + 1;
  const diff = planDiff(version.plan, edit.plan);
  const detail = { changes: diff.map((change) => ({ ...change })) } as unknown as JsonObject;
  await deps.store.commit({
    at,
    actor: edit.by,
    correlation_id: edit.id,
    changes: [
      {
        kind: "plan.put",
        row: {
          ...row,
          status: "draft",
          current_version: next,
          title:
            edit.plan.project_name === version.plan.project_name
              ? row.title
              : titleOf(deps, edit.id, edit.plan),
          updated_at: at,
        },
      },
      {
        kind: "version.put",
        row: {
          plan_id: edit.id,
          version: next,
          hash,
          plan: edit.plan,
          change_type: changeTypeOf(diff, finishedTasks(deps, row)),
          change_summary: edit.summary,
          changes_detail: detail,
          parent_version: version.version,
          created_at: at,
          created_by: edit.by,
        },
      },
      ...voidApprovals(deps, edit.id, `Version ${next} replaced version ${version.version}`, at),
      ...versionHistory({
        ...edit,
        version: next,
        hash,
        at,
        before: version.plan,
        after: edit.plan,
        diff,
      }),
    ],
  });
  return { id: edit.id, version: next, hash };
}

/** Tasks whose work is there: done in the latest run, or claimed done by the document that was imported. */
function finishedTasks({ store }: EngineDeps, row: PlanRow): ReadonlySet<string> {
  const latest = store.runs(row.id).at(-1);
  const run = latest === undefined ? null : store.run(latest.id);
  const done = [...(run?.tasks.values() ?? [])].filter((task) => task.status === "done");
  const claimed = Object.entries(row.claimed?.tasks ?? {}).filter(([, task]) => task.state === "done");
  return new Set([...done.map((task) => task.task_id), ...claimed.map(([id]) => id)]);
}

function titleOf({ store }: EngineDeps, id: PlanId, plan: Plan): string {
  const others = store.plans().filter((one) => one.id !== id);
  return planTitle(
    plan.project_name,
    others.map((one) => one.title),
  );
}

export function currentVersion(
  deps: EngineDeps,
  id: string,
): { readonly row: PlanRow; readonly version: PlanVersionRow } {
  const row = isPlanId(id) ? deps.store.plan(id) : null;
  const version = row === null ? null : deps.store.version(row.id, row.current_version);
  if (row === null || version === null) {
    throw new MasterPlanError("plan.unknown", `There is no plan ${id.slice(0, 64)} in this workspace`, {
      hint: "List the plans of this workspace",
    });
  }
  return { row, version };
}
