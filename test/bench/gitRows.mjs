import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

/**
 * Rows of the workspace benchmark that concern git. Each compares with what it is measured against in the same run,
 * taking turns, so that a busy machine slows both: only the ratios mean something.
 */
export async function gitRows({ files = 20_000, iterations = 150, only = null } = {}) {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "masterplan-bench-")));
  try {
    const { createGit } = await loadAdapter(base, "git/runner/simpleGit");
    const { createNodeWorkspaceFiles } = await loadAdapter(base, "node/files/nodeWorkspaceFiles");
    const root = join(base, "project");
    makeTree(root, files);
    const env = { ...process.env, HOME: base, GIT_CONFIG_NOSYSTEM: "1" };
    const git = (folder, ...args) =>
      execFileSync("git", args, { cwd: folder, env, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
    writeFileSync(
      join(base, ".gitconfig"),
      "[user]\n\tname = Bench\n\temail = bench@example.org\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n",
    );
    git(root, "init", "--quiet");
    git(root, "add", "--all");
    git(root, "commit", "--quiet", "-m", "All");
    const clock = { now: () => Date.now(), sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) };
    const logger = { log: () => undefined, child: () => logger };
    const subject = createGit({ workspace: root, storage: join(base, "storage"), logger, clock, env });
    const filesAt = (folder) => createNodeWorkspaceFiles({ root: folder });
    const context = { subject, git, filesAt, root, base, files, iterations };
    if (only === "land") return { land: await landRow(context) };
    const worktree = await worktreeRow(context);
    return { snapshot: await snapshotRow(context), land: await landRow(context), worktree };
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

async function loadAdapter(base, name) {
  const outfile = join(base, `${name.replace("/", "-")}.cjs`);
  const entry = new URL(`../../src/adapters/${name}.ts`, import.meta.url).pathname;
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "error",
  });
  return createRequire(import.meta.url)(outfile);
}

function makeTree(root, files) {
  for (let number = 0; number < files; number += 1) {
    const folder = join(root, `d${number % 20}`, `e${Math.floor(number / 20) % 50}`);
    if (number < 1000) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `f${number}.ts`), `export const value${number} = ${number};\n`.repeat(8));
  }
}

/** First opening creates every file; the next ones only what differs. */
async function worktreeRow({ subject, git, root }) {
  const head = git(root, "rev-parse", "HEAD").trim();
  const first = await timed(async () => subject.openWorktree("first", head));
  await subject.releaseWorktree("first");
  const again = await timed(async () => subject.openWorktree("again", head));
  await subject.releaseWorktree("again");
  return { first_ms: round(first), reuse_ms: round(again), reuse_ratio: round(again / first) };
}

/** 10 changed files and one unknown one, against a walk over the tree that asks for size and time of each file. */
async function snapshotRow({ subject, root, files, iterations }) {
  const ours = [];
  const walk = [];
  for (let turn = 0; turn < iterations; turn += 1) {
    for (let number = 0; number < 10; number += 1) {
      writeFileSync(join(root, "d1", "e1", `f${21 + number * 1000}.ts`), `export const turn = ${turn};\n`);
    }
    writeFileSync(join(root, "unknown.txt"), `${turn}\n`);
    walk.push(
      await timed(() =>
        execFileSync("find", [root, "-name", ".git", "-prune", "-o", "-printf", "%s %T@\n"], {
          maxBuffer: 1 << 28,
        }),
      ),
    );
    ours.push(await timed(async () => subject.snapshot("bench/snapshot")));
  }
  return row({ files, iterations, goal: 2.5, against: "find" }, ours, walk);
}

/**
 * 100 files edited in a worktree, all or none, and landed in the user's tree; against a script that
 * writes them plainly into a worktree of git's own: add, commit, merge --ff-only.
 */
async function landRow({ subject, git, filesAt, root, base, files, iterations }) {
  git(root, "checkout", "--quiet", "--", ".");
  rmSync(join(root, "unknown.txt"), { force: true });
  const plain = join(base, "plain");
  const plainTree = join(base, "plain-worktree");
  git(base, "clone", "--quiet", root, plain);
  git(plain, "worktree", "add", "--quiet", "-b", "work", plainTree);
  const { branch, head } = await subject.startBranch("bench", "branch");
  let tip = head;
  const ours = [];
  const bare = [];
  for (let turn = 0; turn < iterations; turn += 1) {
    const edits = Array.from({ length: 100 }, (_, number) => ({
      kind: "write",
      path: `d${number % 20}/e${number % 50}/n${number}.ts`,
      bytes: Buffer.from(`export const turn = ${turn};\n`),
      mode: 0o644,
    }));
    const worktree = await subject.openWorktree(`turn-${turn}`, tip);
    const both = [
      async () => {
        bare.push(
          await timed(() => {
            for (const { path, bytes } of edits) writeFileSync(join(plainTree, path), bytes);
            git(plainTree, "add", "--all");
            git(plainTree, "commit", "--quiet", "-m", `Turn ${turn}`);
            git(plain, "merge", "--quiet", "--ff-only", "work");
          }),
        );
      },
      async () => {
        ours.push(
          await timed(async () => {
            await filesAt(worktree.path).apply(edits);
            const changes = await subject.changes(worktree);
            const landed = await subject.land({
              branch,
              target: "branch",
              files: changes.map(({ path, after, mode_after }) => ({
                path,
                content: after,
                mode: mode_after ?? "100644",
              })),
              message: `Turn ${turn}\n`,
              unsaved: [],
              expected_tip: tip,
            });
            if (landed.tree !== "updated")
              throw new Error(`landing left ${landed.pending_files.length} files behind`);
            tip = landed.sha;
          }),
        );
      },
    ];
    if (turn % 2 === 1) both.reverse();
    for (const side of both) await side();
    await subject.releaseWorktree(`turn-${turn}`);
  }
  return row(
    { files, changed: 100, iterations, goal: 2, against: "git add, commit, merge --ff-only" },
    ours,
    bare,
  );
}

function row(facts, ours, other) {
  const [mine, theirs] = [median(ours), median(other)];
  const ratio = round(mine / theirs);
  return { ...facts, ours_ms: round(mine), other_ms: round(theirs), ratio, passed: ratio <= facts.goal };
}

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(values) {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)];
}

function round(value) {
  return Math.round(value * 100) / 100;
}
