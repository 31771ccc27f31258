import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parsePlanText } from "../../../src/core/plan/parsePlanText";
import { createSample } from "../../sample/createSample.mjs";
import { runProgram } from "../../start/childProcesses.mjs";
import { runNpm } from "../../start/npm.mjs";
import { root, toolEnvironment } from "../../start/paths.mjs";

let folder: string;
let sample: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "masterplan-sample-"));
  sample = await createSample(path.join(folder, "todo"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test("the sample workspace is a clean repository with one commit", async () => {
  const log = await runProgram("git", ["log", "--format=%an %s"], { cwd: sample, quiet: true });
  expect(log.output).toBe("Sam Sample Todo list with a JSON store\n");
  const status = await runProgram("git", ["status", "--porcelain"], { cwd: sample, quiet: true });
  expect(status.output).toBe("");
});

test("its own tests and its style check pass in a worktree, with nothing installed", async () => {
  const worktree = path.join(folder, "worktree");
  await runProgram("git", ["worktree", "add", "--quiet", worktree], { cwd: sample, quiet: true });
  const env = toolEnvironment();
  const tests = await runNpm(["test"], { cwd: worktree, env, quiet: true });
  expect(tests.output).toMatch(/pass 11\b/u);
  expect(tests.code).toBe(0);
  expect((await runNpm(["run", "lint"], { cwd: worktree, env, quiet: true })).code).toBe(0);
});

test("the sample plan has no faults", async () => {
  const parsed = parsePlanText(await readFile(path.join(root, "test", "sample", "samplePlan.json"), "utf8"));
  expect(parsed.ok ? [] : parsed.error).toEqual([]);
});
