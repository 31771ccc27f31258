import { join } from "node:path";
import type { Logger } from "../../../ports/logger";
import type { GitFolders } from "../runner/gitFolders";
import { sameEntry, type GitPlace, type TreeEntry } from "../repository/gitPlace";
import type { GitRunner } from "../runner/gitRunner";
import type { EntryChange } from "../objects/objects";
import { pathStates, surveyPaths, suspectPaths, type PathState } from "./pathState";
import { zeroId, exists, type OpenRepository } from "../repository/repository";
import { copyIndex } from "../objects/copyIndex";

/** The user's files and index, of which only paths that a landed commit changes are ever touched, and only clean ones. */
export class UserTree {
  readonly #runner: GitRunner;
  readonly #folders: GitFolders;
  readonly #logger: Logger;

  constructor(runner: GitRunner, folders: GitFolders, logger: Logger) {
    this.#runner = runner;
    this.#folders = folders;
    this.#logger = logger;
  }

  /** Of `paths`, those that may be edited or staged; the first, longer half of `survey`. */
  suspects(repository: OpenRepository, from: string, paths: readonly string[]): Promise<ReadonlySet<string>> {
    return suspectPaths(this.#runner, repository.place, from, paths);
  }

  /** To be asked while HEAD is still at `from`, the commit or tree that the changes start from. */
  async survey(
    repository: OpenRepository,
    from: string,
    changes: readonly EntryChange[],
    suspects?: ReadonlySet<string>,
  ): Promise<ReadonlyMap<string, PathState>> {
    return surveyPaths(this.#runner, repository.place, from, changes, suspects);
  }

  /**
   * Brings files and index entries from tree `from` to tree `to`, which differ by `changes`, and returns the paths that wait:
   *
   * - clean: file and index entry follow, by git's own two-way merge, which checks everything again and changes either
   *   all of them or nothing;
   * - the file holds the new content already: the index entry follows;
   * - edited but not staged, or unsaved: the index entry follows, so that the user's next commit does not undo the
   *   landed one; the file waits;
   * - staged: file and index entry are the user's, both wait.
   */
  async follow(
    repository: OpenRepository,
    from: string,
    to: string,
    changes: readonly EntryChange[],
    states: ReadonlyMap<string, PathState>,
    unsaved: ReadonlySet<string>,
  ): Promise<readonly string[]> {
    const free: EntryChange[] = [];
    const edited: EntryChange[] = [];
    const waiting: string[] = [];
    for (const change of changes) {
      const state = states.get(change.path);
      if (state === undefined || state.staged) waiting.push(change.path);
      else if (state.dirty || unsaved.has(change.path)) edited.push(change);
      else free.push(change);
    }
    if (free.length > 0) {
      const aim = free.length === changes.length ? to : await this.treeWith(repository, from, free);
      if (!(await this.#replace(repository, from, aim))) {
        const staged = await this.#staged(repository, free);
        edited.push(...free.filter(({ path }) => !staged.has(path)));
        waiting.push(...staged);
      }
    }
    const arrived = await this.#arrived(repository, edited);
    await this.setIndex(repository.place, edited, repository);
    return [...waiting, ...edited.map(({ path }) => path).filter((path) => !arrived.has(path))].sort();
  }

  /** As `follow`; for when the branch has moved already, so that a failure means that everything waits. */
  async tryFollow(...request: Parameters<UserTree["follow"]>): Promise<readonly string[]> {
    try {
      return await this.follow(...request);
    } catch (error) {
      this.#logger.log("warn", "The user's tree could not follow a landed commit and waits", { error });
      return request[3].map(({ path }) => path);
    }
  }

  /** Writes index entries as the `to` side says; files are not looked at. */
  async setIndex(
    place: GitPlace,
    changes: readonly EntryChange[],
    repository: OpenRepository,
  ): Promise<void> {
    if (changes.length === 0) return;
    await this.#runner.run(place, ["update-index", "-z", "--index-info"], {
      writes: true,
      inWorkTree: true,
      input: indexInfo(changes, zeroId(repository)),
    });
  }

  /** False, and nothing changed, when git finds any of the files in the way after all. */
  async #replace(repository: OpenRepository, from: string, to: string): Promise<boolean> {
    const output = await this.#runner.run(repository.place, ["read-tree", "-m", "-u", from, to], {
      writes: true,
      accept: [1, 128],
    });
    if (output.code === 0) return true;
    this.#logger.log("info", "Landed files wait, git will not replace them", {
      reason: output.stderr.slice(0, 500),
    });
    return false;
  }

  /** Paths whose index entry is not that of the `from` side: staged since they were looked at. */
  async #staged(repository: OpenRepository, changes: readonly EntryChange[]): Promise<ReadonlySet<string>> {
    const wanted = new Map(changes.map(({ path, from: entry }) => [path, entry]));
    const entries = await this.indexEntries(repository, [...wanted.keys()]);
    return new Set(
      [...wanted].flatMap(([path, entry]) => (sameEntry(entries.get(path) ?? null, entry) ? [] : [path])),
    );
  }

  /** Id of the tree that is `base` with the `to` side of `changes`. */
  async treeWith(repository: OpenRepository, base: string, changes: readonly EntryChange[]): Promise<string> {
    return this.#folders.withScratch(async (scratch) => {
      const place = { ...repository.place, index: join(scratch, "index") };
      await this.#runner.run(place, ["read-tree", base], { writes: true });
      await this.setIndex(place, changes, repository);
      return this.#runner.text(place, ["write-tree"], { writes: true });
    });
  }

  /** Paths whose file is what the `to` side says, line endings and all, judged by git on a copy of the index. */
  async #arrived(repository: OpenRepository, changes: readonly EntryChange[]): Promise<ReadonlySet<string>> {
    if (changes.length === 0) return new Set();
    return this.matching(
      repository,
      changes.map(({ path, to }) => ({ path, entry: to })),
    );
  }

  /** Of these paths, those whose file is exactly what `entry` says. */
  async matching(
    repository: OpenRepository,
    wanted: readonly { readonly path: string; readonly entry: TreeEntry | null }[],
  ): Promise<ReadonlySet<string>> {
    return this.#folders.withScratch(async (scratch) => {
      const place = { ...repository.place, index: join(scratch, "index") };
      const own = join(repository.gitDir, "index");
      if (await exists(own)) await copyIndex(own, place.index);
      await this.setIndex(
        place,
        wanted.map(({ path, entry }) => ({ path, from: null, to: entry })),
        repository,
      );
      const states = await pathStates(
        this.#runner,
        place,
        wanted.map(({ path }) => path),
      );
      return new Set(wanted.map(({ path }) => path).filter((path) => states.get(path)?.dirty === false));
    });
  }

  /** Index entries of these paths; unmerged ones count as something nobody knows. */
  async indexEntries(
    repository: OpenRepository,
    paths: readonly string[],
  ): Promise<ReadonlyMap<string, TreeEntry | null>> {
    const wanted = new Set(paths);
    const entries = new Map<string, TreeEntry | null>(paths.map((path) => [path, null]));
    for (const item of await this.#runner.list(repository.place, ["ls-files", "--stage", "-z"])) {
      const match = /^(\d{6}) ([0-9a-f]+) (\d)\t/u.exec(item);
      const path = match === null ? "" : item.slice(match[0].length);
      if (match === null || !wanted.has(path)) continue;
      entries.set(
        path,
        match[3] === "0" ? { mode: match[1] ?? "", id: match[2] ?? "" } : { mode: "unmerged", id: "" },
      );
    }
    return entries;
  }
}

/** Input of `git update-index -z --index-info`; removals first, so that a file may take a folder's place. */
function indexInfo(changes: readonly EntryChange[], zero: string): string {
  const gone = changes.filter(({ to }) => to === null).map(({ path }) => `0 ${zero}\t${path}\0`);
  const kept = changes.flatMap(({ path, to }) => (to === null ? [] : [`${to.mode} ${to.id}\t${path}\0`]));
  return [...gone, ...kept].join("");
}

export function isKnown(entry: TreeEntry | null, known: readonly (TreeEntry | null)[]): boolean {
  return known.some((candidate) => sameEntry(candidate, entry));
}
