import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { landRequest } from "./landRequest";
import type { TempRepo } from "./tempRepo";

/** Everything that the adapter does with a user's repository. */
export async function wholeRun(repo: TempRepo): Promise<void> {
  const subject = repo.open();
  await subject.inspect();
  const { branch, head } = await subject.startBranch("hostile", "branch");
  const snapshot = await subject.snapshot("s");
  const worktree = await subject.openWorktree("t_1", snapshot);
  writeFileSync(join(worktree.path, "landed.txt"), "landed\n");
  await subject.changes(worktree);
  const files = { "landed.txt": "landed\n", "a.txt": "by the task\n" };
  const first = await subject.land(landRequest(branch, head, files));
  const second = await subject.land(landRequest(branch, first.sha, { "a.txt": "again\n" }));
  await subject.revert(branch, [second.sha], () => "Revert", "branch");
  await subject.settleTree(branch);
  await subject.changesSince(snapshot);
  await subject.readFile(snapshot, "a.txt");
  await subject.findLanded(branch, { "MasterPlan-Run": "r_1" });
  await subject.releaseWorktree("t_1");
  await subject.finishBranch(branch, "main", "merge", "Merge");
  await subject.leftovers([]);
}
