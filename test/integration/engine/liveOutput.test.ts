import { expect, it } from "vitest";
import { makeWorkspace } from "../../support/workspaceFolder";
import { aPlan, aTask } from "../../support/builders";

it("VA-18 what a command prints is told while it runs, under the name of its check", async () => {
  const folder = await makeWorkspace({ "tools/say.mjs": "console.log('hello from the command');\n" });
  const heard = new Map<string, string>();
  const masterPlan = await folder.open({
    onOutput: ({ check }, chunk) => heard.set(check, (heard.get(check) ?? "") + chunk),
  });
  try {
    const plan = aPlan([aTask("T-1", { executor: "command", commands: [["node", "tools/say.mjs"]] })]);
    const { id } = await masterPlan.importPlan({
      text: JSON.stringify(plan),
      name: "say.masterplan.json",
      format: "auto",
    });
    const approval = await masterPlan.approve({ id });
    const { run } = await masterPlan.run({ approval: approval.id });
    expect((await masterPlan.settled({ run })).status).toBe("completed");
    expect([...heard.values()].join("")).toContain("hello from the command");
  } finally {
    await masterPlan.dispose();
    await folder.dispose();
  }
});
