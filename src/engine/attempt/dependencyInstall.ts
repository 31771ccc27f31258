import type { Argv, Task } from "../../core/plan/plan";
import { dependencyPart, isDependencyFile } from "../../core/validation/detect/dependencyFiles";
import type { Evidence } from "../../core/validation/evidence";
import type { RawChange, Worktree } from "../../ports/git";
import type { WorkspaceFiles } from "../../ports/workspaceFiles";
import { runCommand } from "./commandOutcome";
import { changedManifests, installCommands, textOf, type InstallCommand } from "./installCommands";
import { validationPorts, type RunContext } from "../run/runContext";

export interface InstallPlace {
  readonly worktree: Worktree;
  readonly files: WorkspaceFiles;
  /** Whose phase may name its own install; null for the gates of the run. */
  readonly task: Task | null;
  /** A person accepted the whole change already. */
  readonly accepted: boolean;
  /** The task's change, where the worktree's commit holds it already because it was made in the person's own tree. */
  readonly change?: readonly RawChange[];
}

/**
 * Keeps a worktree's dependencies in step with its manifests. The folders it was given belong to the state in which the
 * run began; once a manifest that was landed or accepted differs from that, the approved install runs here before any
 * check does. A manifest that the attempt changed and nobody accepted installs nothing.
 */
export class DependencyInstall {
  readonly #context: RunContext;
  readonly #place: InstallPlace;
  /** The manifests that were installed, as text; lock files that an install wrote are part of it. */
  #state = "[]";
  #own = new Map<string, string | null>();
  readonly #evidence = new Map<string, Evidence>();

  constructor(context: RunContext, place: InstallPlace) {
    this.#context = context;
    this.#place = place;
  }

  /** What the installs of this worktree said, the latest word of each. */
  get evidence(): readonly Evidence[] {
    return [...this.#evidence.values()];
  }

  /**
   * Null when the dependencies are in step; else what is in the way: an install that failed or could not run, or a
   * manifest that nobody accepted yet. Code of the worktree proves nothing then. Rejects with `cancelled`, and with what
   * git says of a worktree that was tampered with.
   */
  async ensure(signal: AbortSignal): Promise<Evidence | null> {
    const changed = changedManifests(await this.#changes());
    const landed = await this.#landed();
    const paths = [...new Set([...changed.keys(), ...landed.keys()])].sort();
    const state = JSON.stringify(paths.map((path) => [path, changed.get(path) ?? landed.get(path)]));
    if (state === this.#state) return this.#obstacle();
    this.#evidence.clear();
    this.#state = state;
    if (paths.length === 0) return null;
    const commands = await this.#commands(paths);
    const open = this.#place.accepted
      ? []
      : [...changed].flatMap(([path, part]) => this.#unaccepted(path, part));
    if (open.length > 0) {
      const one = this.#pending(open, commands);
      this.#evidence.set(one.check, one);
      return one;
    }
    for (const { argv, cwd } of commands) {
      const one = await this.#run(argv, cwd, signal);
      this.#evidence.set(one.check, one);
      if (one.status !== "passed") return one;
    }
    await this.#remember(landed);
    return null;
  }

  /** An approved command of the task has installed what the manifests say now. */
  async installed(): Promise<void> {
    this.#evidence.clear();
    await this.#remember(await this.#landed());
  }

  #obstacle(): Evidence | null {
    return this.evidence.find((one) => one.status !== "passed") ?? null;
  }

  async #changes(): Promise<readonly RawChange[]> {
    const { worktree, change = [] } = this.#place;
    const found = await this.#context.deps.git.changes(worktree);
    return [...change.filter(({ path }) => !found.some((one) => one.path === path)), ...found];
  }

  /** Manifests that earlier tasks of the run landed, as the worktree's base has them. */
  async #landed(): Promise<ReadonlyMap<string, string | null>> {
    const { deps, recorder } = this.#context;
    const { base, tip } = recorder.state();
    const found = new Map<string, string | null>();
    if (base?.snapshot == null || tip === base.head) return found;
    const { snapshot } = base;
    const { commit } = this.#place.worktree;
    for (const path of await deps.git.changedPaths(snapshot, commit)) {
      if (!isDependencyFile(path)) continue;
      const [before, after] = [
        textOf(await deps.git.readFile(snapshot, path)),
        textOf(await deps.git.readFile(commit, path)),
      ];
      const part = dependencyPart(path, after);
      if (part !== dependencyPart(path, before)) found.set(path, part);
    }
    return found;
  }

  #unaccepted(path: string, part: string | null): readonly string[] {
    if (this.#context.grants.includes(`protected:${path}`)) return [];
    return this.#own.has(path) && this.#own.get(path) === part ? [] : [path];
  }

  async #remember(landed: ReadonlyMap<string, string | null>): Promise<void> {
    this.#own = new Map(changedManifests(await this.#changes()));
    const paths = [...new Set([...this.#own.keys(), ...landed.keys()])].sort();
    this.#state = JSON.stringify(paths.map((path) => [path, this.#own.get(path) ?? landed.get(path)]));
  }

  #commands(paths: readonly string[]): Promise<readonly InstallCommand[]> {
    const { task, files } = this.#place;
    return installCommands(this.#context.plan, task, files, paths);
  }

  async #run(argv: Argv, cwd: string, signal: AbortSignal): Promise<Evidence> {
    const ports = validationPorts(this.#context, this.#place.files);
    const check = `install ${argv.join(" ")}`;
    const outcome = await runCommand(ports, { check, argv, cwd, timeout_ms: installTimeoutMs }, signal);
    const { status, summary, exit_code, duration_ms, output_hash } = outcome;
    return {
      check,
      layer: "install",
      severity: "critical",
      status,
      summary,
      command: argv,
      exit_code,
      duration_ms,
      ...(output_hash !== undefined && { output_hash }),
    };
  }

  #pending(paths: readonly string[], commands: readonly InstallCommand[]): Evidence {
    const t = this.#context.deps.environment.translate;
    const how = commands.map(({ argv }) => argv.join(" ")).join("; ");
    return {
      check: "install",
      layer: "install",
      severity: "nice_to_have",
      status: "not_verified",
      summary: t(
        "Changed and not accepted yet: {0}. Once you accept it by name, this runs before the checks, and only then does anything land: {1}",
        paths.join(", "),
        how === "" ? t("nothing") : how,
      ),
      duration_ms: 0,
    };
  }
}

const installTimeoutMs = 15 * 60_000;
