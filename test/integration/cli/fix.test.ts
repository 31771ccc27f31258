import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { aPlan, aTask } from "../../support/builders";
import { CliWorkspace } from "./cliWorkspace";

let place: CliWorkspace;

beforeEach(async () => {
  place = await CliWorkspace.makeBare();
});
afterEach(() => place.remove());

/** A check that says that it runs, and goes on for as long as it is held. */
function heldCheck(): string {
  const [held, running] = ["held", "running"].map((name) => JSON.stringify(path.join(place.folder, name)));
  return [
    "import { existsSync, writeFileSync } from 'node:fs';",
    `if (existsSync(${held})) writeFileSync(${running}, '');`,
    `while (existsSync(${held})) await new Promise((next) => setTimeout(next, 20));`,
  ].join("\n");
}

async function failedRun(): Promise<string> {
  place.write("check.mjs", heldCheck());
  place.write("a.txt", "one\n");
  await place.init();
  place.write("package.json", JSON.stringify({ name: "sample", scripts: { test: "node check.mjs" } }));
  const task = aTask("T1", {
    executor: "command",
    commands: [["cp", "package.json", "a.txt"]],
    postconditions: [{ type: "pattern_present", path: "a.txt", pattern: "^three$" }],
    max_attempts: 1,
  });
  const imported = await place.jsonHere("import", place.write("../plan.json", JSON.stringify(aPlan([task]))));
  const { id } = await place.jsonHere("approve", imported.id);
  expect((await place.follow(["run", id])).code).toBe(1);
  return (await place.jsonHere("status")).id;
}

describe("task --fix", () => {
  test("FX-4 keeps what was edited when the process is killed while it checks the result", async () => {
    const run = await failedRun();
    const { worktree } = await place.json("task", run, "T1", "--fix");
    writeFileSync(path.join(worktree, "a.txt"), "three\n");
    const held = place.write("../held", "");
    const signingOff = spawn(process.execPath, [place.cli, "task", run, "T1", "--done"], {
      cwd: place.workspace,
      env: place.env,
      stdio: "ignore",
    });
    const ended = new Promise((resolve) => signingOff.once("close", resolve));
    await vi.waitUntil(() => existsSync(path.join(place.folder, "running")), {
      timeout: 60_000,
      interval: 20,
    });
    signingOff.kill("SIGKILL");
    await ended;
    rmSync(path.join(place.workspace, held));

    expect((await place.call("resume", run)).code).toBe(3);
    expect((await place.jsonHere("status")).waiting).toMatchObject([
      { kind: "manual", task: "T1", worktree },
    ]);
    expect(readFileSync(path.join(worktree, "a.txt"), "utf8")).toBe("three\n");
    expect(await place.json("task", run, "T1", "--done", "--note", "mended")).toEqual({ status: "done" });
    expect((await place.call("resume", run)).code).toBe(0);
    expect(readFileSync(path.join(place.workspace, "a.txt"), "utf8")).toBe("three\n");
  }, 120_000);

  test("FX-13 names the folder to edit, what it starts with, the next step, and what still fails", async () => {
    const run = await failedRun();
    const said = await place.call("task", run, "T1", "--fix");
    expect(said.code).toBe(0);
    const { worktree, starts_with: starts, status } = await place.json("task", run, "T1", "--fix");
    expect({ starts, status }).toEqual({ starts: 1, status: "in_progress" });
    expect(said.out).toContain(`Mend it here: ${worktree}\nIt starts with the change of attempt 1\n`);
    expect(said.out).toContain(`masterplan task ${run} T1 --done --note TEXT`);
    expect((await place.jsonHere("status")).waiting).toMatchObject([
      { kind: "manual", task: "T1", worktree },
    ]);

    const refused = await place.call("task", run, "T1", "--done");
    expect(refused.code).toBe(1);
    expect(refused.err).toContain("a.txt has no match for ^three$");
    expect(refused.err).toContain(`Mend it in ${worktree} and sign off again`);
  }, 120_000);
});
