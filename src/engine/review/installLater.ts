import type { Task } from "../../core/plan/plan";
import type { Evidence } from "../../core/validation/evidence";
import type { RawChange } from "../../ports/git";
import type { WorkspaceFiles } from "../../ports/workspaceFiles";
import { changedManifests, installCommands } from "../attempt/installCommands";
import type { RunContext } from "../run/runContext";

/**
 * What is told of a change in the person's own tree whose manifests ask for an install: it runs in a worktree when the
 * change lands, and the checks after it, because their own dependency folders are theirs. Null where nothing is installed.
 */
export async function installLater(
  context: RunContext,
  task: Task,
  files: WorkspaceFiles,
  raw: readonly RawChange[],
): Promise<Evidence | null> {
  const manifests = [...changedManifests(raw).keys()];
  if (manifests.length === 0) return null;
  const commands = await installCommands(context.plan, task, files, manifests);
  if (commands.length === 0) return null;
  return {
    check: "install",
    layer: "install",
    severity: "nice_to_have",
    status: "not_verified",
    summary: context.deps.environment.translate(
      "You changed {0}. Nothing is installed in your folder: in a worktree this runs first, then the checks, and only then does anything land: {1}",
      manifests.join(", "),
      commands.map(({ argv }) => argv.join(" ")).join("; "),
    ),
    duration_ms: 0,
  };
}
