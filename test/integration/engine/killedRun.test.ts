import { execFile, spawn } from "node:child_process";
import { mkdtemp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Plan } from "../../../src/core/plan/plan";
import { createSample } from "../../sample/createSample.mjs";
import { aTask } from "../../support/builders";
import { builtProgram, quickStart } from "../../support/builtProgram";
import { seeded } from "../../support/seededRandom";

const root = path.resolve(__dirname, "../../..");
/** 200 by night; a few whenever all tests run, from another seed each time. */
const kills = Number(process.env["MASTERPLAN_KILLS"] ?? 6);
/**
 * Commands with an effect outside the workspace: enough of them for one run to be killed so often, though now and then a
 * life comes further than its first task.
 */
const effectTasks = Array.from(
  { length: Math.max(3, kills > 50 ? 2 * kills : 0) },
  (_, index) => `E-${index + 1}`,
);
const seed = Number(process.env["MASTERPLAN_SEED"] ?? Date.now() % 100_000);

let home: string;
let driver: string;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), "masterplan-killed-"));
  driver = await builtProgram("test/support/runDriver.ts");
});

afterAll(async () => {
  await rm(home, { recursive: true, force: true });
});

async function runGit(cwd: string, ...args: string[]): Promise<string> {
  return (await promisify(execFile)("git", args, { cwd })).stdout;
}

/** The sample plan with commands at its end that leave a mark outside the workspace each time they run. */
async function planWithEffects(effects: string): Promise<Plan> {
  const plan = JSON.parse(
    await readFile(path.join(root, "media/sample/plan.masterplan.json"), "utf8"),
  ) as Plan;
  const tasks = effectTasks.map((id) =>
    aTask(id, {
      executor: "command",
      task_type: "deployment",
      commands: [["node", "tools/mark.mjs", effects, id]],
    }),
  );
  return {
    ...plan,
    phases: [
      ...plan.phases,
      { phase_id: "PE", name: "Effects", milestones: [{ milestone_id: "PE.M1", name: "Effects", tasks }] },
    ],
  };
}

interface Life {
  readonly said: readonly string[];
  readonly killed: boolean;
}

/** Lets the driver live until its kill point; null lets it end by itself. */
async function live(args: readonly string[], killPoint: string | null): Promise<Life> {
  const child = spawn(process.execPath, [driver, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...quickStart(driver), MASTERPLAN_KILL: killPoint ?? "" },
  });
  const said: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => said.push(line));
  const killed = await new Promise<boolean>((resolve) => {
    child.once("close", (_code, signal) => resolve(signal === "SIGKILL"));
  });
  return { said, killed };
}

/** Before or after any sync of the next few dozen, or some time after it, in the middle of an effect. */
function killPointOf(next: () => number): string {
  const sync = 1 + Math.floor(next() * next() * 60);
  const luck = next();
  if (luck < 0.3) return `before:${sync}`;
  return luck < 0.6 ? `after:${sync}` : `after:${sync}:${1 + Math.floor(next() * 250)}`;
}

it(
  "RC-1 a run that is killed again and again ends completed, every task committed once, no effect repeated unseen",
  async () => {
    const next = seeded(seed);
    let left = kills;
    let lives = 0;
    let runs = 0;
    const places: Record<string, number> = {};
    while (left > 0) {
      const place = path.join(home, `round-${lives}`);
      const workspace = await createSample(path.join(place, "todo"));
      const effects = path.join(place, "effects.log");
      await mkdir(path.join(workspace, "tools"), { recursive: true });
      await writeFile(
        path.join(workspace, "tools/mark.mjs"),
        "import { appendFileSync } from 'node:fs';\nappendFileSync(process.argv[2], process.argv[3] + '\\n');\nawait new Promise((done) => setTimeout(done, 150));\n",
      );
      await runGit(workspace, "add", "--all");
      await runGit(workspace, "commit", "--quiet", "--message", "Tools");
      const planFile = path.join(place, "plan.masterplan.json");
      await writeFile(planFile, JSON.stringify(await planWithEffects(effects)));
      await writeFile(effects, "");
      const args = [
        workspace,
        path.join(place, "store"),
        planFile,
        path.join(root, "media/sample/recording.json"),
      ];
      const unknown: string[] = [];
      let end = "";
      runs += 1;
      for (let life = 0; life < 2 * kills + 60; life += 1) {
        lives += 1;
        const { said, killed } = await live(args, left > 0 ? killPointOf(next) : null);
        const place =
          said.find((line) => line.startsWith("KILLED "))?.replace(/KILLED (?:\d+ ms)?/u, "") ?? "";
        if (place !== "") places[place] = (places[place] ?? 0) + 1;
        unknown.push(...said.filter((line) => line.startsWith("UNKNOWN ")).map((line) => line.slice(8)));
        if (killed) left -= 1;
        end = said.find((line) => line.startsWith("STATUS ") || line.startsWith("ERROR ")) ?? "";
        if (end !== "") break;
      }
      expect(end, `seed ${seed}`).toContain("STATUS completed");
      const branches = await runGit(workspace, "branch", "--all", "--verbose");
      expect(branches, `seed ${seed}`).toMatch(/^\* masterplan\//mu);
      const log = await runGit(workspace, "log", "--format=%B", "HEAD");
      for (const task of ["T-01", "T-02", "T-03", "T-04", "T-05"]) {
        const count = log.split("\n").filter((line) => line === `MasterPlan-Task: ${task}`).length;
        expect(count, `${task} committed, seed ${seed}`).toBe(1);
      }
      const marks = (await readFile(effects, "utf8")).split("\n").filter((line) => line !== "");
      for (const task of effectTasks) {
        const ran = marks.filter((mark) => mark === task).length;
        const hidden = unknown.filter((one) => one === task).length;
        expect(ran, `${task} ran, seed ${seed}`).toBeGreaterThanOrEqual(1);
        expect(ran, `${task} ran, seed ${seed}, unknown ${hidden}`).toBeLessThanOrEqual(1 + hidden);
      }
      expect(await runGit(workspace, "status", "--porcelain"), `seed ${seed}`).toBe("");
    }
    if (kills > 50) expect(runs, `runs that took all kills, seed ${seed}`).toBe(1);
    console.log(JSON.stringify({ kills, runs, lives, places, seed }));
  },
  Math.max(240_000, kills * 20_000),
);
