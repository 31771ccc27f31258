import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { NodeDisk } from "../../src/adapters/node/files/nodeDisk";
import { composeNode } from "../../src/compose";
import { killingDisk, parseKillPoint } from "./killPoint";

/**
 * A program for tests that kill it: fixes the one task of the one run by hand, from wherever an earlier life left it.
 * The person edits once; what they wrote must be there in every later life. `MASTERPLAN_KILL=before:3` ends it with a
 * SIGKILL around a sync, so on either side of whatever is recorded.
 */
async function main([workspace, storage, edited]: readonly (string | undefined)[]): Promise<void> {
  if (workspace === undefined || storage === undefined || edited === undefined) {
    throw new Error("usage: fixDriver WORKSPACE STORAGE MARK");
  }
  const killAt = parseKillPoint(process.env["MASTERPLAN_KILL"]);
  const masterPlan = await composeNode({
    ...(killAt !== null && { disk: killingDisk(new NodeDisk(), killAt, "sync") }),
    workspace,
    storage,
    language: "en",
    person: "Ada",
    models: () => ({ model: () => Promise.resolve(null), describe: () => Promise.resolve([]) }),
  });
  const run = (await masterPlan.list()).runs[0]?.id;
  if (run === undefined) throw new Error("there is no run");
  const task = async () => (await masterPlan.status({ id: run })).tasks[0];
  if ((await masterPlan.status({ id: run })).status !== "completed") {
    await masterPlan.resume({ run });
    await masterPlan.settled({ run });
  }
  if ((await task())?.status === "failed") {
    if (existsSync(edited)) throw new Error("the task failed again although it lay in the person's hands");
    await masterPlan.task({ run, task: "T1", action: "fix" });
  }
  const worktree = (await task())?.worktree;
  if (worktree !== undefined && !existsSync(edited)) {
    await writeFile(path.join(worktree, "a.txt"), "three\n");
    await writeFile(edited, "");
  }
  if ((await task())?.status !== "done") await masterPlan.task({ run, task: "T1", action: "done" });
  await masterPlan.resume({ run }).catch(() => undefined);
  const { status } = await masterPlan.settled({ run });
  process.stdout.write(`STATUS ${status} ${(await task())?.status ?? ""}\n`);
  await masterPlan.dispose();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stdout.write(`ERROR ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
