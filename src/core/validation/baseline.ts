import type { CheckStatus } from "./evidence";
import type { TestCounts } from "./parseTestOutput";

/** What the workspace's own checks said on the commit a run forks from, before any task changed anything. */
export interface Baseline {
  readonly checks: readonly BaselineCheck[];
}

export interface BaselineCheck {
  readonly name: string;
  readonly status: CheckStatus;
  readonly summary: string;
  readonly exit_code: number | null;
  readonly duration_ms: number;
  readonly counts?: TestCounts;
  /** Problems the tool reported; absent when its output names no number. */
  readonly problems?: number;
  readonly output_hash?: string;
}

/** Undefined when the check was not part of the preflight. */
export function baselineOf(baseline: Baseline, name: string): BaselineCheck | undefined {
  return baseline.checks.find((check) => check.name === name);
}
