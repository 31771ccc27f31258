import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { openWorkbench } from "../editor/openWorkbench";
import type { Workbench } from "../editor/workbench";
import { git } from "./pages";

let workbench: Workbench | undefined;

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await workbench?.screenshot("failed-saved-files");
  await workbench?.close();
  workbench = undefined;
});

const waitForTask = 90_000;

function change(id: string, value: number, depends_on: readonly string[]): object {
  return {
    task_id: id,
    title: `Set the value to ${value}`,
    description: `Sets the value to ${value}.`,
    task_type: "implementation",
    executor: "command",
    commands: [["node", "set.cjs", String(value)]],
    depends_on,
    acceptance_criteria: [{ id: `${id}-A`, text: `The value is ${value}` }],
  };
}

const plan = {
  schema_version: 1,
  project_name: "Two values",
  user_request_original: "Set the value twice",
  phases: [
    {
      phase_id: "1",
      name: "Values",
      milestones: [
        { milestone_id: "1.1", name: "All", tasks: [change("T-01", 2, []), change("T-02", 3, ["T-01"])] },
      ],
    },
  ],
};

test("what lands is neither formatted by the editor nor put over what is being typed", async () => {
  workbench = await openWorkbench({
    settings: { "editor.formatOnSave": true, "files.autoSave": "off", "masterplan.review": "ask" },
  });
  const { page, workspace = "", profile } = workbench;
  const data = path.join(workspace, "data.json");
  const onDisk = (): Promise<string> => readFile(data, "utf8");
  await writeFile(data, '{"value":1}\n');
  await writeFile(
    path.join(workspace, "set.cjs"),
    `require("node:fs").writeFileSync("data.json", JSON.stringify({ value: Number(process.argv[2]) }) + "\\n");\n`,
  );
  git(workspace, "add", "--all");
  git(workspace, "commit", "--quiet", "--message", "A value and how to set it");
  const file = path.join(profile, "values.masterplan.json");
  await writeFile(file, JSON.stringify(plan));

  await workbench.openViewContainer("MasterPlan");
  await page.getByText("import a plan document").first().click();
  await workbench.chooseFile(file);
  await workbench.treeItem(/^T-01 .*, pending/u).waitFor();
  await workbench.runCommand("MasterPlan: Approve Plan");
  await workbench.dialog().getByRole("button", { name: "Approve version 1" }).click();
  await workbench.runCommand("MasterPlan: Run Approved Plan");
  await workbench.treeItem(/^T-01 .*, in review/u).waitFor({ timeout: waitForTask });

  // Open and clean: the editor follows the file, which stays as it was accepted.
  await workbench.execute("workbench.action.closeAllEditors");
  await workbench.execute("workbench.action.quickOpen", "data.json");
  await workbench.pick(/data\.json/u);
  const shown = page.locator(".editor-instance .view-lines");
  await shown.getByText('{"value":1}').waitFor();
  await workbench.execute("masterplan.acceptTask", { task: "T-01" });
  await workbench.treeItem(/^T-01 .*, done/u).waitFor({ timeout: waitForTask });
  await shown.getByText('{"value":2}').waitFor();
  const dirty = page.locator(".tab.dirty");
  expect(await dirty.count()).toBe(0);
  expect(await onDisk()).toBe('{"value":2}\n');
  expect(git(workspace, "status", "--porcelain", "data.json")).toBe("");

  // Open with something typed: nothing lands, and what was typed stays.
  await workbench.treeItem(/^T-02 .*, in review/u).waitFor({ timeout: waitForTask });
  const head = git(workspace, "rev-parse", "HEAD");
  await shown.click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" ");
  await dirty.waitFor();
  await workbench.execute("masterplan.acceptTask", { task: "T-02" });
  await workbench.notification(/You are editing data\.json/u).waitFor();
  expect(git(workspace, "rev-parse", "HEAD")).toBe(head);
  expect(await onDisk()).toBe('{"value":2}\n');
  expect(await dirty.count()).toBe(1);

  // Saving formats, which shows that the setting works; edits that are saved and not committed are as safe.
  await workbench.execute("notifications.clearAll");
  await workbench.execute("workbench.action.files.save");
  await dirty.waitFor({ state: "detached" });
  const saved = await onDisk();
  expect(saved).toMatch(/^\{\n\s+"value": 2\n\}/u);
  await workbench.execute("masterplan.acceptTask", { task: "T-02" });
  await workbench.notification(/You are editing data\.json/u).waitFor();
  expect(await onDisk()).toBe(saved);

  git(workspace, "checkout", "--", "data.json");
  await shown.getByText('{"value":2}').waitFor();
  await workbench.execute("masterplan.acceptTask", { task: "T-02" });
  await workbench.treeItem(/^T-02 .*, done/u).waitFor({ timeout: waitForTask });
  await shown.getByText('{"value":3}').waitFor();
  expect(await onDisk()).toBe('{"value":3}\n');
  expect(await dirty.count()).toBe(0);
  expect(git(workspace, "status", "--porcelain", "data.json")).toBe("");
}, 300_000);
