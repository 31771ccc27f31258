import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { openWorkbench } from "../editor/openWorkbench";
import { createProfile } from "../editor/profile.mjs";
import type { Workbench } from "../editor/workbench";
import { createSample } from "../sample/createSample.mjs";
import { freePort } from "../start/freePort.mjs";
import { git, runCli } from "./pages";

let workbench: Workbench | undefined;
let profile: Awaited<ReturnType<typeof createProfile>> | undefined;

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await workbench?.screenshot("failed-closed-editor");
  await workbench?.close();
  await profile?.remove();
  workbench = undefined;
  profile = undefined;
});

const waitForTask = 90_000;

function plan(steps: readonly (readonly [id: string, script: string, before: readonly string[]])[]): object {
  const tasks = steps.map(([task_id, script, depends_on]) => ({
    task_id,
    title: `Step ${task_id}`,
    description: `Runs ${script}.`,
    task_type: "testing",
    executor: "command",
    commands: [["node", script]],
    depends_on,
    acceptance_criteria: [{ id: `${task_id}-A`, text: `${script} has run` }],
  }));
  return {
    schema_version: 1,
    project_name: "Two steps",
    user_request_original: "Do both",
    phases: [{ phase_id: "1", name: "Steps", milestones: [{ milestone_id: "1.1", name: "Both", tasks }] }],
  };
}

test("an editor that is closed in the middle of a task shows its run when it is opened again, and resumes it to the end", async () => {
  profile = await createProfile();
  const { folder } = profile;
  const workspace = await createSample(path.join(folder, "todo"));
  const begun = path.join(folder, "begun");
  const go = path.join(folder, "go");
  const scripts = {
    // Waits for the word to go on.
    "first.cjs": `
      const fs = require("node:fs");
      fs.appendFileSync(${JSON.stringify(begun)}, "begun\\n");
      const wait = setInterval(() => fs.existsSync(${JSON.stringify(go)}) && clearInterval(wait), 50);
    `,
    "second.cjs": "console.log('the second step');",
  };
  for (const [name, text] of Object.entries(scripts)) await writeFile(path.join(workspace, name), text);
  git(workspace, "add", ".");
  git(workspace, "commit", "-qm", "Steps");
  const file = path.join(folder, "steps.masterplan.json");
  await writeFile(
    file,
    JSON.stringify(
      plan([
        ["T-01", "first.cjs", []],
        ["T-02", "second.cjs", ["T-01"]],
      ]),
    ),
  );
  const place = { profile: folder };
  const { id } = JSON.parse(runCli(place, workspace, "import", file, "--json").out) as {
    readonly id: string;
  };
  expect(runCli(place, workspace, "approve", id, "--json").code).toBe(0);

  const window = { profile, workspace, port: await freePort() };
  workbench = await openWorkbench(window);
  await workbench.openViewContainer("MasterPlan");
  await workbench.treeItem(/^T-01 .*, pending/u).waitFor();
  await workbench.runCommand("MasterPlan: Run Approved Plan");
  await workbench.treeItem(/^T-01 .*, in progress/u).waitFor({ timeout: waitForTask });
  await expect.poll(() => existsSync(begun), { timeout: waitForTask }).toBe(true);
  await workbench.close();

  workbench = await openWorkbench(window);
  await workbench.openViewContainer("MasterPlan");
  await workbench.treeItem(/^T-01 /u).waitFor();
  await workbench.runCommand("MasterPlan: Resume Run");
  // Nobody knows how far the command came, so it is a person who has it run again.
  await workbench.treeItem(/^T-01 .*, failed/u).waitFor({ timeout: waitForTask });
  await workbench.treeItem(/^T-01 .*the outcome of a command is unknown/u).waitFor();
  expect(readFileSync(begun, "utf8")).toBe("begun\n");
  await writeFile(go, "");
  await workbench.treeAction(/^T-01 .*, failed/u, "Try Task Again");
  await workbench.treeItem(/^T-01 .*, done/u).waitFor({ timeout: waitForTask });
  await workbench.treeItem(/^T-02 .*, done/u).waitFor({ timeout: waitForTask });
  const { status } = JSON.parse(runCli(place, workspace, "status", "--json").out) as {
    readonly status: string;
  };
  expect(status).toBe("completed");
  expect(JSON.parse(runCli(place, workspace, "verify", "--json").out)).toMatchObject({ ok: true });
  expect(readFileSync(begun, "utf8")).toBe("begun\nbegun\n");
}, 300_000);
