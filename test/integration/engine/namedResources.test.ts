import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { aPlan, aTask } from "../../support/builders";
import { makeWorkspace } from "../../support/workspaceFolder";

/** Says in `log` what it does, and whether somebody else was at work meanwhile. */
const user = (home: string, name: string, turns: number): string => `
import { appendFileSync, existsSync, readFileSync } from "node:fs";
const log = ${JSON.stringify(path.join(home, "log"))};
const read = () => (existsSync(log) ? readFileSync(log, "utf8") : "");
const before = read();
appendFileSync(log, "${name} begins\\n");
for (let turn = 0; turn < ${turns}; turn++) await new Promise((resolve) => setTimeout(resolve, 50));
if (read() !== before + "${name} begins\\n") appendFileSync(log, "${name} was not alone\\n");
appendFileSync(log, "${name} ends\\n");
`;

it("RL-6 a named resource is held by attempts and by the checks of a landing alike", async () => {
  const folder = await makeWorkspace({ "README.md": "# x\n" });
  await folder.write("check.mjs", user(folder.home, "check", 2));
  await folder.write("use.mjs", user(folder.home, "task", 40));
  await folder.write(
    "edit.mjs",
    "import { writeFileSync } from 'node:fs';\nfor (const name of ['a.txt', 'b.txt']) writeFileSync(name, 'x\\n');\n",
  );
  await folder.git("add", "--all");
  await folder.git("commit", "--quiet", "--message", "Programs");
  const masterPlan = await folder.open();
  try {
    const gate = { gate: "alone", command: ["node", "check.mjs"], when: "task" as const };
    const task = (id: string, program: string, write: string[]) =>
      aTask(id, {
        executor: "command",
        commands: [["node", program]],
        resources: ["port:3000"],
        file_scope: { write },
      });
    const plan = aPlan([task("T-1", "edit.mjs", ["a.txt", "b.txt"]), task("T-2", "use.mjs", ["c.txt"])], {
      quality_gates: [gate],
    });
    const { id } = await masterPlan.importPlan({
      text: JSON.stringify(plan),
      name: "locks.masterplan.json",
      format: "masterplan",
    });
    const approval = await masterPlan.approve({ id });
    const log = path.join(folder.home, "log");
    const using = new Promise<void>((resolve) => {
      masterPlan.onEvent((event) => {
        if (event.type === "attempt.started" && event["task"] === "T-2") resolve();
      });
    });
    const { run } = await masterPlan.run({ approval: approval.id, review: "ask", concurrency: 2 });
    await using;
    while (!existsSync(log) || !(await readFile(log, "utf8")).includes("task begins"))
      await new Promise(setImmediate);
    // Part of the change alone is checked again before it lands.
    await masterPlan.review({ run, task: "T-1", decision: "accept", hunks: [1] });
    await masterPlan.settled({ run });
    const said = (await readFile(log, "utf8")).trim().split("\n");
    expect(said.filter((line) => line.includes("not alone"))).toEqual([]);
    expect(said.filter((line) => line === "check begins").length).toBeGreaterThan(2);
  } finally {
    await masterPlan.dispose();
    await folder.dispose();
  }
});
