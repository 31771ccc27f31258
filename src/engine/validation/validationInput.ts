import type { ChangeSet } from "../../core/change/changeSet";
import type { Argv, Plan, Task } from "../../core/plan/plan";
import type { Translate } from "../../core/translate";
import type { Baseline } from "../../core/validation/baseline";
import type { CheckScripts } from "../../core/validation/checkScripts";
import type { DetectedCheck, Evidence } from "../../core/validation/evidence";
import type { Clock } from "../../ports/clock";
import type { CommandRunner } from "../../ports/commandRunner";
import type { PatternMatcher } from "../../ports/patternMatcher";
import type { SyntaxChecker } from "../../ports/syntaxChecker";
import type { WorkspaceFiles } from "../../ports/workspaceFiles";

/** The outside world as validation needs it; `files.root` is the folder in which commands run. */
export interface ValidationPorts {
  readonly files: WorkspaceFiles;
  readonly runner: CommandRunner;
  readonly syntax: SyntaxChecker;
  readonly patterns: PatternMatcher;
  readonly clock: Clock;
  readonly translate: Translate;
  /** Keeps captured output as a blob and resolves with its sha256. */
  readonly keepOutput: (text: string) => Promise<string>;
  /** Argument vectors that the approval names; the only ones that may carry an interpreter flag such as `-c`. */
  readonly approved: readonly Argv[];
  /** Whether a person accepted these texts of a manifest's script, which are not the approved ones. */
  readonly accepted_script?: (manifest: string, script: string, scripts: CheckScripts) => Promise<boolean>;
  /** The scripts that were approved with a vector of the plan; null when the approval does not say. */
  readonly approved_scripts?: (argv: Argv) => CheckScripts | null;
  /** What is being validated; absent where nothing is proposed. */
  readonly change?: ChangeSet;
  /** Limit for commands that bring none of their own. */
  readonly check_timeout_ms: number;
  /** A new, empty HOME for each command. */
  readonly private_home?: boolean;
  /** Live output of what runs, for whoever watches. */
  readonly on_output?: (check: string, chunk: string) => void;
}

export interface AttemptValidation extends ValidationPorts {
  readonly task: Task;
  readonly plan: Plan;
  readonly change: ChangeSet;
  readonly checks: readonly DetectedCheck[];
  readonly baseline: Baseline;
  /** Layers that are only shown by default and stop a task by setting: `format`. */
  readonly blocking_layers: readonly string[];
  /** False while the dependencies that the change needs are not installed: only its text is looked at then. */
  readonly runs_code?: boolean;
}

/** Told of each piece of evidence as soon as it is there, in order. */
export type OnEvidence = (evidence: Evidence) => void;
