import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { recordRow } from "../../support/hostileRows";
import { listing, TempRepo } from "../../support/tempRepo";

let repo: TempRepo;

beforeEach(() => {
  repo = new TempRepo();
});

afterEach(() => repo.dispose());

const tool = { "node_modules/tool/package.json": '{"name":"tool","main":"index.js"}' };

function install(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries({ ...tool, ...files })) repo.write(path, text);
}

function many(): void {
  for (let number = 0; number < 4100; number += 1)
    repo.write(`node_modules/tool/lib/${number % 50}/${number}.js`, "");
}

describe("dependency folders of a worktree", () => {
  it("GT-63 are copied when small: what is written, replaced and deleted there does not reach the user's", async () => {
    const head = repo.commit({
      ".gitignore": "node_modules\n",
      "a.js": "\n",
      "packages/own/index.js": "1\n",
    });
    install({
      "node_modules/tool/index.js": "module.exports = 1;\n",
      "node_modules/.prisma/client.js": "1\n",
    });
    mkdirSync(join(repo.root, "node_modules/@shop"));
    symlinkSync("../../packages/own", join(repo.root, "node_modules/@shop/own"));
    mkdirSync(join(repo.root, "node_modules/.pnpm/left/node_modules/left"), { recursive: true });
    writeFileSync(join(repo.root, "node_modules/.pnpm/left/node_modules/left/index.js"), "left\n");
    symlinkSync(".pnpm/left/node_modules/left", join(repo.root, "node_modules/left"));

    const control = join(repo.base, "control");
    execFileSync("cp", ["-r", repo.root, control]);
    mkdirSync(join(repo.base, "plain"));
    symlinkSync(join(control, "node_modules"), join(repo.base, "plain/node_modules"));
    appendFileSync(join(repo.base, "plain/node_modules/tool/index.js"), "evil\n");
    expect(readFileSync(join(control, "node_modules/tool/index.js"), "utf8"), "control").toContain("evil");

    const before = listing(join(repo.root, "node_modules"));
    const git = repo.open();
    const worktree = await git.openWorktree("t_1", head);
    const since = Date.now();
    const at = (path: string) => join(worktree.path, "node_modules", path);
    for (const path of [
      "tool/index.js",
      ".prisma/client.js",
      "left/index.js",
      ".pnpm/left/node_modules/left/index.js",
    ])
      appendFileSync(at(path), "evil\n");
    writeFileSync(at("tool/added.js"), "evil\n");
    rmSync(at("tool/package.json"));
    writeFileSync(at("@shop/own/index.js"), "of the worktree\n");
    const after = listing(join(repo.root, "node_modules"));
    const outside = [...before].filter(([path, content]) => after.get(path) !== content).length;
    recordRow({ name: "GT-63 the user's packages through a worktree", outside });
    expect(after).toEqual(before);
    expect(repo.read("packages/own/index.js")).toBe("1\n");
    expect(await git.touchedDependencies(worktree.path, since)).toEqual([]);
    expect((await git.changes(worktree)).map(({ path }) => path)).toEqual(["packages/own/index.js"]);
  });

  it("GT-64 are linked when large, and what changes in the user's through them is told", async () => {
    const head = repo.commit({ ".gitignore": "node_modules\n", "a.js": "\n" });
    install({
      "node_modules/tool/index.js": "module.exports = 1;\n",
      "node_modules/.prisma/client.js": "1\n",
    });
    many();
    const git = repo.open();
    const worktree = await git.openWorktree("t_1", head);
    expect(lstatSync(join(worktree.path, "node_modules/tool")).isSymbolicLink()).toBe(true);
    expect(await git.touchedDependencies(worktree.path, Date.now() + 60_000)).toEqual([]);
    expect(await git.touchedDependencies(repo.root, 0)).toEqual([]);

    const generated = join(worktree.path, "node_modules/.prisma/client.js");
    appendFileSync(generated, "generated\n");
    expect(repo.read("node_modules/.prisma/client.js")).toBe("1\n");

    // Later than everything that was made above, by more than the clock of files lags behind.
    const since = Date.now() + 50;
    await passed(since);
    appendFileSync(join(worktree.path, "node_modules/tool/lib/7/7.js"), "evil\n");
    rmSync(join(worktree.path, "node_modules/tool/lib/8/8.js"));
    expect(await git.touchedDependencies(worktree.path, since)).toEqual([
      "node_modules/tool/lib/8",
      "node_modules/tool/lib/7/7.js",
    ]);
    await git.clearDependencies(worktree.path);
    expect(await git.touchedDependencies(worktree.path, since)).toEqual([]);
  });
});

/** The clock is past `time`, so that what follows is younger. */
async function passed(time: number): Promise<void> {
  while (Date.now() <= time) await new Promise((resolve) => setImmediate(resolve));
}
