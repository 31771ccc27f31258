import { MasterPlanError } from "../../core/errors";
import type { EngineDeps } from "../engineDeps";

/** Why nothing new may be started, as a sentence; null when disk and budget have room. */
export async function lackOfSpace(deps: Pick<EngineDeps, "store" | "settings">): Promise<string | null> {
  return (await deps.store.checkSpace({ budget_bytes: deps.settings.get().storage_bytes })).problem;
}

/** Refuses with `store.full` when the disk or the person's budget has no room for another run. */
export async function refuseWithoutSpace(deps: Pick<EngineDeps, "store" | "settings">): Promise<void> {
  const problem = await lackOfSpace(deps);
  if (problem === null) return;
  throw new MasterPlanError("store.full", problem, {
    hint: "Nothing was started; remove old runs, clean up transcripts and outputs, or free some space",
  });
}
