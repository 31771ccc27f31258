/**
 * Where a git command works. Both folders are named to git explicitly, so that it never looks for a repository by
 * itself and a planted `.git` is never followed.
 */
export interface GitPlace {
  readonly gitDir: string;
  readonly workTree: string;
  /** Another index file than the repository's own. */
  readonly index?: string;
  /**
   * `user`: the user's configuration applies, except what can execute. `isolated`: no configuration but that of
   * `gitDir`, which only we write.
   */
  readonly trust: "user" | "isolated";
  /** Configuration on top, as key and value; used to switch off the filter drivers that the configuration names. */
  readonly overrides: readonly (readonly [key: string, value: string])[];
}

/** A file of a tree: git mode and blob id. */
export interface TreeEntry {
  readonly mode: string;
  readonly id: string;
}

export function sameEntry(left: TreeEntry | null, right: TreeEntry | null): boolean {
  return left === null || right === null ? left === right : left.mode === right.mode && left.id === right.id;
}
