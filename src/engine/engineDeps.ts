import type { Clock, IdSource } from "../ports/clock";
import type { CommandRunner } from "../ports/commandRunner";
import type { Environment, ModelSource, Settings } from "../ports/environment";
import type { Git } from "../ports/git";
import type { Logger } from "../ports/logger";
import type { PatternMatcher } from "../ports/patternMatcher";
import type { Store } from "../ports/store";
import type { SyntaxChecker } from "../ports/syntaxChecker";
import type { WorkspaceFiles } from "../ports/workspaceFiles";

/** Every outside thing the engine may touch; wired once per workspace by the front door. */
export interface EngineDeps {
  /** Absolute real path of the workspace folder. */
  readonly workspace: string;
  readonly store: Store;
  readonly git: Git;
  /** A runner that lets exactly these argument vectors through, beside what the workspace's own checks need. */
  readonly createRunner: (approved: readonly (readonly string[])[]) => CommandRunner;
  readonly filesAt: (root: string) => WorkspaceFiles;
  readonly syntax: SyntaxChecker;
  readonly patterns: PatternMatcher;
  readonly models: ModelSource;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly environment: Environment;
  readonly settings: Settings;
  /** Free bytes where the store lives; null when the platform does not say. */
  readonly diskFree: () => Promise<number | null>;
  /** What checks and commands print while they run, for whoever watches; never stored from here. */
  readonly onOutput?: (source: { readonly run: string; readonly check: string }, chunk: string) => void;
  /** Whether an environment variable is set; its value is never read. */
  readonly hasVariable: (name: string) => boolean;
  /** Whether a check's tool is installed, here or for the folder given; nothing is said about tools without it. */
  readonly hasTool?: (name: string, folder: string) => Promise<boolean>;
}
