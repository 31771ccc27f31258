import { spawn } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { aPlan, aTask } from "../../support/builders";
import { builtProgram, quickStart } from "../../support/builtProgram";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";

/** Every moment by night; every fifth whenever all tests run. */
const step = Number(process.env["MASTERPLAN_KILLS"] ?? 10) > 50 ? 1 : 5;

let home: string;
let driver: string;
let folder: WorkspaceFolder;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), "masterplan-fix-killed-"));
  driver = await builtProgram("test/support/fixDriver.ts");
  folder = await makeWorkspace({ "a.txt": "one\n", "b.txt": "two\n" });
  await failedRun();
  await cp(folder.home, path.join(home, "failed"), { recursive: true, preserveTimestamps: true });
});

afterAll(async () => {
  await folder.dispose();
  await rm(home, { recursive: true, force: true });
});

async function failedRun(): Promise<void> {
  const task = aTask("T1", {
    executor: "command",
    commands: [["cp", "b.txt", "a.txt"]],
    postconditions: [{ type: "pattern_present", path: "a.txt", pattern: "^three$" }],
    max_attempts: 1,
  });
  const masterPlan = await folder.open({ continueAfterDecision: false });
  const text = JSON.stringify(aPlan([task]));
  const { id } = await masterPlan.importPlan({ text, name: "p.json", format: "masterplan" });
  const { run } = await masterPlan.run({ approval: (await masterPlan.approve({ id })).id });
  await masterPlan.settled({ run });
  await masterPlan.dispose();
}

/** The place as it was when the task had failed, at the same paths: worktrees and store name them. */
async function again(): Promise<void> {
  await rm(folder.home, { recursive: true });
  await cp(path.join(home, "failed"), folder.home, { recursive: true, preserveTimestamps: true });
}

async function live(killPoint: string | null): Promise<{ readonly said: string; readonly killed: boolean }> {
  const args = [driver, folder.workspace, path.join(folder.home, "store"), path.join(folder.home, "edited")];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...quickStart(driver), MASTERPLAN_KILL: killPoint ?? "" },
  });
  let said = "";
  child.stdout.on("data", (data: Buffer) => (said += data.toString()));
  const killed = await new Promise<boolean>((resolve) => {
    child.once("close", (_code, signal) => resolve(signal === "SIGKILL"));
  });
  return { said, killed };
}

/** The owners of the pool's worktrees; null for one that was given back. */
async function owners(): Promise<readonly unknown[]> {
  const pool = path.join(folder.home, "store");
  const slots = (await readdir(pool, { recursive: true })).filter(
    (file) => path.basename(file) === "slot.json",
  );
  return Promise.all(
    slots.map(
      async (file) =>
        (JSON.parse(await readFile(path.join(pool, file), "utf8")) as { attempt: unknown }).attempt,
    ),
  );
}

it("FX-4 a fix that is killed at any moment ends done, with what the person wrote, landed once", async () => {
  const places: string[] = [];
  for (const [when, from] of [
    ["before", 1],
    ["after", Math.min(step, 2)],
  ] as const) {
    for (let call = from; ; call += step) {
      await again();
      const first = await live(`${when}:${call}`);
      if (!first.killed) {
        expect(first.said).toContain("STATUS completed done");
        break;
      }
      places.push(`${when}:${call}`);
      const { said } = await live(null);
      expect(said, `killed ${when} sync ${call}`).toContain("STATUS completed done");
      expect(await folder.git("show", "HEAD:a.txt"), `killed ${when} sync ${call}`).toBe("three\n");
      expect(await folder.git("log", "--format=%s"), `killed ${when} sync ${call}`).toBe("Task T1\nStart\n");
      expect(await folder.git("status", "--porcelain"), `killed ${when} sync ${call}`).toBe("");
      expect(await owners(), `killed ${when} sync ${call}`).toEqual((await owners()).map(() => null));
    }
  }
  expect(places.length).toBeGreaterThan(12 / step);
  console.log(JSON.stringify({ kills: places }));
}, 600_000);
