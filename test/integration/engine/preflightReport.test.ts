import { expect, it } from "vitest";
import { reportText } from "../../../src/cli/statusText";
import { createTranslate } from "../../../src/core/translate";
import { aPlan, aTask } from "../../support/builders";
import { shopFiles } from "../../support/shopWorkspace";
import { makeWorkspace } from "../../support/workspaceFolder";

it("PT-4 a run tells what was looked at before its first task", async () => {
  const folder = await makeWorkspace(shopFiles);
  const masterPlan = await folder.open();
  try {
    const plan = aPlan([aTask("T-1", { executor: "command", commands: [["node", "--version"]] })], {
      compatibility: { new_env_vars: ["SHOP_URL_NOBODY_SETS"] },
      files: [{ path: "src/cart.js", change: "modify" }],
    });
    const { id } = await masterPlan.importPlan({
      text: JSON.stringify(plan),
      name: "x.masterplan.json",
      format: "masterplan",
    });
    const { run } = await masterPlan.run({ approval: (await masterPlan.approve({ id })).id });
    await masterPlan.settled({ run });
    const report = await masterPlan.report({ run });
    expect(report.preflight?.baseline.map(({ name, status }) => [name, status])).toEqual([
      ["test", "passed"],
      ["lint", "passed"],
    ]);
    const text = reportText(report, createTranslate({}), 100);
    for (const part of ["Check test", "Tools", "SHOP_URL_NOBODY_SETS", "Repository", "Disk", "~src/cart.js"])
      expect(text).toContain(part);
  } finally {
    await masterPlan.dispose();
    await folder.dispose();
  }
});
