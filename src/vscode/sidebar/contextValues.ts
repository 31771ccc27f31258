import type { PlanSnapshot } from "./planSnapshot";
import { offersOf } from "./taskFlags";

type ContextKey =
  | "ready"
  | "hasFolder"
  | "hasPlan"
  | "hasModel"
  | "approved"
  | "hasRun"
  | "runActive"
  | "runOpen"
  | "planRunOpen"
  | "branchOpen"
  | "waiting"
  | "panic";

/** What menus and welcome views ask for, by the key without its prefix. */
export type ContextValues = Readonly<Record<ContextKey, boolean>> & {
  /** What can be done with some task or gate of the plan in hand, such as `retry;review`. */
  readonly offers: string;
};

/**
 * `runActive`, `runOpen`, `waiting` and `panic` are about the workspace's one open run, whichever plan is in hand; the
 * others are about the plan in hand, of which `planRunOpen` says that the open run is its own.
 */
export function contextValues(
  snapshot: PlanSnapshot | null,
  hasFolder: boolean,
  hasModel: boolean,
): ContextValues {
  const open = snapshot?.open ?? null;
  const own = open !== null && !open.elsewhere;
  return {
    ready: true,
    hasFolder,
    hasPlan: snapshot !== null,
    hasModel,
    approved: snapshot?.approved ?? false,
    hasRun: snapshot?.run != null,
    runActive: open !== null && ["running", "queued", "waiting"].includes(open.status.status),
    runOpen: open !== null,
    planRunOpen: own,
    branchOpen: snapshot?.status.branch_open === true,
    waiting: (snapshot?.waiting.length ?? 0) > 0,
    panic: (open?.status ?? snapshot?.status)?.reason === "panic",
    offers: snapshot === null ? "" : offersOf(snapshot.status, snapshot.tasks.values()),
  };
}
