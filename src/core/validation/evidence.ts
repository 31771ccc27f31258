import type { CheckScripts } from "./checkScripts";

/**
 * What a check said. `not_verified`: it should have run and could not, or gave no readable result; never a pass.
 * `not_applicable`: the workspace has no such check.
 */
export type CheckStatus = "passed" | "failed" | "not_verified" | "timed_out" | "not_applicable";

export type Severity = "critical" | "important" | "nice_to_have";

/** Where in the strict validation a check belongs; they run in this order. */
export type CheckLayer =
  | "install"
  | "scope"
  | "syntax"
  | "imports"
  | "types"
  | "postconditions"
  | "tests"
  | "lint"
  | "security"
  | "format"
  | "build"
  | "quality"
  | "gate"
  | "integrity";

/** Proof for one check of one attempt, as stored: what ran, what came back, and hashes to find it again. */
export interface Evidence {
  readonly check: string;
  readonly layer: CheckLayer;
  readonly severity: Severity;
  readonly status: CheckStatus;
  /** One sentence for a person: the first failure, or what was proved. */
  readonly summary: string;
  readonly command?: readonly string[];
  readonly exit_code?: number | null;
  /** sha256 of the captured output, which is kept as a blob. */
  readonly output_hash?: string;
  readonly duration_ms: number;
  /** It waits until the change is accepted, and runs before anything lands then. */
  readonly held?: true;
  /** Ids or texts of the acceptance criteria that this proves. */
  readonly proves?: readonly string[];
  readonly counts?: {
    readonly total: number;
    readonly passed: number;
    readonly failed: number;
    readonly skipped: number;
  };
}

/** A check that the workspace offers, found by reading its files. `name` is what plans may use: test, lint, api:test. */
export interface DetectedCheck {
  readonly name: string;
  readonly layer: CheckLayer;
  readonly severity: Severity;
  readonly command: readonly string[];
  /** Folder relative to the workspace root, `""` for the root. */
  readonly cwd: string;
  /** The file that says so, and where: `package.json#/scripts/test`. */
  readonly source: string;
  /** The scripts that the vector stands for, by name; absent where it stands for itself. */
  readonly scripts?: CheckScripts;
  readonly timeout_ms: number;
}

/** True when a person must waive it before the task may be done. */
export function blocks(evidence: Evidence): boolean {
  if (evidence.severity === "nice_to_have") return false;
  return (
    evidence.status === "failed" || evidence.status === "timed_out" || evidence.status === "not_verified"
  );
}
