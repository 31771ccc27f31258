import type { Argv, Plan } from "../../core/plan/plan";
import { planFiles } from "../../core/plan/planFiles";
import { isDependencyFile } from "../../core/validation/detect/dependencyFiles";
import { detectInstalls, type DetectedInstall } from "../../core/validation/detect/detectInstalls";
import type { WorkspaceView } from "../../core/validation/detect/workspaceView";

const prefix = "install:";

/**
 * The installs that a run of the plan may come to need: of every manifest that is there and of those the plan creates.
 * Shown with what approval allows, and granted by it.
 */
export function possibleInstalls(view: WorkspaceView, plan: Plan): readonly DetectedInstall[] {
  const planned = planFiles(plan).filter((path) => !/[*?{[]/u.test(path));
  return detectInstalls(view, [...view.files, ...planned].filter(isDependencyFile));
}

/** What an approval keeps of them: each vector by itself. */
export function installGrants(installs: readonly DetectedInstall[]): readonly string[] {
  const vectors = installs.flatMap((install) => install.commands.map((argv) => JSON.stringify(argv)));
  return [...new Set(vectors)].map((vector) => prefix + vector);
}

/** The vectors that an approval granted. */
export function grantedInstalls(grants: readonly string[]): readonly Argv[] {
  return grants.flatMap((grant) => {
    if (!grant.startsWith(prefix)) return [];
    const argv: unknown = JSON.parse(grant.slice(prefix.length));
    return Array.isArray(argv) && argv.every((part) => typeof part === "string") ? [argv] : [];
  });
}
