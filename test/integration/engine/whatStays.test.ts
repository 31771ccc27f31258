import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createIdSource, systemClock } from "../../../src/adapters/node/systemClock";
import { openStore } from "../../../src/adapters/sqljs/openStore";
import { defaultSettings } from "../../../src/compose";
import type { RunId } from "../../../src/core/ids";
import type { Plan } from "../../../src/core/plan/plan";
import type { MasterPlan } from "../../../src/engine/masterPlan";
import { aTask } from "../../support/builders";
import { quietLogger } from "../../support/storeFixtures";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";

let folder: WorkspaceFolder;
let marker: string;

beforeEach(async () => {
  folder = await makeWorkspace({
    "tools/needs.mjs":
      "import { existsSync } from 'node:fs';\nif (!existsSync(process.argv[2])) { console.error('no such file'); process.exit(1); }\nconsole.log('found it');\n",
  });
  marker = path.join(folder.home, "marker");
});

afterEach(async () => {
  await folder.dispose();
});

/** A task that fails until a file is there, and one that works at once. */
function plan(): Plan {
  const needs = (file: string) => [["node", "tools/needs.mjs", file]];
  return {
    schema_version: 1,
    project_name: "Shop",
    user_request_original: "Deploy the shop",
    stack: {},
    phases: [
      {
        phase_id: "P1",
        name: "Deploy",
        milestones: [
          {
            milestone_id: "M1",
            name: "Deploy",
            tasks: [
              aTask("T1", { executor: "command", task_type: "deployment", commands: needs("README.md") }),
              aTask("T2", {
                executor: "command",
                task_type: "deployment",
                commands: needs(marker),
                max_attempts: 1,
                depends_on: ["T1"],
              }),
            ],
          },
        ],
      },
    ],
  };
}

async function started(masterPlan: MasterPlan): Promise<RunId> {
  await folder.write("README.md", "# Shop\n");
  await folder.git("add", "--all");
  await folder.git("commit", "--quiet", "--message", "Read me");
  const { id } = await masterPlan.importPlan({
    text: JSON.stringify(plan()),
    name: "p.json",
    format: "auto",
  });
  const approval = await masterPlan.approve({ id });
  return (await masterPlan.run({ approval: approval.id, review: "accept" })).run;
}

async function rowsOf(table: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const store = await openStore({
    directory: path.join(folder.home, "store"),
    workspace: folder.workspace,
    clock: systemClock,
    ids: createIdSource(),
    logger: quietLogger,
    access: "read",
  });
  try {
    return store.rows(table);
  } finally {
    await store.close();
  }
}

describe("what a run leaves behind", () => {
  it("LE-1 a failed task leaves signature, cause and context, and later what was missing and what worked", async () => {
    const masterPlan = await folder.open();
    const run = await started(masterPlan);
    expect(await masterPlan.settled({ run })).toMatchObject({ status: "waiting" });
    await writeFile(marker, "");
    await masterPlan.task({ run, task: "T2", action: "retry", note: "The marker was missing" });
    expect(await masterPlan.settled({ run })).toMatchObject({ status: "completed" });
    await masterPlan.dispose();
    const lessons = await rowsOf("lessons");
    expect(lessons.map((row) => [row["task_id"], row["kind"]])).toEqual([
      ["T1", "example"],
      ["T2", "example"],
      ["T2", "failure"],
    ]);
    const failure = lessons.find((row) => row["kind"] === "failure");
    expect(failure).toMatchObject({
      signature: "node PATH PATH: Ended with exit code N: no such file",
      root_cause: expect.stringContaining("Ended with exit code 1: no such file"),
      missing: "The marker was missing",
      solution: expect.stringContaining("Ended with exit code 0"),
      worked_ms: expect.any(Number),
    });
    expect(JSON.parse(String(failure?.["context"]))).toMatchObject({
      title: "Task T2",
      task_type: "deployment",
      depends_on: ["T1"],
      attempt: 1,
      cause_from: "check",
      solved_by: { attempt: 2, kind: "command" },
    });
    const example = lessons[0];
    expect([example?.["solution"], Number(example?.["worked_ms"])]).toEqual([
      expect.stringContaining("README.md: Ended with exit code 0"),
      expect.any(Number),
    ]);
    const metrics = await rowsOf("metrics");
    expect(metrics).toHaveLength(1);
    expect(JSON.parse(String(metrics[0]?.["metrics"]))).toMatchObject({
      status: "completed",
      done: 2,
      attempts: 3,
      failed_attempts: 1,
      usd: 0,
    });
  });

  it("LE-2 a run that is cancelled leaves its figures too", async () => {
    const masterPlan = await folder.open();
    const run = await started(masterPlan);
    await masterPlan.settled({ run });
    await masterPlan.cancel({ run });
    await masterPlan.dispose();
    const metrics = await rowsOf("metrics");
    expect(JSON.parse(String(metrics[0]?.["metrics"]))).toMatchObject({
      status: "cancelled",
      done: 1,
      total: 2,
      failed_tasks: 1,
    });
  });

  it("LE-3 the log tells the level, and one correlation id leads from the request to the commit", async () => {
    const masterPlan = await folder.open();
    const live = new Set<unknown>();
    masterPlan.onEvent((event) => {
      if (event.type !== "plan.changed") live.add(event["correlation_id"]);
    });
    const run = await started(masterPlan);
    await masterPlan.settled({ run });
    const id = (await masterPlan.list()).plans[0]?.id;
    expect(id).toMatch(/^d_/u);
    const log = await masterPlan.log({ run });
    expect(log.every((event) => event["correlation_id"] === id && typeof event["level"] === "string")).toBe(
      true,
    );
    expect(log[0]).toMatchObject({ type: "run.started", level: "info" });
    expect(log[1]).toMatchObject({
      type: "log",
      level: "info",
      message: expect.stringContaining("approved by Ada"),
    });
    expect(log.find((event) => event.type === "task.status" && event["to"] === "failed")).toMatchObject({
      level: "warn",
    });
    await masterPlan.dispose();
    const entries = await rowsOf("run_log");
    expect(entries.length).toBeGreaterThan(1);
    expect(entries.every((row) => row["correlation_id"] === id && row["level"] !== null)).toBe(true);
    expect([...live]).toEqual([id]);
  });
});

describe("room", () => {
  it("ST-27 no run starts, and a running one pauses before its next attempt, when the budget is used up", async () => {
    let budget: number | null = null;
    const settings = () => ({ ...defaultSettings, storage_bytes: budget });
    const masterPlan = await folder.open({ settings });
    const run = await started(masterPlan);
    await masterPlan.settled({ run });
    budget = 1;
    await masterPlan.task({ run, task: "T2", action: "retry" });
    expect(await masterPlan.settled({ run })).toMatchObject({
      status: "paused",
      reason: expect.stringContaining("their budget is 0 MB"),
    });
    await masterPlan.cancel({ run });
    const { approvals } = await masterPlan.list();
    await expect(masterPlan.run({ approval: approvals[0]?.id ?? "" })).rejects.toMatchObject({
      code: "store.full",
      message: expect.stringContaining("their budget is 0 MB"),
    });
    budget = null;
    expect((await masterPlan.purge({ blobs_older_than_ms: 0 })).blobs).toBeGreaterThan(0);
    await masterPlan.dispose();
  });

  it("ST-29 opening removes runs that ended longer ago than the setting keeps them, but the latest", async () => {
    const first = await folder.open();
    const run = await started(first);
    await first.settled({ run });
    await first.cancel({ run });
    const { approvals } = await first.list();
    const second = (await first.run({ approval: approvals[0]?.id ?? "", review: "accept" })).run;
    await first.settled({ run: second });
    await first.cancel({ run: second });
    await first.dispose();
    const again = await folder.open({ settings: { keep_runs_days: 0 } });
    const listed = await again.list();
    expect([listed.runs.map((row) => row.id), listed.approvals.length]).toEqual([[second], 1]);
    expect(await again.verify()).toMatchObject({ ok: true });
    await again.dispose();
  });
});
