import { readFile } from "node:fs/promises";
import path from "node:path";
import type { RunId } from "../../src/core/ids";
import type { Task } from "../../src/core/plan/plan";
import type { MasterPlan } from "../../src/engine/masterPlan";
import { aPlan, aTask } from "./builders";
import { makeWorkspace, type WorkspaceFolder } from "./workspaceFolder";

/** A workspace whose tasks fail and are then fixed by hand. */
export class FixBench {
  readonly folder: WorkspaceFolder;
  masterPlan: MasterPlan;

  private constructor(folder: WorkspaceFolder, masterPlan: MasterPlan) {
    this.folder = folder;
    this.masterPlan = masterPlan;
  }

  static async open(options: { readonly git?: boolean } = {}): Promise<FixBench> {
    const folder = await makeWorkspace(
      { "tools/write.mjs": writeTool, "a.txt": "one\n", "b.txt": "one\n" },
      options,
    );
    return new FixBench(folder, await folder.open());
  }

  /** Takes the run of a plan with these tasks as far as it goes without a person. */
  async started(tasks: readonly Task[]): Promise<RunId> {
    const text = JSON.stringify(aPlan(tasks));
    const { id } = await this.masterPlan.importPlan({ text, name: "p.json", format: "masterplan" });
    const { run } = await this.masterPlan.run({ approval: (await this.masterPlan.approve({ id })).id });
    await this.masterPlan.settled({ run });
    return run;
  }

  /** The folder to edit. */
  async fix(run: RunId, task: string): Promise<string> {
    return (await this.masterPlan.task({ run, task, action: "fix" })).worktree ?? "";
  }

  done(run: RunId, task: string) {
    return this.masterPlan.task({ run, task, action: "done", note: "mended" });
  }

  /** Another process over the same store; the first one's goodbye writes nothing. */
  async reopen(): Promise<void> {
    await this.masterPlan.dispose();
    this.masterPlan = await this.folder.open();
  }

  async dispose(): Promise<void> {
    await this.masterPlan.dispose();
    await this.folder.dispose();
  }
}

const writeTool =
  "import { writeFileSync } from 'node:fs';\nwriteFileSync(process.argv[2], process.argv[3] + '\\n');\n";

/** A command task that writes one line and is not satisfied with it. */
export function failing(
  id: string,
  file: string,
  text: string,
  wanted: string,
  over: Partial<Task> = {},
): Task {
  return aTask(id, {
    executor: "command",
    commands: [["node", "tools/write.mjs", file, text]],
    postconditions: [{ type: "pattern_present", path: file, pattern: wanted }],
    max_attempts: 1,
    ...over,
  });
}

/** The attempt that a pooled worktree is held for; null when it was given back. */
export async function ownerOf(worktree: string): Promise<unknown> {
  const slot = path.join(path.dirname(worktree), "slot.json");
  return (JSON.parse(await readFile(slot, "utf8")) as { attempt: unknown }).attempt;
}
