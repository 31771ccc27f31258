import type { Argv } from "../../core/plan/plan";
import type { CheckScripts } from "../../core/validation/checkScripts";

/** Everything that approving one version of a plan grants. */
export interface PlanGrants {
  readonly commands: readonly GrantedCommand[];
  /** Installs that changed manifests may ask for; they run in worktrees, never by themselves in the person's folder. */
  readonly installs: readonly PossibleInstall[];
  readonly files: readonly string[];
  readonly protected_files: readonly string[];
  readonly estimate_minutes: { readonly min: number; readonly max: number; readonly critical_path: number };
  readonly cost_usd: { readonly min: number; readonly max: number; readonly budget: number | null } | null;
  readonly branch: string;
  readonly hooks_skipped: readonly string[];
}

/** One vector of the plan, where it stands there, and the scripts of the workspace that it runs. */
export interface GrantedCommand {
  readonly argv: Argv;
  readonly where: string;
  readonly scripts?: CheckScripts;
}

/** One vector that an approval grants for changed manifests, and the manifest that asks for it. */
export interface PossibleInstall {
  readonly name: string;
  readonly argv: Argv;
  readonly source: string;
}
