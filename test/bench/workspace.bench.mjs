// @ts-check
// What working on somebody's files costs: snapshots, worktrees and landing against git itself, hunks against jsdiff.
import { gitRows } from "./gitRows.mjs";
import { hunkRows } from "./hunks.mjs";

/** @param {readonly string[]} args `--quick` for a look, which proves nothing */
export async function run(args = []) {
  const iterations = args.includes("--quick") ? 10 : 150;
  const hunks = await hunkRows();
  return { ...(await gitRows({ iterations })), hunks };
}
