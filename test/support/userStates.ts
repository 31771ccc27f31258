import * as fc from "fast-check";
import { chmodSync, existsSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { listing, type TempRepo } from "./tempRepo";

/** One thing a user may have done before a run starts. */
export interface UserAction {
  readonly kind:
    | "edit"
    | "stage"
    | "stageAndEdit"
    | "deleteFile"
    | "stageDeletion"
    | "untracked"
    | "ignored"
    | "intentToAdd"
    | "executable"
    | "link"
    | "rename"
    | "folderForFile"
    | "stash"
    | "assumeUnchanged"
    | "skipWorktree"
    | "packedAndTagged"
    | "touched";
  readonly file: number;
  readonly text: string;
}

/** What git is in the middle of, if anything. */
export type Situation =
  | "nothing"
  | "merge"
  | "rebase"
  | "cherryPick"
  | "revert"
  | "bisect"
  | "detached"
  | "unborn"
  | "stashConflict";

export interface UserState {
  readonly situation: Situation;
  readonly actions: readonly UserAction[];
  /** Files that a task lands. */
  readonly landed: readonly number[];
  readonly unsaved: readonly number[];
}

export const fileNames = ["a.txt", "b.txt", "src/c.ts", "src/deep/d.ts", "e f.md", "ünï.txt"];

const kinds: readonly UserAction["kind"][] = [
  ...([
    "edit",
    "stage",
    "stageAndEdit",
    "deleteFile",
    "stageDeletion",
    "untracked",
    "ignored",
    "intentToAdd",
  ] as const),
  ...([
    "executable",
    "link",
    "rename",
    "folderForFile",
    "stash",
    "assumeUnchanged",
    "skipWorktree",
    "packedAndTagged",
    "touched",
  ] as const),
];

const fileNumber = fc.nat({ max: fileNames.length - 1 });

export const userStates: fc.Arbitrary<UserState> = fc.record({
  situation: fc.oneof(
    { weight: 5, arbitrary: fc.constant<Situation>("nothing") },
    {
      weight: 4,
      arbitrary: fc.constantFrom<Situation>(
        "merge",
        "rebase",
        "cherryPick",
        "revert",
        "bisect",
        "detached",
        "unborn",
        "stashConflict",
      ),
    },
  ),
  actions: fc.array(
    fc.record({
      kind: fc.constantFrom(...kinds),
      file: fileNumber,
      text: fc.constantFrom("x\n", "y\r\n", "", "z"),
    }),
    {
      maxLength: 7,
    },
  ),
  landed: fc.uniqueArray(fileNumber, { minLength: 1, maxLength: 3 }),
  unsaved: fc.uniqueArray(fileNumber, { maxLength: 1 }),
});

/** Puts the repository into the state; what cannot be done in it is left out. */
export function enterState(repo: TempRepo, state: UserState): void {
  repo.write(".gitignore", "*.ignored\n");
  for (const name of fileNames) repo.write(name, `${name} one\ntwo\nthree\n`);
  if (state.situation !== "unborn") {
    repo.git("add", "--all");
    repo.git("commit", "--quiet", "-m", "First");
    enterSituation(repo, state.situation);
  }
  for (const action of state.actions) act(repo, action);
}

function enterSituation(repo: TempRepo, situation: Situation): void {
  const quietly = (...args: string[]): number => repo.gitCode(repo.root, ...args);
  if (situation === "nothing" || situation === "unborn") return;
  if (situation === "detached") {
    quietly("checkout", "--quiet", "--detach");
    return;
  }
  if (situation === "stashConflict") {
    repo.write("a.txt", "stashed\n");
    quietly("stash", "--quiet");
    repo.commit({ "a.txt": "committed\n" });
    quietly("stash", "apply");
    return;
  }
  repo.git("checkout", "--quiet", "-b", "side");
  const side = repo.commit({ "a.txt": "side\n" }, "Side");
  repo.commit({ "b.txt": "side two\n" }, "Side two");
  repo.git("checkout", "--quiet", "main");
  repo.commit({ "a.txt": "main\n" }, "Main");
  if (situation === "merge") quietly("merge", "side");
  if (situation === "rebase") quietly("rebase", "side");
  if (situation === "cherryPick") quietly("cherry-pick", side);
  if (situation === "revert") quietly("revert", "--no-edit", "HEAD~1", "HEAD");
  if (situation === "bisect") {
    quietly("bisect", "start");
    quietly("bisect", "bad");
    quietly("bisect", "good", "HEAD~1");
  }
}

function act(repo: TempRepo, { kind, file, text }: UserAction): void {
  const name = fileNames[file] ?? "a.txt";
  const path = join(repo.root, name);
  const quietly = (...args: string[]): number => repo.gitCode(repo.root, ...args);
  try {
    if (kind === "edit") repo.write(name, text);
    else if (kind === "stage" || kind === "stageAndEdit") {
      repo.write(name, `staged ${text}`);
      quietly("add", "--", name);
      if (kind === "stageAndEdit") repo.write(name, `edited ${text}`);
    } else if (kind === "deleteFile") repo.remove(name);
    else if (kind === "stageDeletion") quietly("rm", "--quiet", "--force", "--", name);
    else if (kind === "untracked") repo.write(`new${file}.txt`, text);
    else if (kind === "ignored") repo.write(`x${file}.ignored`, text);
    else if (kind === "intentToAdd") {
      repo.write(`intent${file}.txt`, text);
      quietly("add", "--intent-to-add", "--", `intent${file}.txt`);
    } else if (kind === "executable") chmodSync(path, 0o755);
    else if (kind === "link") {
      rmSync(path, { force: true });
      symlinkSync("..", path);
    } else if (kind === "rename") quietly("mv", name, `renamed${file}`);
    else if (kind === "folderForFile") {
      repo.remove(name);
      repo.write(`${name}/inner`, text);
    } else if (kind === "stash") quietly("stash", "push", "--quiet", "--include-untracked");
    else if (kind === "assumeUnchanged" || kind === "skipWorktree") {
      quietly("update-index", kind === "skipWorktree" ? "--skip-worktree" : "--assume-unchanged", "--", name);
    } else if (kind === "packedAndTagged") {
      quietly("tag", `t${file}`);
      quietly("pack-refs", "--all");
    } else repo.write(name, readFileSync(path));
  } catch (error) {
    // The file is a folder, a link or gone by now: the action does not apply in this state.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

/** Everything of the user's that a run must leave as it is, `owned` paths taken out. */
export function userView(repo: TempRepo, owned: ReadonlySet<string>): Readonly<Record<string, unknown>> {
  const isOwned = (path: string): boolean =>
    [...owned].some((own) => path === own || path.startsWith(`${own}/`) || own.startsWith(`${path}/`));
  const files = [...listing(repo.root)].filter(([path]) => !isOwned(path.replace(/\/$/u, "")));
  const entries = repo
    .git("ls-files", "--stage", "-v", "-z")
    .split("\0")
    .filter((line) => !isOwned(line.slice(line.indexOf("\t") + 1)));
  const status = repo
    .git("--no-optional-locks", "status", "--porcelain=v2", "--ignored", "-uall", "--no-renames", "-z")
    .split("\0");
  return {
    files,
    entries,
    status: status.filter((line) => line !== "" && !isOwned(statusPath(line))),
    stash: gitFile(repo, "logs/refs/stash"),
    refs: repo
      .git("for-each-ref")
      .split("\n")
      .filter((line) => !line.includes("masterplan/")),
    operation: operationFiles(repo),
  };
}

function statusPath(line: string): string {
  if (line.startsWith("?") || line.startsWith("!")) return line.slice(2);
  return line
    .split(" ")
    .slice(line.startsWith("u") ? 10 : 8)
    .join(" ");
}

function operationFiles(repo: TempRepo): readonly string[] {
  const names = [
    "MERGE_HEAD",
    "CHERRY_PICK_HEAD",
    "REVERT_HEAD",
    "BISECT_LOG",
    "rebase-merge/todo",
    "rebase-merge/git-rebase-todo",
    "ORIG_HEAD",
  ];
  return names.flatMap((name) => {
    const text = gitFile(repo, name);
    return text === null ? [] : [`${name}: ${text}`];
  });
}

/** A file of git's own, null when there is none: `logs/refs/stash` is what `git stash list` reads. */
function gitFile(repo: TempRepo, name: string): string | null {
  const file = join(repo.root, ".git", name);
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}
