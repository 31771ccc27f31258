import { existsSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { planText } from "../../../src/cli/text/planText";
import type { Task } from "../../../src/core/plan/plan";
import { createTranslate } from "../../../src/core/translate";
import type { MasterPlan, PlanView } from "../../../src/engine/masterPlan";
import { aPlan, aTask } from "../../support/builders";
import { shopFiles } from "../../support/shopWorkspace";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";
import { nodeTests } from "../../support/nodeTests";

let folder: WorkspaceFolder;
let masterPlan: MasterPlan;
let marker: string;
const scripts = { test: nodeTests, lint: "node lint.mjs" };
const manifest = (more: Record<string, string>) =>
  JSON.stringify({ type: "module", scripts: { ...scripts, ...more } });

beforeEach(async () => {
  folder = await makeWorkspace(shopFiles);
  marker = path.join(folder.home, "EXECUTED");
  masterPlan = await folder.open();
});

afterEach(async () => {
  await masterPlan.dispose();
  await folder.dispose();
});

async function draft(tasks: readonly Task[]): Promise<PlanView["id"]> {
  const text = JSON.stringify(aPlan([...tasks]));
  return (await masterPlan.importPlan({ text, name: "p.json", format: "masterplan" })).id;
}

const touch = () => `node -e "require('fs').writeFileSync('${marker}','')"`;
const script = (id: string, lines: string, over: Partial<Task> = {}) =>
  aTask(id, { executor: "command", commands: [["sh", "-c", lines]], max_attempts: 1, ...over });

describe("the checks of a workspace", () => {
  it.each([
    ["a new check", () => manifest({ build: touch() })],
    ["another text behind the same command", () => manifest({ test: touch() })],
    ["a script that runs before one", () => manifest({ pretest: touch() })],
  ])("CB-2 are approved with the plan: %s runs only after another approval", async (_, changed) => {
    const id = await draft([script("A", "true")]);
    const approval = await masterPlan.approve({ id });
    await folder.write("package.json", changed());
    await expect(masterPlan.run({ approval: approval.id })).rejects.toMatchObject({
      code: "gate.staleApproval",
    });
    expect(existsSync(marker)).toBe(false);
    expect((await masterPlan.list()).runs).toEqual([]);
    const view = (await masterPlan.show({ id })) as PlanView;
    expect([view.status, view.approval]).toEqual(["draft", null]);
    const shown = planText(view, await masterPlan.status({ id }), createTranslate({}), 100);
    expect(shown).toContain("And these checks, as they are now");
    expect(shown).toContain(marker);
    const again = await masterPlan.approve({ id });
    const { run } = await masterPlan.run({ approval: again.id, review: "accept" });
    expect((await masterPlan.settled({ run })).status).toBe("completed");
    expect(existsSync(marker), "control: the check runs once it is approved").toBe(true);
  });

  it("CB-3 do not run a script that a change brings before it is accepted by name, and run it then", async () => {
    await folder.write("new.json", manifest({ test: `${touch()} && ${nodeTests}` }));
    await folder.git("add", "--all");
    await folder.git("commit", "-qm", "New scripts");
    const id = await draft([
      script("A", "cp new.json package.json"),
      script("B", "echo '// more' >> src/cart.js", { depends_on: ["A"] }),
    ]);
    const { run } = await masterPlan.run({
      approval: (await masterPlan.approve({ id })).id,
      review: "accept",
    });
    expect((await masterPlan.settled({ run })).status).toBe("waiting");
    expect(existsSync(marker), "nobody has accepted the script").toBe(false);
    const review = await masterPlan.changeSet({ run, task: "A" });
    const held = review.evidence.find((one) => one.check === "test");
    expect(held).toMatchObject({ status: "not_verified", held: true });
    expect(held?.summary).toContain("package.json has another script than the approved one");
    await masterPlan.review({ run, task: "A", decision: "accept", protected_files: ["package.json"] });
    expect(existsSync(marker), "it ran before it landed").toBe(true);
    await masterPlan.resume({ run });
    await masterPlan.settled({ run });
    const after = await masterPlan.status({ id: run });
    expect(after.tasks.map((task) => task.status)).toEqual(["done", "done"]);
  });

  it("CB-4 do not run a script that somebody else changed during the run", async () => {
    const { phases } = aPlan([script("A", "true")]);
    const second = aPlan([script("B", "echo '// more' >> src/cart.js")]).phases[0];
    const plan = aPlan([], {
      phases: [
        ...phases.map((phase) => ({ ...phase, gate: "person" as const })),
        ...(second === undefined
          ? []
          : [
              {
                ...second,
                phase_id: "P2",
                milestones: second.milestones.map((one) => ({ ...one, milestone_id: "P2.M1" })),
              },
            ]),
      ],
    });
    const { id } = await masterPlan.importPlan({
      text: JSON.stringify(plan),
      name: "p.json",
      format: "masterplan",
    });
    const { run } = await masterPlan.run({
      approval: (await masterPlan.approve({ id })).id,
      review: "accept",
    });
    await masterPlan.settled({ run });
    await folder.write("package.json", manifest({ test: touch() }));
    await masterPlan.gate({ run, phase: "P1", go: true });
    await masterPlan.settled({ run });
    expect(existsSync(marker)).toBe(false);
    const review = await masterPlan.changeSet({ run, task: "B" });
    const test = review.evidence.find((one) => one.check === "test");
    expect(test).toMatchObject({ status: "not_verified", severity: "critical" });
    expect(test?.summary).toContain("no accepted change brought it");
    await expect(masterPlan.review({ run, task: "B", decision: "accept" })).rejects.toMatchObject({
      code: "review.notVerified",
    });
  });
});
