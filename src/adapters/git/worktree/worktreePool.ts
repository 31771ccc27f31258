import { mkdir, readdir, realpath, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { MasterPlanError } from "../../../core/errors";
import type { Worktree } from "../../../ports/git";
import type { Logger } from "../../../ports/logger";
import { copyIndex } from "../objects/copyIndex";
import { provideDependencies, removeDependencies, touchedDependencies } from "./dependencies";
import type { GitFolders } from "../runner/gitFolders";
import type { GitRunner } from "../runner/gitRunner";
import type { OpenRepository } from "../repository/repository";
import { Slot, type SlotRecord } from "./slot";
import { listSubmodules } from "../objects/treeSnapshot";

/** Free slots that are kept with their files for the next attempt. */
const keptFree = 4;

/** Worktrees of the run, reused because creating twenty thousand files takes seconds and changing ten does not. */
export class WorktreePool {
  readonly #runner: GitRunner;
  readonly #folders: GitFolders;
  readonly #logger: Logger;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(runner: GitRunner, folders: GitFolders, logger: Logger) {
    this.#runner = runner;
    this.#folders = folders;
    this.#logger = logger;
  }

  /** Opens are serialised; one that was opened for the same attempt and commit before is handed out as it is. */
  open(repository: OpenRepository, attempt: string, commit: string): Promise<Worktree> {
    return this.#serially(async () => {
      const slots = await this.#slots(repository);
      const mine = slots.find(({ record }) => record?.attempt === attempt);
      if (mine?.record?.commit === commit && mine.record.ready && (await mine.slot.isSound())) {
        return worktreeOf(repository, mine.slot, mine.record);
      }
      const reusable = mine ?? slots.find(({ record }) => (record?.attempt ?? null) === null);
      if (reusable !== undefined) {
        try {
          return await this.#fill(repository, reusable.slot, attempt, commit);
        } catch (error) {
          // Whatever an attempt left behind (folders without permissions, a broken index): a fresh one cannot have it.
          this.#logger.log("warn", "A used worktree could not be reset and is made anew", {
            slot: reusable.slot.name,
            error,
          });
          await reusable.slot.remove();
        }
      }
      const taken = new Set((await this.#slots(repository)).map(({ slot }) => slot.name));
      let number = 1;
      while (taken.has(String(number))) number += 1;
      const slot = new Slot(this.#folders, String(number), repository.topLevel);
      try {
        return await this.#fill(repository, slot, attempt, commit);
      } catch (error) {
        await slot.remove();
        throw error;
      }
    });
  }

  async list(repository: OpenRepository): Promise<readonly Worktree[]> {
    const slots = await this.#slots(repository);
    return slots.flatMap(({ slot, record }) =>
      record?.attempt == null ? [] : [worktreeOf(repository, slot, record)],
    );
  }

  /** A no-op for an attempt that has none. */
  release(repository: OpenRepository, attempt: string): Promise<void> {
    return this.#serially(async () => {
      const slots = await this.#slots(repository);
      const mine = slots.find(({ record }) => record?.attempt === attempt);
      if (mine?.record == null) return;
      const free = slots.filter(({ record }) => record !== null && record.attempt === null).length;
      if (free >= keptFree || !(await mine.slot.isSound())) await mine.slot.remove();
      else await mine.slot.write({ ...mine.record, attempt: null, ready: false });
    });
  }

  /** See the port; `folder` is the workspace in the worktree. */
  clearDependencies(repository: OpenRepository, folder: string): Promise<void> {
    return this.#serially(async () => {
      for (const { slot, record } of await this.#slots(repository)) {
        if (record === null || record.cleared === true) continue;
        if (resolve(slot.tree, repository.prefix) !== resolve(folder)) continue;
        if (!(await slot.isSound())) continue;
        await removeDependencies(slot.tree, record.dependencies);
        await slot.write({ ...record, cleared: true });
      }
    });
  }

  /** See the port; `folder` is the workspace in the worktree. */
  async touchedDependencies(
    repository: OpenRepository,
    folder: string,
    since: number,
  ): Promise<readonly string[]> {
    for (const { slot, record } of await this.#slots(repository)) {
      if (record === null || resolve(slot.tree, repository.prefix) !== resolve(folder)) continue;
      if (record.cleared === true) return [];
      return touchedDependencies(repository.topLevel, record.linked ?? [], since);
    }
    return [];
  }

  /** The slot that holds `attempt`; rejects with `git.failed` when there is none. */
  async find(
    repository: OpenRepository,
    attempt: string,
  ): Promise<{ readonly slot: Slot; readonly record: SlotRecord }> {
    for (const { slot, record } of await this.#slots(repository)) {
      if (record?.attempt === attempt) return { slot, record };
    }
    throw new MasterPlanError("git.failed", `There is no worktree for attempt ${attempt}`);
  }

  async #fill(repository: OpenRepository, slot: Slot, attempt: string, commit: string): Promise<Worktree> {
    if ((await slot.read()) !== null && !(await slot.isSound())) await slot.remove();
    await slot.write({ attempt, commit, ready: false, dependencies: [] });
    await slot.furnish(repository, commit);
    const { place } = slot;
    await this.#runner.run(place, ["read-tree", "--reset", "-u", commit], { writes: true });
    await this.#runner.run(place, ["clean", "-ffdxq"], { writes: true });
    const submodules = (await listSubmodules(this.#runner, place)).filter((path) =>
      path.startsWith(repository.prefix),
    );
    await emptyFolders(slot.tree, submodules);
    await copyIndex(join(slot.root, "index"), join(slot.face, "index"));
    const provided = await provideDependencies(this.#runner, repository, slot.tree, this.#logger);
    const record = {
      attempt,
      commit,
      ready: true,
      dependencies: provided.map(({ path }) => path),
      linked: provided.filter(({ linked }) => linked).map(({ path }) => path),
      submodules,
    };
    await slot.write(record);
    return worktreeOf(repository, slot, record);
  }

  async #slots(
    repository: OpenRepository,
  ): Promise<readonly { readonly slot: Slot; readonly record: SlotRecord | null }[]> {
    const names = (await readdir(this.#folders.worktrees)).filter((name) => /^\d+$/u.test(name));
    names.sort((left, right) => Number(left) - Number(right));
    return Promise.all(
      names.map(async (name) => {
        const slot = new Slot(this.#folders, name, repository.topLevel);
        return { slot, record: await slot.read() };
      }),
    );
  }

  async #serially<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(work);
    this.#tail = turn.catch(() => undefined);
    return turn;
  }
}

function worktreeOf(repository: OpenRepository, slot: Slot, record: SlotRecord): Worktree {
  return { attempt: record.attempt ?? "", path: join(slot.tree, repository.prefix), commit: record.commit };
}

/** Git enters no submodule, so what an earlier attempt left in one would stay and be taken for this one's. */
async function emptyFolders(root: string, paths: readonly string[]): Promise<void> {
  const real = await realpath(root);
  for (const path of paths) {
    const folder = join(real, path);
    await mkdir(dirname(folder), { recursive: true });
    if ((await realpath(dirname(folder))) !== dirname(folder))
      throw new MasterPlanError("git.failed", `${path} does not lie in its worktree`);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
  }
}
