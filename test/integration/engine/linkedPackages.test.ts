import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import type { PublicEvent } from "../../../src/engine/publicEvent";
import { aPlan, aTask } from "../../support/builders";
import { makeWorkspace } from "../../support/workspaceFolder";

const spoil = `import { appendFileSync } from "node:fs";
appendFileSync("node_modules/tool/index.js", "// spoiled\\n");
`;

it("DI-11 a command that writes into packages of the person's own through links is named for it, in evidence and log", async () => {
  const folder = await makeWorkspace({ ".gitignore": "node_modules\n", "spoil.mjs": spoil, "look.mjs": "" });
  const tool = path.join(folder.workspace, "node_modules/tool");
  mkdirSync(path.join(tool, "lib"), { recursive: true });
  writeFileSync(path.join(tool, "index.js"), "");
  // More than is copied.
  for (let number = 0; number < 4100; number += 1) writeFileSync(path.join(tool, `lib/${number}.js`), "");
  const masterPlan = await folder.open();
  try {
    const events: PublicEvent[] = [];
    masterPlan.onEvent((event) => events.push(event));
    const tasks = [
      aTask("T-1", { executor: "command", commands: [["node", "look.mjs"]] }),
      aTask("T-2", { executor: "command", commands: [["node", "spoil.mjs"]], depends_on: ["T-1"] }),
    ];
    const { id } = await masterPlan.importPlan({
      text: JSON.stringify(aPlan(tasks)),
      name: "x.masterplan.json",
      format: "masterplan",
    });
    const { run } = await masterPlan.run({
      approval: (await masterPlan.approve({ id })).id,
      review: "accept",
    });
    expect((await masterPlan.settled({ run })).status).toBe("completed");
    const said = (await masterPlan.status({ id: run })).tasks.map(({ evidence }) => JSON.stringify(evidence));
    expect(said[0]).not.toContain("node_modules");
    expect(said[1]).toContain("node_modules/tool/index.js");
    const logged = events.filter((event) => JSON.stringify(event).includes("node_modules/tool/index.js"));
    expect(logged.some((event) => event.type === "log")).toBe(true);
  } finally {
    await masterPlan.dispose();
    await folder.dispose();
  }
});
