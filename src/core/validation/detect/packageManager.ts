import type { Folder } from "./foundCheck";
import { parseJsonObject } from "./jsonObject";
import type { WorkspaceView } from "./workspaceView";

export type PackageManager = "npm" | "pnpm" | "yarn" | "bun";

/** The lock file nearest to the package decides, then the root's. */
export function packageManager(folder: Folder, view: WorkspaceView): PackageManager {
  const locks: readonly (readonly [PackageManager, readonly string[]])[] = [
    ["pnpm", ["pnpm-lock.yaml", "pnpm-workspace.yaml"]],
    ["yarn", ["yarn.lock"]],
    ["bun", ["bun.lock", "bun.lockb"]],
    ["npm", ["package-lock.json", "npm-shrinkwrap.json"]],
  ];
  const root = new Set(view.files);
  for (const has of [(name: string) => folder.has(name), (name: string) => root.has(name)]) {
    const lock = locks.find(([, names]) => names.some(has));
    if (lock !== undefined) return lock[0];
  }
  const declared = parseJsonObject(view.read("package.json"))?.["packageManager"];
  const named = typeof declared === "string" ? /^(pnpm|yarn|bun)@/u.exec(declared) : null;
  return (named?.[1] as PackageManager | undefined) ?? "npm";
}
