import { readdir, readFile } from "node:fs/promises";
import picomatch from "picomatch/posix";
import { isGitName } from "../../../core/change/path/workspacePath";
import { GitignoreRules } from "./gitignoreRules";
import { errorCode, lstatOrNull, openFolder, type FolderOptions } from "./guardedFolder";

export interface WalkOptions extends Pick<FolderOptions, "portable"> {
  /** Files that are told although git ignores them; asked of a folder with a file in it. */
  readonly evenIgnored?: (path: string) => boolean;
}

/**
 * Paths of regular files below `under`, in order, one after the other. Left out: git's own folders, what `.gitignore`
 * files name, links, and everything that is no file.
 */
export async function* walkFiles(root: string, under: string, options: WalkOptions): AsyncGenerator<string> {
  let rules = new GitignoreRules();
  const above = under === "" ? [] : under.split("/");
  for (let depth = 0; depth < above.length; depth++) {
    const folder = above.slice(0, depth).join("/");
    rules = await readRules(root, folder, rules, options);
    if (rules.ignores(above.slice(0, depth + 1).join("/"), "folder")) return;
  }
  yield* walk(root, under, rules, options);
}

/** Matches paths with dot files; a pattern without `/` matches names anywhere. */
export function globMatcher(glob: string | undefined): (path: string) => boolean {
  if (glob === undefined || glob.trim() === "") return () => true;
  const pattern = glob.trim().replace(/^(?:\.?\/)+/u, "");
  return picomatch(pattern, { dot: true, noextglob: true, basename: !pattern.includes("/") });
}

async function* walk(
  root: string,
  folder: string,
  inherited: GitignoreRules,
  options: WalkOptions,
): AsyncGenerator<string> {
  const rules = await readRules(root, folder, inherited, options);
  for (const entry of await entriesOf(root, folder, options)) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (isGitName(entry.name)) continue;
    const ignored = rules.ignores(path, entry.isFolder ? "folder" : "file");
    if (ignored && options.evenIgnored?.(entry.isFolder ? `${path}/x` : path) !== true) continue;
    if (entry.isFolder) yield* walk(root, path, rules, options);
    else yield path;
  }
}

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

async function entriesOf(
  root: string,
  folder: string,
  options: Pick<FolderOptions, "portable">,
): Promise<Entry[]> {
  const opened = await openFolder(root, components(folder), options);
  if (opened === null) return [];
  try {
    const found = await readdir(opened.child("."), { withFileTypes: true });
    const order = (entry: Entry): string => (entry.isFolder ? `${entry.name}/` : entry.name);
    return found
      .filter((entry) => entry.isDirectory() || entry.isFile())
      .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
      .sort((a, b) => (order(a) < order(b) ? -1 : 1));
  } catch (error) {
    // A folder that may not be read, or that went away meanwhile, has nothing to list.
    if (["EACCES", "EPERM", "ENOENT"].includes(errorCode(error) ?? "")) return [];
    throw error;
  } finally {
    await opened.close();
  }
}

async function readRules(
  root: string,
  folder: string,
  rules: GitignoreRules,
  options: Pick<FolderOptions, "portable">,
): Promise<GitignoreRules> {
  const opened = await openFolder(root, components(folder), options);
  if (opened === null) return rules;
  try {
    const file = opened.child(".gitignore");
    const found = await lstatOrNull(file);
    if (found?.isFile() !== true || found.size > maxRulesBytes) return rules;
    return rules.with(folder, await readFile(file, "utf8"));
  } catch (error) {
    if (["EACCES", "EPERM", "ENOENT"].includes(errorCode(error) ?? "")) return rules;
    throw error;
  } finally {
    await opened.close();
  }
}

const maxRulesBytes = 1024 * 1024;

function components(folder: string): string[] {
  return folder === "" ? [] : folder.split("/");
}
