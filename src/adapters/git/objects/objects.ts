import { MasterPlanError } from "../../../core/errors";
import type { GitPlace, TreeEntry } from "../repository/gitPlace";
import type { GitRunner } from "../runner/gitRunner";

/** Contents of these blobs, by id; ids may repeat. Rejects with `git.failed` when one is missing. */
export async function readBlobs(
  runner: GitRunner,
  place: GitPlace,
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const wanted = [...new Set(ids)];
  const blobs = new Map<string, Uint8Array>();
  if (wanted.length === 0) return blobs;
  const { stdout } = await runner.run(place, ["cat-file", "--batch"], { input: `${wanted.join("\n")}\n` });
  let at = 0;
  for (const id of wanted) {
    const end = stdout.indexOf(10, at);
    const [name, type, size] = stdout
      .subarray(at, end < 0 ? stdout.length : end)
      .toString("latin1")
      .split(" ");
    if (name !== id || type !== "blob")
      throw new MasterPlanError("git.failed", `git holds no file content ${id}`);
    const length = Number(size);
    blobs.set(id, Uint8Array.prototype.slice.call(stdout, end + 1, end + 1 + length));
    at = end + 1 + length + 1;
  }
  return blobs;
}

/** Content of the file or link at one path of a commit, null for anything else there. `path` is relative to the top level. */
export async function readBlobAt(
  runner: GitRunner,
  place: GitPlace,
  commit: string,
  path: string,
): Promise<Uint8Array | null> {
  // One start of git where the file is there. What is not may be missing by the tree or from the objects: only the
  // tree tells.
  if (!path.includes("\n")) {
    const { stdout } = await runner.run(place, ["cat-file", "--batch"], { input: `${commit}:${path}\n` });
    const end = stdout.indexOf(10);
    const header = stdout.toString("utf8", 0, end < 0 ? stdout.length : end);
    const size = /^(?:[0-9a-f]{40}|[0-9a-f]{64}) blob (\d+)$/u.exec(header)?.[1];
    if (size !== undefined) return Uint8Array.prototype.slice.call(stdout, end + 1, end + 1 + Number(size));
  }
  const entry = await findEntry(runner, place, commit, path);
  if (entry === null || entry.mode === "160000") return null;
  return (await readBlobs(runner, place, [entry.id])).get(entry.id) ?? null;
}

/** The entry of one path in a commit or tree, or null; folders count as absent. `path` is relative to the top level. */
async function findEntry(
  runner: GitRunner,
  place: GitPlace,
  tree: string,
  path: string,
): Promise<TreeEntry | null> {
  const [line] = await runner.list(place, ["ls-tree", "-z", "--full-tree", tree, "--", path]);
  const match = /^(\d{6}) (\w+) ([0-9a-f]+)\t/u.exec(line ?? "");
  if (match === null || match[2] === "tree" || line?.slice(match[0].length) !== path) return null;
  return { mode: match[1] ?? "", id: match[3] ?? "" };
}

export interface EntryChange {
  readonly path: string;
  readonly from: TreeEntry | null;
  readonly to: TreeEntry | null;
}

/** Files that differ between two trees, sorted by path. */
export async function compareTrees(
  runner: GitRunner,
  place: GitPlace,
  from: string,
  to: string,
): Promise<readonly EntryChange[]> {
  const args = [
    "diff-tree",
    "-r",
    "-z",
    "--raw",
    "--no-renames",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=none",
  ];
  return parseRawDiff(await runner.list(place, [...args, from, to]));
}

/** Parses `:modes ids status` NUL `path` pairs; a null id is left as it is. */
export function parseRawDiff(items: readonly string[]): readonly EntryChange[] {
  const changes: EntryChange[] = [];
  for (let index = 0; index + 1 < items.length; index += 2) {
    const match = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) /u.exec(items[index] ?? "");
    if (match === null)
      throw new MasterPlanError(
        "git.failed",
        `git gave an unreadable difference ${JSON.stringify(items[index])}`,
      );
    const [, fromMode = "", toMode = "", fromId = "", toId = ""] = match;
    changes.push({
      path: items[index + 1] ?? "",
      from: fromMode === "000000" ? null : { mode: fromMode, id: fromId },
      to: toMode === "000000" ? null : { mode: toMode, id: toId },
    });
  }
  return changes.sort((left, right) => (left.path < right.path ? -1 : left.path > right.path ? 1 : 0));
}
