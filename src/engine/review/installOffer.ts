import { isDependencyFile } from "../../core/validation/detect/dependencyFiles";
import { detectInstalls } from "../../core/validation/detect/detectInstalls";
import type { FileWrite } from "../../ports/workspaceFiles";
import { readWorkspace } from "../plan/readWorkspace";
import type { RunContext } from "../run/runContext";

/** After a manifest landed: the person's own dependency folders are theirs, so the install is named and not run. */
export async function offerInstall(
  context: RunContext,
  taskId: string,
  writes: readonly FileWrite[],
): Promise<void> {
  const { deps, recorder } = context;
  const manifests = writes.map((write) => write.path).filter(isDependencyFile);
  if (manifests.length === 0) return;
  const installs = detectInstalls(await readWorkspace(deps.filesAt(deps.workspace)), manifests);
  const how = installs.flatMap(({ commands, cwd }) =>
    commands.map((argv) => (cwd === "" ? argv.join(" ") : `${cwd}: ${argv.join(" ")}`)),
  );
  const t = deps.environment.translate;
  const message = t(
    "{0} changed {1}. Nothing is installed in your folder by itself; to bring it up to date, run: {2}",
    taskId,
    manifests.join(", "),
    how.join("; "),
  );
  await recorder.append("executor", [recorder.line("info", message)]);
}
