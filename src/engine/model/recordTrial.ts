import type { EngineDeps } from "../engineDeps";
import type { TrialCall } from "./tryModel";

/** Keeps the calls of a trial beside those of plans and runs: they belong to none, and cost money all the same. */
export async function recordTrial(
  { store, clock, ids, environment }: EngineDeps,
  calls: readonly TrialCall[],
): Promise<void> {
  if (calls.length === 0) return;
  await store.commit({
    at: clock.now(),
    actor: environment.person(),
    correlation_id: "model_trial",
    changes: calls.map((call) => ({
      kind: "model_call.add",
      row: {
        ...call,
        id: ids.ulid(),
        run_id: null,
        plan_id: null,
        task_id: null,
        purpose: "health",
        transcript: null,
      },
    })),
  });
}
