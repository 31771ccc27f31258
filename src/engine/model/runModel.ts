import type { PlanId } from "../../core/ids";
import { MasterPlanError } from "../../core/errors";
import type { StoreChange } from "../../ports/store";
import type { EngineDeps } from "../engineDeps";
import type { BudgetLedger } from "./modelBudget";
import { createModelClient, type ModelClient, type ModelRecorder } from "./modelClient";
import type { RunContext } from "../run/runContext";

/** The model for a run's tasks, with every call announced before it starts and paid for in the run's own ledger. */
export async function modelForRun(context: RunContext): Promise<ModelClient> {
  const { deps, recorder } = context;
  const run = recorder.state();
  const keepTranscripts = deps.settings.get().record_transcripts;
  const traces: ModelRecorder = {
    async opened(call) {
      const { purpose, model, reserved_usd, row } = call;
      const reserved_tokens = row.input_tokens + row.output_tokens;
      await recorder.append(
        "executor",
        [
          {
            type: "intent.opened",
            intent: {
              key: call.id,
              kind: "model_call",
              task_id: call.task_id,
              attempt_id: null,
              spec: { purpose, model, reserved_usd, reserved_tokens, recorded: row.recorded },
            },
          },
        ],
        // Whatever becomes of the call, there is a row of it; the answer replaces it.
        [{ kind: "model_call.add", row }],
      );
    },
    async closed({ row, transcript }) {
      const blob = keepTranscripts
        ? await deps.store.putBlob(new TextEncoder().encode(transcript), "transcript")
        : null;
      await recorder.append(
        "executor",
        [
          { type: "intent.settled", key: row.id, outcome: row.outcome === "ok" ? "done" : "failed" },
          {
            type: "cost",
            task_id: row.task_id,
            purpose: row.purpose,
            model: row.model,
            usd: row.usd,
            tokens: row.input_tokens + row.output_tokens,
            cached: row.cached_tokens,
            recorded: row.recorded,
          },
        ],
        [{ kind: "model_call.add", row: { ...row, transcript: blob } }],
      );
    },
  };
  return makeClient(deps, context.ledger, { run_id: run.id, plan_id: run.plan_id }, traces);
}

/** The model for planning: no run yet, but every call is recorded and costed all the same. */
export async function modelForPlanning(
  deps: EngineDeps,
  ledger: BudgetLedger,
  planId: PlanId,
): Promise<ModelClient> {
  const commit = async (changes: readonly StoreChange[]) => {
    await deps.store.commit({ at: deps.clock.now(), actor: "planner", correlation_id: planId, changes });
  };
  const keepTranscripts = deps.settings.get().record_transcripts;
  return makeClient(
    deps,
    ledger,
    { run_id: null, plan_id: planId },
    {
      async opened(call) {
        await commit([
          {
            kind: "audit.add",
            row: {
              action: "model_call",
              subject: call.id,
              result: "opened",
              detail: { purpose: call.purpose, model: call.model, reserved_usd: call.reserved_usd },
            },
          },
          { kind: "model_call.add", row: call.row },
        ]);
      },
      async closed({ row, transcript }) {
        const blob = keepTranscripts
          ? await deps.store.putBlob(new TextEncoder().encode(transcript), "transcript")
          : null;
        await commit([{ kind: "model_call.add", row: { ...row, transcript: blob } }]);
      },
    },
  );
}

async function makeClient(
  deps: EngineDeps,
  ledger: BudgetLedger,
  scope: { readonly run_id: RunContext["recorder"]["run"] | null; readonly plan_id: PlanId | null },
  recorder: ModelRecorder,
): Promise<ModelClient> {
  if (!deps.environment.isTrusted()) {
    throw new MasterPlanError(
      "gate.untrusted",
      "Nothing is sent to a model from a workspace that is not trusted",
      {
        hint: "Trust the workspace first",
      },
    );
  }
  const model = await deps.models.model("default");
  if (model === null) {
    throw new MasterPlanError("model.none", "No model is chosen", {
      hint: "Choose a model, plan from the template, or do the task by hand",
    });
  }
  return createModelClient({
    model,
    clock: deps.clock,
    ids: deps.ids,
    logger: deps.logger,
    ledger,
    scope,
    recorder,
    secrets: (await model.secrets?.()) ?? [],
  });
}
