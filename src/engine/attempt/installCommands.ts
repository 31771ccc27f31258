import type { Argv, Plan, Task } from "../../core/plan/plan";
import { dependencyPart, isDependencyFile } from "../../core/validation/detect/dependencyFiles";
import { detectInstalls } from "../../core/validation/detect/detectInstalls";
import type { RawChange } from "../../ports/git";
import type { WorkspaceFiles } from "../../ports/workspaceFiles";
import { readWorkspace } from "../plan/readWorkspace";

/** One command of an install, with its folder relative to the workspace. */
export interface InstallCommand {
  readonly argv: Argv;
  readonly cwd: string;
}

/** The install of the task's phase where the plan names one, else what the manifests at `paths` ask for. */
export async function installCommands(
  plan: Plan,
  task: Task | null,
  files: WorkspaceFiles,
  paths: readonly string[],
): Promise<readonly InstallCommand[]> {
  const phase = plan.phases.find((one) =>
    one.milestones.some((milestone) => milestone.tasks.some((other) => other.task_id === task?.task_id)),
  );
  const named = phase?.install ?? [];
  if (named.length > 0) return named.map((argv) => ({ argv, cwd: "" }));
  const found = detectInstalls(await readWorkspace(files), paths);
  return found.flatMap(({ commands, cwd }) => commands.map((argv) => ({ argv, cwd })));
}

/** Manifests whose dependencies differ, with the part that matters as it is now. */
export function changedManifests(raw: readonly RawChange[]): ReadonlyMap<string, string | null> {
  const changed = new Map<string, string | null>();
  for (const { path, before, after } of raw) {
    if (!isDependencyFile(path)) continue;
    const now = dependencyPart(path, textOf(after));
    if (now !== dependencyPart(path, textOf(before))) changed.set(path, now);
  }
  return changed;
}

export function textOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : new TextDecoder().decode(bytes);
}
