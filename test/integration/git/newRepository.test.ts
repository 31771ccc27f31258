import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { createRepository } from "../../../src/adapters/git/repository/newRepository";
import { realClock, silentLogger, TempRepo } from "../../support/tempRepo";

let repo: TempRepo | undefined;

afterEach(() => {
  repo?.dispose();
  repo = undefined;
});

function options({ root, storage, env }: TempRepo) {
  return {
    folder: root,
    storage,
    author: { name: "Sample", email: "sample@example.invalid" },
    message: "Todo list with tests",
    logger: silentLogger,
    clock: realClock,
    env,
  };
}

test("a folder becomes a repository with one commit, whatever the person's configuration asks for", async () => {
  repo = new TempRepo({ git: false });
  const { root, home } = repo;
  const hostile = "[commit]\n\tgpgsign = true\n[core]\n\thooksPath = /nowhere\n\tautocrlf = true\n";
  writeFileSync(join(home, ".gitconfig"), `${hostile}[init]\n\tdefaultBranch = trunk\n`);
  mkdirSync(join(root, "src"));
  writeFileSync(join(root, "src", "todo.ts"), "export const todo = 1;\r\n");
  await createRepository(options(repo));
  expect(repo.git("log", "--format=%an <%ae> %s").trim()).toBe(
    "Sample <sample@example.invalid> Todo list with tests",
  );
  expect(repo.git("branch", "--show-current").trim()).toBe("main");
  expect(repo.git("ls-tree", "-r", "--name-only", "HEAD").trim()).toBe("src/todo.ts");
  expect(repo.git("config", "--default", "none", "--get", "core.worktree").trim()).toBe("none");
});

test("without git the failure says so", async () => {
  repo = new TempRepo({ git: false });
  await expect(createRepository({ ...options(repo), env: { PATH: "" } })).rejects.toMatchObject({
    code: "git.missing",
  });
});
