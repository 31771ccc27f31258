import type { UnchangeablePath } from "../change/path/unchangeable";
import type { Finding } from "../plan/plan";
import type { BaselineCheck } from "./baseline";

/** The state of things before the first task of a run, as JSON. `findings` say in words what a person should know. */
export interface PreflightReport {
  readonly at: number;
  readonly duration_ms: number;
  /** True when nothing found here stops the run from starting. */
  readonly ready: boolean;
  /** Reasons why the run cannot start, each a sentence. */
  readonly problems: readonly string[];
  readonly findings: readonly Finding[];
  readonly baseline: readonly BaselineCheck[];
  /** Layers of checks that this workspace does not have. */
  readonly not_applicable: readonly string[];
  /** Null: not installed. Empty: it does not tell its version. */
  readonly tools: readonly { readonly name: string; readonly version: string | null }[];
  readonly environment: readonly { readonly name: string; readonly set: boolean }[];
  readonly repository: {
    readonly kind: "repository" | "private" | "none";
    readonly branch: string | null;
    readonly head: string | null;
    readonly dirty_files: number;
    readonly operation: string | null;
    readonly hooks_skipped: readonly string[];
    readonly signing: boolean;
    /** Absent, as what follows, in reports of earlier versions. */
    readonly detached?: boolean;
    readonly sparse?: boolean;
    readonly lfs?: boolean;
    readonly submodules?: readonly string[];
    readonly nested_repositories?: readonly string[];
  };
  readonly disk_free_bytes: number | null;
  /** How the processes of commands are held together; absent where nobody says. */
  readonly containment?: "cgroup" | "processes";
  readonly files_to_modify: readonly {
    readonly path: string;
    readonly change: "add" | "modify" | "delete";
    readonly exists: boolean;
  }[];
  /** Files that the plan names and that no task may change; the run does not start while there are any. */
  readonly unchangeable?: readonly UnchangeablePath[];
  readonly providers: readonly {
    readonly id: string;
    readonly label: string;
    readonly healthy: boolean | null;
    readonly message: string | null;
  }[];
}
