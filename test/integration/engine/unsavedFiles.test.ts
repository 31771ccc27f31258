import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { aPlan, aTask } from "../../support/builders";
import { makeWorkspace } from "../../support/workspaceFolder";

it("GT-86 what a person begins to type while a change is landing is not written over", async () => {
  const folder = await makeWorkspace({
    "a.txt": "one\n",
    "set.cjs": "require('node:fs').writeFileSync('a.txt', 'two\\n');\n",
  });
  let asked = 0;
  // Nothing is open at the first look, at the beginning of the landing; the file is being edited at the second.
  let editing = false;
  const masterPlan = await folder.open({
    settings: { review: "ask" },
    environment: {
      unsavedFiles: () => {
        asked += 1;
        return Promise.resolve(editing && asked > 1 ? ["a.txt"] : []);
      },
    },
  });
  try {
    const plan = aPlan([aTask("T-1", { executor: "command", commands: [["node", "set.cjs"]] })]);
    const { id } = await masterPlan.importPlan({
      text: JSON.stringify(plan),
      name: "set.masterplan.json",
      format: "auto",
    });
    const { run } = await masterPlan.run({ approval: (await masterPlan.approve({ id })).id });
    expect((await masterPlan.settled({ run })).status).toBe("waiting");
    const head = await folder.git("rev-parse", "HEAD");

    asked = 0;
    editing = true;
    const accept = { run, task: "T-1", decision: "accept" } as const;
    await expect(masterPlan.review(accept)).rejects.toMatchObject({
      code: "git.dirtyFile",
      message: expect.stringContaining("You are editing a.txt"),
    });
    expect(asked).toBe(2);
    expect(await folder.git("rev-parse", "HEAD")).toBe(head);
    expect(await readFile(path.join(folder.workspace, "a.txt"), "utf8")).toBe("one\n");

    editing = false;
    expect((await masterPlan.review(accept)).accepted).toBe(true);
    expect(await readFile(path.join(folder.workspace, "a.txt"), "utf8")).toBe("two\n");
  } finally {
    await masterPlan.dispose();
    await folder.dispose();
  }
});
