import { existsSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { planText } from "../../../src/cli/text/planText";
import type { Plan, Task } from "../../../src/core/plan/plan";
import { createTranslate } from "../../../src/core/translate";
import type { MasterPlan, PlanView } from "../../../src/engine/masterPlan";
import { aPlan, aTask } from "../../support/builders";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";

let folder: WorkspaceFolder;
let masterPlan: MasterPlan;
let marker: string;

const touch = () => `node -e "require('fs').writeFileSync('${marker}','')"`;
const manifest = (scripts: Record<string, string>) =>
  JSON.stringify({ name: "shop", workspaces: ["packages/*"], scripts });
const own = { gen: "node gen.mjs", all: "npm run part --workspaces" };
const part = (text: string) => JSON.stringify({ name: "a", version: "1.0.0", scripts: { part: text } });

beforeEach(async () => {
  folder = await makeWorkspace({
    "package.json": manifest(own),
    "gen.mjs": "",
    "packages/a/package.json": part("node ../../gen.mjs"),
  });
  marker = path.join(folder.home, "EXECUTED");
  await folder.write("hostile.json", manifest({ ...own, gen: touch() }));
  await folder.write("hostilePart.json", part(touch()));
  await folder.git("add", "--all");
  await folder.git("commit", "-qm", "Manifests to come");
  masterPlan = await folder.open();
});

afterEach(async () => {
  await masterPlan.dispose();
  await folder.dispose();
});

const shell = (id: string, line: string, over: Partial<Task> = {}) =>
  aTask(id, { executor: "command", commands: [["sh", "-c", line]], max_attempts: 1, ...over });

async function draft(plan: Plan): Promise<PlanView["id"]> {
  return (await masterPlan.importPlan({ text: JSON.stringify(plan), name: "p.json", format: "masterplan" }))
    .id;
}

async function start(plan: Plan, grants: readonly string[] = []) {
  const approval = await masterPlan.approve({ id: await draft(plan), grants });
  const { run } = await masterPlan.run({ approval: approval.id, review: "accept" });
  await masterPlan.settled({ run });
  return run;
}

const after = (command: readonly string[]) => ({
  task: { postconditions: [{ type: "command_succeeds", command }] },
});
const gate = (command: readonly string[]) => ({
  plan: { quality_gates: [{ gate: "generated", when: "task" as const, command }] },
});

/** Files that bring another text behind a vector, the vector, and where the plan names it. */
const attacks = [
  ["its own script", "hostile.json", "package.json", ["npm", "run", "gen"], after],
  ["its own script, in a gate", "hostile.json", "package.json", ["npm", "run-script", "gen"], gate],
  ["a package's script", "hostilePart.json", "packages/a/package.json", ["npm", "run", "all"], after],
  [
    "a package's, straight",
    "hostilePart.json",
    "packages/a/package.json",
    ["npm", "run", "part", "-ws"],
    gate,
  ],
] as const;

describe("the scripts behind a plan's own commands", () => {
  it.each(attacks)(
    "CB-5 do not run with what a change makes of %s before it is accepted by name",
    async (_, from, to, argv, named) => {
      const { task, plan }: { task?: Partial<Task>; plan?: Partial<Plan> } = named(argv);
      const run = await start(aPlan([shell("A", `cp ${from} ${to}`, task)], plan));
      expect(existsSync(marker), "nobody has accepted the script").toBe(false);
      const { evidence } = await masterPlan.changeSet({ run, task: "A" });
      const held = evidence.filter((one) => one.held === true);
      expect(held).toMatchObject([{ status: "not_verified", command: argv }]);
      expect(held[0]?.summary).toContain(`${to} has another script than the approved one`);
      await masterPlan.review({ run, task: "A", decision: "accept", protected_files: [to] });
      expect(existsSync(marker), "control: it ran before it landed").toBe(true);
      expect((await masterPlan.status({ id: run })).tasks[0]).toMatchObject({ status: "done" });
    },
  );

  it("CB-3 do not run by a check of the root that hands on to packages before they are accepted by name", async () => {
    await folder.write("package.json", manifest({ test: "npm run part --workspaces" }));
    await folder.git("commit", "-qam", "A check");
    const run = await start(aPlan([shell("A", "cp hostilePart.json packages/a/package.json")]));
    expect(existsSync(marker)).toBe(false);
    const { evidence } = await masterPlan.changeSet({ run, task: "A" });
    expect(evidence.find((one) => one.check === "test")).toMatchObject({ held: true });
    const protected_files = ["packages/a/package.json"];
    await masterPlan.review({ run, task: "A", decision: "accept", protected_files });
    expect(existsSync(marker), "control: it ran before it landed").toBe(true);
  });

  it("CB-5 do not run in the task that changes them, unless the approval names the manifest", async () => {
    const commands = [
      ["cp", "hostile.json", "package.json"],
      ["npm", "run", "gen"],
    ];
    const plan = () => aPlan([aTask("A", { executor: "command", commands, max_attempts: 1 })]);
    const run = await start(plan());
    const [task] = (await masterPlan.status({ id: run })).tasks;
    expect(task).toMatchObject({ status: "failed" });
    expect(task?.evidence.at(-1)?.summary).toContain("package.json has another script than the approved one");
    expect(existsSync(marker)).toBe(false);
    await masterPlan.cancel({ run, reason: "enough" });
    const granted = await start(plan(), ["protected:package.json"]);
    expect(existsSync(marker), "control: granted by name it runs").toBe(true);
    expect(await masterPlan.status({ id: granted })).toMatchObject({ status: "completed" });
  });

  it("CB-5 run with what landed, and with what is as it was approved", async () => {
    const run = await start(
      aPlan([
        aTask("A", { executor: "command", commands: [["npm", "run", "gen"]] }),
        shell("B", "cp hostile.json package.json", { depends_on: ["A"] }),
        aTask("C", { executor: "command", commands: [["npm", "run", "gen"]], depends_on: ["B"] }),
      ]),
      ["protected:package.json"],
    );
    expect(await masterPlan.status({ id: run })).toMatchObject({ status: "completed" });
    expect(existsSync(marker)).toBe(true);
  });

  it.each([
    ["the script itself", "gen", "package.json", () => manifest({ ...own, gen: touch() })],
    ["what runs before it", "gen", "package.json", () => manifest({ ...own, pregen: touch() })],
    ["a package's", "all", "packages/a/package.json", () => part(touch())],
  ])(
    "CB-5 are approved with the plan: after a change of %s it is approved again",
    async (_, name, file, text) => {
      const id = await draft(aPlan([aTask("A", { executor: "command", commands: [["npm", "run", name]] })]));
      const approval = await masterPlan.approve({ id });
      await folder.write(file, text());
      await expect(masterPlan.run({ approval: approval.id })).rejects.toMatchObject({
        code: "gate.staleApproval",
        message: expect.stringContaining(marker) as string,
      });
      expect(existsSync(marker)).toBe(false);
      const view = (await masterPlan.show({ id })) as PlanView;
      expect([view.status, view.approval]).toEqual(["draft", null]);
      const shown = planText(view, await masterPlan.status({ id }), createTranslate({}), 100);
      expect(shown).toContain(marker);
    },
  );

  it("CB-5 do not run with what somebody else made of them during the run", async () => {
    const run = await start(
      aPlan([
        aTask("A", { executor: "manual" }),
        aTask("B", {
          executor: "command",
          commands: [["npm", "run", "gen"]],
          depends_on: ["A"],
          max_attempts: 1,
        }),
      ]),
    );
    await masterPlan.task({ run, task: "A", action: "done", note: "package.json has the approved script" });
    await folder.write("package.json", manifest({ ...own, gen: touch() }));
    await masterPlan.resume({ run }).catch(() => undefined);
    await masterPlan.settled({ run });
    expect(existsSync(marker)).toBe(false);
    const task = (await masterPlan.status({ id: run })).tasks.find((one) => one.task_id === "B");
    expect(task).toMatchObject({ status: "failed" });
    expect(task?.evidence.at(-1)?.summary).toContain("no accepted change brought it");
  });
});
