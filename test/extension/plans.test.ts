import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";

const extension = () => {
  const found = vscode.extensions.getExtension("masterplan.masterplan");
  assert.ok(found, "the extension is installed");
  return found;
};

const samplePlan = () => path.join(extension().extensionPath, "media", "sample", "plan.masterplan.json");

const folder = () => {
  const uri = vscode.workspace.workspaceFolders?.[0]?.uri;
  assert.ok(uri, "a folder is open");
  return uri.fsPath;
};

async function importText(name: string, text: string): Promise<unknown> {
  const file = path.join(folder(), name);
  await writeFile(file, text);
  const outcome: unknown = await vscode.commands.executeCommand(
    "masterplan.importPlan",
    vscode.Uri.file(file),
  );
  await vscode.workspace.fs.delete(vscode.Uri.file(file));
  return outcome;
}

suite("plans", () => {
  suiteSetup(() => extension().activate());

  test("a plan file with a fault is refused whole", async () => {
    const plan = JSON.parse(await readFile(samplePlan(), "utf8")) as {
      phases: { milestones: { tasks: { task_id: string; depends_on: string[] }[] }[] }[];
    };
    const tasks = plan.phases.flatMap((phase) => phase.milestones.flatMap((milestone) => milestone.tasks));
    const broken = [
      ["not JSON", "{ this is no JSON"],
      ["a name that is no text", JSON.stringify({ ...plan, project_name: 7 })],
      ["no phases", JSON.stringify({ ...plan, phases: [] })],
    ] as const;
    for (const [name, text] of broken) {
      assert.equal(await importText("bad.masterplan.json", text), undefined, name);
    }
    const first = tasks[0];
    const second = tasks[1];
    assert.ok(first && second);
    const id = second.task_id;
    second.task_id = first.task_id;
    assert.equal(await importText("bad.masterplan.json", JSON.stringify(plan)), undefined, "duplicate ids");
    second.task_id = id;
    first.depends_on = [id];
    second.depends_on = [first.task_id];
    assert.equal(await importText("bad.masterplan.json", JSON.stringify(plan)), undefined, "cycle");
  });

  test("a good plan is imported as a draft, and the draft does not run", async () => {
    const outcome = await vscode.commands.executeCommand<{ id: string; tasks: number }>(
      "masterplan.importPlan",
      vscode.Uri.file(samplePlan()),
    );
    assert.equal(outcome.tasks, 5);
    for (const argument of [undefined, outcome.id, "A-2026-0001", { id: outcome.id }]) {
      assert.equal(await vscode.commands.executeCommand("masterplan.runPlan", argument), undefined);
    }
  });

  test("commands about a run say so when there is none, and do nothing", async () => {
    for (const command of ["pauseRun", "resumeRun", "acceptTask", "taskDone", "retryTask", "gateGo"]) {
      assert.equal(
        await vscode.commands.executeCommand(`masterplan.${command}`, { task: "T-01" }),
        undefined,
      );
    }
  });
});
