import { isManifest, type WorkspaceView } from "../../core/validation/detect/workspaceView";
import type { WorkspaceFiles } from "../../ports/workspaceFiles";

const maxFiles = 50_000;
const maxManifests = 400;
const maxManifestBytes = 512 * 1024;

/** A pure view of the workspace for detection and planning: every path, and the text of the manifests. */
export async function readWorkspace(files: WorkspaceFiles): Promise<WorkspaceView> {
  const listing = await files.list({ limit: maxFiles });
  const texts = new Map<string, string>();
  const decoder = new TextDecoder("utf-8");
  // Tests come last, so that many of them never leave a package without its manifest.
  const isTest = (path: string) => Number(/(?:test_|_test\.py$)/u.test(path));
  const manifests = listing.paths.filter(isManifest).sort((a, b) => isTest(a) - isTest(b));
  for (const path of manifests.slice(0, maxManifests)) {
    const content = await files.read(path);
    if (content === null || content.bytes.length > maxManifestBytes) continue;
    texts.set(path, decoder.decode(content.bytes));
  }
  return { files: listing.paths, read: (path) => texts.get(path) };
}
