// @ts-check
import { cp, mkdir } from "node:fs/promises";
import path from "node:path";
import { runProgram } from "../start/childProcesses.mjs";
import { root } from "../start/paths.mjs";

const template = path.join(root, "test", "sample", "workspace");

/**
 * Copies the sample workspace to `folder` (which must not exist) and makes it a git repository with one commit by a
 * person who is set for this repository only.
 * @param {string} folder
 * @returns {Promise<string>} the folder
 */
export async function createSample(folder) {
  await mkdir(path.dirname(folder), { recursive: true });
  await cp(template, folder, { recursive: true, errorOnExist: true, force: false });
  await git(folder, "init", "--quiet", "--initial-branch=main");
  await git(folder, "config", "user.name", "Sam Sample");
  await git(folder, "config", "user.email", "sam@example.com");
  await git(folder, "config", "commit.gpgsign", "false");
  await git(folder, "config", "core.autocrlf", "false");
  await git(folder, "add", "--all");
  await git(folder, "commit", "--quiet", "--message", "Todo list with a JSON store");
  return folder;
}

/**
 * @param {string} cwd
 * @param {...string} args
 */
async function git(cwd, ...args) {
  const { code, output } = await runProgram("git", args, { cwd, quiet: true });
  if (code !== 0) throw new Error(`git ${args.join(" ")} failed in ${cwd}: ${output}`);
}
