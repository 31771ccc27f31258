import type { MasterPlanError } from "../../core/errors";
import type { FailureAnalysis } from "../../core/answer/failureAnalysisAnswer";
import { failureAnalysisSchema, parseFailureAnalysis } from "../../core/answer/failureAnalysisSchema";
import type { Plan, Task } from "../../core/plan/plan";
import { ok, type Result } from "../../core/result";
import type { FailedAttempt } from "./failedAttempt";
import type { ModelClient } from "../model/modelExchange";
import { failurePrompt } from "../prompts/failurePrompt";

export type { FailedAttempt } from "./failedAttempt";

export interface FailureAnalysisRequest {
  readonly client: ModelClient;
  readonly plan: Plan;
  readonly task: Task;
  readonly attempts: readonly FailedAttempt[];
  /** Titles of tasks that are done, newest first. */
  readonly done: readonly string[];
  readonly cache_key: string;
  readonly signal: AbortSignal;
}

/** Asks a model for the cause behind the failures of a task. A person decides what becomes of the proposals. */
export async function analyseFailure(
  request: FailureAnalysisRequest,
): Promise<Result<FailureAnalysis, MasterPlanError>> {
  const { client, plan, task, attempts, done, cache_key, signal } = request;
  const answer = await client.ask(
    {
      messages: failurePrompt({ plan, task, attempts, done }),
      purpose: "failure_analysis",
      task_id: task.task_id,
      cache_key,
      answer: { name: "failure_analysis", schema: failureAnalysisSchema, parse: parseFailureAnalysis },
    },
    signal,
  );
  return answer.ok ? ok(answer.value.value) : answer;
}
