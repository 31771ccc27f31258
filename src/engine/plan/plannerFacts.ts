import type { DetectedCheck } from "../../core/validation/evidence";

/** What planning knows about the workspace, read by the caller; secret files are never among them. */
export interface WorkspaceFacts {
  readonly project_name: string;
  /** Languages by share, largest first: `TypeScript`, `Python`. */
  readonly languages: readonly string[];
  /** npm scripts or their like: name to command line. */
  readonly scripts: Readonly<Record<string, string>>;
  readonly checks: readonly DetectedCheck[];
  /** Paths, sorted; cut by the prompt where there are too many. */
  readonly files: readonly string[];
  /** Short texts worth reading before planning, such as the README; already capped. */
  readonly documents: readonly { readonly path: string; readonly text: string }[];
}
