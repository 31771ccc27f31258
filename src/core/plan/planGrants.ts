import { estimate } from "./estimate";
import type { Plan } from "./plan";
import { planCommands, type PlanCommand } from "./planCommands";
import { planFiles, planProtectedFiles } from "./planFiles";

/** What approving a plan version allows, as far as the plan alone tells. Cost, branch and hooks come from elsewhere. */
export interface PlanContentGrants {
  readonly commands: readonly PlanCommand[];
  readonly files: readonly string[];
  /** Protected files that the plan wants to touch; each is granted by name or reviewed one by one. */
  readonly protected_files: readonly string[];
  readonly estimate_minutes: { readonly min: number; readonly max: number; readonly critical_path: number };
}

export function planGrants(plan: Plan, done: ReadonlySet<string> = new Set()): PlanContentGrants {
  const { min, max, critical_path } = estimate(plan, done);
  return {
    commands: planCommands(plan),
    files: planFiles(plan),
    protected_files: planProtectedFiles(plan),
    estimate_minutes: { min, max, critical_path },
  };
}
