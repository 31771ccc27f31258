// @ts-check
// What working on somebody's files costs: snapshots, worktrees and landing against git itself, hunks against jsdiff.
import { gitRows } from "./gitRows.mjs";
import { hunkRows } from "./hunks.mjs";

/** @param {readonly string[]} args `--quick` for a look, which proves nothing; `land` for that row alone */
export async function run(args = []) {
  const iterations = args.includes("--quick") ? 10 : 150;
  if (args.includes("land")) return gitRows({ iterations, only: "land" });
  const hunks = await hunkRows();
  return { ...(await gitRows({ iterations })), hunks };
}
