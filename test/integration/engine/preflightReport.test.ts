import { expect, it } from "vitest";
import { reportText } from "../../../src/cli/text/statusText";
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
    expect(report.preflight?.repository.branch, "where the person was, not the run's own branch").toBe(
      "main",
    );
    expect(report.branch).not.toBe("main");
    const text = reportText(report, createTranslate({}), 100);
    for (const part of ["Check test", "Tools", "SHOP_URL_NOBODY_SETS", "Repository", "Disk", "~src/cart.js"])
      expect(text).toContain(part);
  } finally {
    await masterPlan.dispose();
    await folder.dispose();
  }
});

it("PT-5 a model that the editor does not offer any more is a finding before the first task", async () => {
  const folder = await makeWorkspace({ "README.md": "# Models\n" });
  const masterPlan = await folder.open({
    models: () => ({
      model: () => Promise.resolve(null),
      describe: () =>
        Promise.resolve([
          {
            id: "vscode",
            label: "VS Code",
            origin: "vscode",
            model: "vendor/gone",
            active: true,
            recorded: false,
            has_key: false,
          },
        ]),
      probe: () => Promise.resolve({ state: "missing", detail: "vendor/gone" }),
    }),
  });
  try {
    const { id } = await masterPlan.importPlan({
      text: JSON.stringify(aPlan([aTask("T-1", { executor: "agent" })])),
      name: "x.masterplan.json",
      format: "masterplan",
    });
    const { run } = await masterPlan.run({ approval: (await masterPlan.approve({ id })).id });
    await masterPlan.settled({ run });
    const report = await masterPlan.report({ run });
    expect(report.preflight?.providers).toEqual([
      {
        id: "vscode",
        label: "VS Code",
        healthy: false,
        message: "The model vendor/gone is not offered any more; choose a model again",
      },
    ]);
    expect(reportText(report, createTranslate({}), 100)).toContain("vendor/gone is not offered any more");
  } finally {
    await masterPlan.dispose();
    await folder.dispose();
  }
});
