import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join, sep } from "node:path";
import type { Translate } from "../../../core/translate";

export interface GitVersion {
  readonly text: string;
  readonly parts: readonly [number, number, number];
}

/**
 * Absolute path of git, or null. The search is ours because a bare name would let the working folder take part in it;
 * relative entries of PATH and entries inside the workspace are skipped for the same reason.
 */
export async function findGit(env: NodeJS.ProcessEnv, workspace: string): Promise<string | null> {
  const windows = process.platform === "win32";
  const path =
    Object.entries(env).find(([name]) => (windows ? name.toUpperCase() : name) === "PATH")?.[1] ?? "";
  const folders = path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder) && !`${folder}${sep}`.startsWith(`${workspace}${sep}`));
  if (windows) folders.push("C:\\Program Files\\Git\\cmd");
  for (const folder of folders) {
    const candidate = join(folder, windows ? "git.exe" : "git");
    if (await isExecutable(candidate)) return candidate;
  }
  return null;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** Parses `git version 2.39.5 (Apple Git-154)` and `2.45.1.windows.1`; an unreadable one counts as 0.0.0. */
export function parseGitVersion(output: string): GitVersion {
  const text = output.replace(/^git version\s*/u, "").trim();
  const match = /(\d+)\.(\d+)(?:\.(\d+))?/u.exec(text);
  return { text, parts: [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0), Number(match?.[3] ?? 0)] };
}

export function isAtLeast(version: GitVersion, major: number, minor: number, patch = 0): boolean {
  const [a, b, c] = version.parts;
  if (a !== major) return a > major;
  return b === minor ? c >= patch : b > minor;
}

/** Older ones cannot be told to leave the user's configuration aside, which the worktrees depend on. */
export const minimumVersion = [2, 32] as const;

/** First patch release per line of 2.x that holds the fixes of CVE-2024-32002 and CVE-2025-48384. */
const fixedPatch = new Map([
  [43, 7],
  [44, 4],
  [45, 4],
  [46, 4],
  [47, 3],
  [48, 2],
  [49, 1],
  [50, 1],
]);

export function versionWarning(version: GitVersion, translate: Translate): string | null {
  const [major, minor, patch] = version.parts;
  if (major > 2 || minor > 50) return null;
  const fixed = major === 2 ? fixedPatch.get(minor) : undefined;
  if (fixed !== undefined && patch >= fixed) return null;
  return translate(
    "Git {0} lacks fixes for known security faults (CVE-2024-32002, CVE-2025-48384). Update git when you can.",
    version.text,
  );
}
