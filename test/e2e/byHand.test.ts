import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openWorkbench } from "../editor/openWorkbench";
import type { Workbench } from "../editor/workbench";
import { chooseDocument, git, planDocument } from "./pages";

// One window for all: each test begins where the run of another plan has ended.
let workbench: Workbench;

beforeAll(async () => {
  workbench = await openWorkbench();
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await workbench.screenshot("failed-by-hand");
});

afterAll(() => workbench.close());

const waitForTask = 90_000;

const look = planDocument("Look at the list", [
  {
    task_id: "T-01",
    title: "Look",
    description: "Look at the list.",
    task_type: "testing",
    executor: "manual",
    depends_on: [],
  },
]);

const list = planDocument("One list", [
  {
    task_id: "T-01",
    title: "Write the list",
    description: "Write the whole list.",
    task_type: "documentation",
    depends_on: [],
    executor: "command",
    commands: [["cp", "package.json", "list.txt"]],
    postconditions: [{ type: "pattern_present", path: "list.txt", pattern: "^the whole list$" }],
    checks: [],
    max_attempts: 1,
  },
]);

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

const values = planDocument("Two values", [change("T-01", 2, []), change("T-02", 3, ["T-01"])]);

test("WV-38 another plan in hand hides nothing of the run that is open, and one click gives its plan back", async () => {
  const { page } = workbench;
  await workbench.openViewContainer("MasterPlan");
  await page.getByText("import a plan document").first().click();
  await chooseDocument(workbench, look);
  // A lone milestone has a row of its own, open from the start.
  await workbench.treeItem("Milestone All, 0 of 1 tasks done").waitFor();
  await workbench.treeItem(/^T-01 .*, pending/u).waitFor();
  await workbench.webview().getByRole("button", { name: "Approve v1 and run" }).click();
  await workbench.treeItem(/^T-01 .*, in progress/u).waitFor({ timeout: waitForTask });

  await workbench.runCommand("MasterPlan: New Plan Without a Model...");
  await workbench.answer("Tidy up the list");
  await workbench.webview().getByRole("heading", { level: 1, name: "Tidy up the list" }).waitFor();
  await workbench.treeItem(/, pending/u).waitFor();
  const waits = workbench.treeItem(/^Do T-01 Look by hand/u);
  await waits.waitFor();
  // The manual task of the open run, and the approval of the plan in hand.
  await page.getByRole("tab", { name: /MasterPlan.*2 waiting for you/u }).waitFor();
  await page.getByRole("button", { name: /MasterPlan, .*2 waiting/u }).waitFor();

  // The open run can be paused, and a second run is refused by the name of the first.
  await workbench.runCommand("MasterPlan: Pause Run");
  await workbench.treeItem(/^The run is paused/u).waitFor();
  await workbench.runCommand("MasterPlan: Resume Run");
  await workbench.treeItem(/^The run is paused/u).waitFor({ state: "detached" });
  await workbench.webview().getByRole("button", { name: "Approve v1 and run" }).click();
  await workbench.webview().getByText("The run of Look at the list, version 1, is waiting").waitFor();

  await waits.click();
  await page.getByRole("tab", { name: /T-01\.md/u }).waitFor();
  await workbench.treeItem(/^T-01 .*, in progress/u).waitFor();
  await workbench.treeAction(/^T-01 .*, in progress/u, "Sign Off as Done...");
  await workbench.answer("Read list.txt: three lines");
  await workbench.treeItem(/^T-01 .*, done/u).waitFor({ timeout: waitForTask });
  expect(await workbench.treeItem(/^Do T-01 Look by hand/u).count()).toBe(0);
}, 240_000);

test("a failed task is fixed in a folder that opens in a window of its own, and signed off from the tree", async () => {
  const { page, workspace = "" } = workbench;
  const before = branch(workspace);
  await workbench.runCommand("MasterPlan: Import Plan...");
  await chooseDocument(workbench, list);
  await workbench.treeItem(/^T-01 Write the list.*, pending/u).waitFor();
  await workbench.runCommand("MasterPlan: Approve Plan");
  await workbench.dialog().getByRole("button", { name: "Approve version 1" }).click();
  await workbench.runCommand("MasterPlan: Run Approved Plan");
  await workbench.treeItem(/^T-01 .*, failed/u).waitFor({ timeout: waitForTask });

  await workbench.treeMenu(/^T-01 .*, failed/u, "Fix Task by Hand");
  const told = workbench.notification(/T-01: the folder to mend it in starts with the change of attempt 1/u);
  await told.waitFor({ timeout: waitForTask });
  await workbench.treeItem(/^T-01 .*, in progress/u).waitFor();
  await page.getByRole("treeitem", { name: /^Mend T-01 Write the list in \// }).waitFor();

  // The row opens the folder, and so does the palette; what the last attempt wrote lies there already.
  const window = page.context().waitForEvent("page");
  await workbench.treeAction(/^T-01 .*, in progress/u, "Open Folder of the Fix");
  const other = await window;
  const folder = decodeURIComponent(new URL(other.url()).searchParams.get("folder") ?? "");
  await other.close();
  expect(await workbench.offers("MasterPlan: Open Folder of the Fix")).toBe(true);
  expect(await readFile(path.join(folder, "list.txt"), "utf8")).toContain('"name"');

  await writeFile(path.join(folder, "list.txt"), "the whole list\n");
  await workbench.treeAction(/^T-01 .*, in progress/u, "Sign Off as Done...");
  await workbench.answer("Wrote it myself");
  await workbench.treeItem(/^T-01 .*, done/u).waitFor({ timeout: waitForTask });
  expect(await readFile(path.join(workspace, "list.txt"), "utf8")).toBe("the whole list\n");

  // The run's branch goes into the old one as a single commit, from the page.
  await page.getByText(/^1\/1 · completed/u).waitFor({ state: "attached", timeout: waitForTask });
  expect(branch(workspace)).toBe("masterplan/one-list");
  await workbench.runCommand("MasterPlan: Open Plan Page");
  const end = workbench.webview().getByRole("group", { name: /^Finish the branch/u });
  await end.getByRole("button", { name: "Squash" }).click();
  await end.waitFor({ state: "detached" });
  await workbench.webview().locator(".figures").getByText("squashed", { exact: true }).waitFor();
  expect(branch(workspace)).toBe(before);
  expect(git(workspace, "show", "--format=", "--name-only").trim()).toBe("list.txt");
}, 300_000);

test("what lands is neither formatted by the editor nor put over what is being typed", async () => {
  const { page, workspace = "" } = workbench;
  const settings = { "editor.formatOnSave": true, "files.autoSave": "off", "masterplan.review": "ask" };
  for (const [name, value] of Object.entries(settings)) await workbench.setSetting(name, value);
  const data = path.join(workspace, "data.json");
  const onDisk = (): Promise<string> => readFile(data, "utf8");
  await writeFile(data, '{"value":1}\n');
  await writeFile(
    path.join(workspace, "set.cjs"),
    `require("node:fs").writeFileSync("data.json", JSON.stringify({ value: Number(process.argv[2]) }) + "\\n");\n`,
  );
  git(workspace, "add", "--all");
  git(workspace, "commit", "--quiet", "--message", "A value and how to set it");
  const before = branch(workspace);
  await workbench.runCommand("MasterPlan: Import Plan...");
  await chooseDocument(workbench, values);
  await workbench.treeItem(/^T-01 Set the value to 2.*, pending/u).waitFor();
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

  // Nobody wants the values after all: the run's branch is dropped, from the palette, and the editor follows again.
  await page.getByText(/^2\/2 · completed/u).waitFor({ state: "attached", timeout: waitForTask });
  const dropped = branch(workspace);
  await workbench.runAndPick("MasterPlan: Finish the Branch of a Run...", /^Drop/u);
  await workbench.dialog().getByText(`Delete ${dropped} with its commits?`).waitFor();
  await workbench.dialog().getByRole("button", { name: "Drop" }).click();
  await shown.getByText('{"value":1}').waitFor();
  expect(branch(workspace)).toBe(before);
  expect(git(workspace, "branch", "--list", dropped)).toBe("");
}, 300_000);

function branch(workspace: string): string {
  return git(workspace, "branch", "--show-current").trim();
}
