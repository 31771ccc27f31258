import type { RunOptions } from "../../core/run/run";
import type { RunParams } from "../masterPlan";

/** The options of a run that may change while it goes on; what was not named stays as it is. */
export function changedOptions(params: Partial<RunParams>): Partial<RunOptions> {
  return {
    ...(params.concurrency !== undefined && { concurrency: Math.max(1, params.concurrency) }),
    ...(params.review !== undefined && { review: params.review }),
    ...(params.budget_usd !== undefined && { budget_usd: params.budget_usd }),
    ...(params.until_phase !== undefined && { until_phase: params.until_phase }),
  };
}
