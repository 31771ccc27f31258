import { lstat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { GitPlace } from "../repository/gitPlace";
import type { GitRunner } from "../runner/gitRunner";
import { parseRawDiff, type EntryChange } from "../objects/objects";

/** How a path stands in the user's tree. */
export interface PathState {
  /** The index entry differs from HEAD, or is unmerged. */
  readonly staged: boolean;
  /** The file differs from the index entry, or lies there unknown to git. */
  readonly dirty: boolean;
}

const clean: PathState = { staged: false, dirty: false };

/** Argument space that is safe on every platform, in characters. */
const chunkLength = 20_000;

/** Of `paths`, those where tree `head`, index and files are not one, as git sees it. */
export async function suspectPaths(
  runner: GitRunner,
  place: GitPlace,
  head: string,
  paths: readonly string[],
): Promise<ReadonlySet<string>> {
  const suspects = new Set<string>();
  const flags = ["-z", "--raw", "--no-renames", "--no-ext-diff", "--ignore-submodules=all"];
  for (const chunk of chunks(paths)) {
    // Tree against index and files at once: whatever differs in either is listed.
    for (const { path } of parseRawDiff(
      await runner.list(place, ["diff-index", ...flags, head, "--", ...chunk]),
    ))
      suspects.add(path);
  }
  return suspects;
}

/**
 * As `pathStates`, where most paths are expected to be clean: one cheap question finds those that may not be, and only
 * these are looked at closely. `head` is the commit or tree that HEAD stands for; a path whose `from` is null is not in it.
 * `suspects` is the answer to that question when it was asked before.
 */
export async function surveyPaths(
  runner: GitRunner,
  place: GitPlace,
  head: string,
  changes: readonly Pick<EntryChange, "path" | "from">[],
  suspects?: ReadonlySet<string>,
): Promise<ReadonlyMap<string, PathState>> {
  const paths = changes.map(({ path }) => path);
  const doubtful = new Set(suspects ?? (await suspectPaths(runner, place, head, paths)));
  // Neither in the tree nor listed means not in the index either, so what lies there is unknown to git.
  const added = changes.filter(({ path, from }) => from === null && !doubtful.has(path));
  await Promise.all(
    added.map(async ({ path }) => {
      if (await isThere(join(place.workTree, path))) doubtful.add(path);
    }),
  );
  const near = paths.filter((path) => isNear(path, doubtful));
  const states = new Map(await pathStates(runner, place, near));
  for (const path of paths) {
    if (states.has(path)) continue;
    const obstructed = await isObstructed(place.workTree, path, states);
    states.set(path, obstructed ? { staged: false, dirty: true } : clean);
  }
  return states;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw error;
  }
}

/** The path itself, a folder above it or a file below it is among `names`. */
function isNear(path: string, names: ReadonlySet<string>): boolean {
  if (names.size === 0) return false;
  for (let part = path; part !== "."; part = dirname(part)) if (names.has(part)) return true;
  return [...names].some((name) => name.startsWith(`${path}/`));
}

/** States of `paths`, relative to the top level. Refreshes their file times in the index as `git status` does. */
export async function pathStates(
  runner: GitRunner,
  place: GitPlace,
  paths: readonly string[],
): Promise<ReadonlyMap<string, PathState>> {
  const states = new Map<string, PathState>();
  for (const chunk of chunks(paths)) {
    const flags = [
      "--porcelain=v2",
      "-z",
      "--no-renames",
      "--untracked-files=all",
      "--ignored=matching",
      "--ignore-submodules=all",
    ];
    const items = await runner.list(place, ["status", ...flags, "--", ...chunk], { writes: true });
    for (const item of items) {
      const parsed = parseStatus(item);
      if (parsed !== null) states.set(parsed.path, parsed.state);
    }
  }
  const result = new Map<string, PathState>();
  for (const path of paths) {
    const known = states.get(path) ?? ignoredParent(states, path) ?? clean;
    const blocked = known === clean && (await isObstructed(place.workTree, path, states));
    result.set(path, blocked ? { staged: false, dirty: true } : known);
  }
  return result;
}

/** One item of `git status --porcelain=v2 -z`; null for headers. */
export function parseStatus(
  item: string,
): { readonly path: string; readonly state: PathState; readonly kind: string } | null {
  const kind = item.charAt(0);
  if (kind === "?" || kind === "!")
    return { path: item.slice(2), state: { staged: false, dirty: true }, kind };
  const fields = kind === "1" ? 8 : kind === "u" ? 10 : 0;
  if (fields === 0) return null;
  const parts = item.split(" ");
  const codes = parts[1] ?? "..";
  const state =
    kind === "u"
      ? { staged: true, dirty: true }
      : { staged: !codes.startsWith("."), dirty: codes.charAt(1) !== "." };
  return { path: parts.slice(fields).join(" "), state, kind };
}

function ignoredParent(states: ReadonlyMap<string, PathState>, path: string): PathState | null {
  for (const [name, state] of states) if (name.endsWith("/") && path.startsWith(name)) return state;
  return null;
}

/** A parent of the path is a file or a link, so that the path cannot come into being without replacing it. */
async function isObstructed(
  root: string,
  path: string,
  states: ReadonlyMap<string, PathState>,
): Promise<boolean> {
  for (let parent = dirname(path); parent !== "."; parent = dirname(parent)) {
    try {
      const info = await lstat(join(root, parent));
      // A tracked file in the way is git's to judge: it goes if the same change removes it.
      if (!info.isDirectory() && (info.isSymbolicLink() || states.get(parent)?.dirty === true)) return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ENOENT" && code !== "ENOTDIR") throw error;
    }
  }
  return false;
}

export function chunks(paths: readonly string[]): readonly (readonly string[])[] {
  const result: string[][] = [];
  let current: string[] = [];
  let length = 0;
  for (const path of paths) {
    if (length + path.length > chunkLength && current.length > 0) {
      result.push(current);
      current = [];
      length = 0;
    }
    current.push(path);
    length += path.length + 1;
  }
  if (current.length > 0) result.push(current);
  return result;
}
