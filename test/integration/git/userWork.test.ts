import * as fc from "fast-check";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isMasterPlanError } from "../../../src/core/errors";
import { landRequest } from "../../support/landRequest";
import { TempRepo } from "../../support/tempRepo";
import { enterState, fileNames, userStates, userView, type UserState } from "../../support/userStates";

/** 24 in every test run; the whole proof is 500 (MASTERPLAN_STATES=500). */
const states = Number(process.env["MASTERPLAN_STATES"] ?? 24);

/** States that were treated wrongly once. */
const failedOnce: readonly [UserState][] = (["assumeUnchanged", "skipWorktree", "link"] as const).map(
  (kind) => [{ situation: "nothing", actions: [{ kind, file: 2, text: "x\n" }], landed: [2], unsaved: [] }],
);

describe("the user's work", () => {
  it(
    `GT-60 is as before around a run, in ${states} states of tree, index, stash and operations`,
    async () => {
      const seen = { refused: 0, updated: 0, pending: 0, finished: 0 };
      const property = fc.asyncProperty(userStates, async (state) => {
        const repo = new TempRepo();
        try {
          enterState(repo, state);
          await oneRun(repo, state, seen);
        } finally {
          repo.dispose();
        }
      });
      await fc.assert(property, { numRuns: states, endOnFailure: states > 40, examples: [...failedOnce] });
      console.log(`states ${states}: ${JSON.stringify(seen)}`);
      expect(seen.refused * seen.updated * seen.pending * seen.finished).toBeGreaterThan(0);
    },
    Math.max(120_000, states * 10_000),
  );
});

async function oneRun(
  repo: TempRepo,
  state: UserState,
  seen: { refused: number; updated: number; pending: number; finished: number },
): Promise<void> {
  const git = repo.open();
  const index = (): string => readOptional(join(repo.root, ".git", "index"));
  const untouched = userView(repo, new Set());
  const before = {
    view: untouched,
    head: readFileSync(join(repo.root, ".git", "HEAD"), "utf8"),
    index: index(),
  };
  const now = (): unknown => ({
    view: userView(repo, new Set()),
    head: readFileSync(join(repo.root, ".git", "HEAD"), "utf8"),
    index: index(),
  });

  // Looking, taking a snapshot and working in a worktree change nothing at all, the index's bytes included.
  const { operation, problems } = await git.inspect();
  const snapshot = await git.snapshot("snapshots/r_1");
  const worktree = await git.openWorktree("t_1", snapshot);
  expect(await git.changes(worktree)).toEqual([]);
  writeFileSync(join(worktree.path, "made.txt"), "by the task\n");
  expect((await git.changes(worktree)).map(({ path }) => path)).toEqual(["made.txt"]);
  await git.changesSince(snapshot);
  expect(now()).toEqual(before);

  let started;
  try {
    started = await git.startBranch("work", "branch");
  } catch (error) {
    expect(isMasterPlanError(error, "git.operationInProgress")).toBe(true);
    expect(operation).not.toBeNull();
    expect(problems).not.toEqual([]);
    expect(now()).toEqual(before);
    seen.refused += 1;
    return;
  }
  expect(operation).toBeNull();
  const { branch, head } = started;
  expect({ ...before, head: "" }).toEqual({ ...(now() as object), head: "" });

  const paths = state.landed.map((number) => fileNames[number] ?? "");
  // A deletion of what was never committed changes nothing.
  const inTip = new Set(
    head === null ? [] : repo.git("ls-tree", "-r", "-z", "--name-only", head).split("\0"),
  );
  const files = Object.fromEntries(
    paths.map((path, number) => [path, number === 1 ? null : `landed ${number}\n`]),
  );
  const owned = new Set([...paths, "made.txt"]);
  const others = userView(repo, owned);
  const contents = new Map(paths.map((path) => [path, readOptional(join(repo.root, path))]));
  const dirty = dirtyPaths(repo, paths);
  const unsaved = state.unsaved.map((number) => fileNames[number] ?? "");
  const request = landRequest(branch, head, { ...files, "made.txt": "by the task\n" }, { unsaved });
  if (held(repo, paths).length > 0) {
    // What the user told git not to look at is refused by name, and nothing at all happens.
    const all = (): unknown => ({ ...(now() as object), refs: repo.git("for-each-ref") });
    const whole = all();
    await expect(git.land(request)).rejects.toMatchObject({
      code: "git.dirtyFile",
      details: { files: held(repo, paths) },
    });
    expect(all()).toEqual(whole);
    seen.refused += 1;
    return;
  }
  const landed = await git.land(request);
  expect(userView(repo, owned)).toEqual(others);
  expect(repo.git("show", `${landed.sha}:made.txt`)).toBe("by the task\n");
  expect(repo.head()).toBe(landed.sha);
  for (const path of paths) {
    const waits = landed.pending_files.includes(path);
    if (files[path] === null && !inTip.has(path)) {
      expect(readOptional(join(repo.root, path)), path).toBe(contents.get(path));
      continue;
    }
    if (dirty.has(path) || unsaved.includes(path)) {
      const arrived = readOptional(join(repo.root, path)) === (files[path] ?? "");
      expect(waits || arrived, path).toBe(true);
    }
    if (waits) expect(readOptional(join(repo.root, path)), path).toBe(contents.get(path));
    else expect(readOptional(join(repo.root, path)), path).toBe(files[path] ?? "");
  }
  seen[landed.tree === "updated" ? "updated" : "pending"] += 1;

  const settled = userView(repo, owned);
  const waiting = await git.settleTree(branch, unsaved);
  expect(userView(repo, owned)).toEqual(settled);
  for (const path of waiting)
    expect(readOptional(join(repo.root, path)), path).toBe(contents.get(path) ?? "");

  const last = userView(repo, owned);
  try {
    await git.finishBranch(branch, "main", "merge", "Merge");
    seen.finished += 1;
  } catch (error) {
    expect(isMasterPlanError(error)).toBe(true);
  }
  const after = userView(repo, owned);
  expect({ ...after, refs: [] }).toEqual({ ...last, refs: [] });
}

/** Tracked paths with a mark that keeps git from looking at them. */
function held(repo: TempRepo, paths: readonly string[]): readonly string[] {
  const listed = repo.git("ls-files", "-v", "-z", "--", ...paths).split("\0");
  return listed.filter((item) => /^[a-zS] /u.test(item)).map((item) => item.slice(2));
}

/** Paths that plain git calls changed in any way, or that lie there unknown to it. */
function dirtyPaths(repo: TempRepo, paths: readonly string[]): ReadonlySet<string> {
  return new Set(
    paths.filter(
      (path) =>
        repo.git("--no-optional-locks", "status", "--porcelain", "--ignored", "-uall", "--", path) !== "",
    ),
  );
}

function readOptional(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
