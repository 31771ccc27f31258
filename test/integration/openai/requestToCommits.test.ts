import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { composeNode } from "../../../src/compose";
import type { MasterPlan } from "../../../src/engine/masterPlan";
import { createSample } from "../../sample/createSample.mjs";
import { sampleRequest, sampleResponder } from "../../support/sampleScript";
import { startScriptedModelServer, type ScriptedModelServer } from "../../support/scriptedModelServer";

const execute = promisify(execFile);
const reason = "Refuse an unknown priority with an error";

let folder = "";
let workspace = "";
let server: ScriptedModelServer;
let masterPlan: MasterPlan;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "masterplan-request-"));
  workspace = await createSample(path.join(folder, "todo"));
  server = await startScriptedModelServer(sampleResponder({ rejections: { "T-01": reason } }));
  masterPlan = await composeNode({
    workspace,
    storage: path.join(folder, "store"),
    language: "en",
    person: "Ada",
    continueAfterDecision: true,
    model: { baseUrl: server.baseUrl, model: "scripted" },
  });
});

afterEach(async () => {
  await masterPlan.dispose();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Sends T-01 back once, then accepts whatever waits, until the run stops waiting for a review. */
async function reviewToTheEnd(run: Parameters<MasterPlan["settled"]>[0]["run"]): Promise<string> {
  let sentBack = false;
  for (;;) {
    const { status } = await masterPlan.settled({ run });
    const item = (await masterPlan.status({ id: run })).waiting[0];
    if (status !== "waiting" || item?.kind !== "review" || item.task === undefined) return status;
    const view = await masterPlan.changeSet({ run, task: item.task });
    const hunks = view.change.files.flatMap((file) => file.hunks.map((hunk) => hunk.number));
    if (item.task === "T-01" && !sentBack) {
      sentBack = true;
      expect(hunks.length).toBeGreaterThanOrEqual(2);
      await masterPlan.review({ run, task: item.task, decision: "reject", hunks: [1], reason });
    } else
      await masterPlan.review({
        run,
        task: item.task,
        decision: "accept",
        hunks,
        change_hash: view.change.hash,
      });
  }
}

describe("a request, answered over HTTP", () => {
  test("becomes a plan, a run with a rejection taken in, and one commit per task", async () => {
    const drafted = await masterPlan.plan({ request: sampleRequest });
    if (!("id" in drafted)) throw new Error("Expected a plan, got questions");
    expect(drafted).toMatchObject({ tasks: 5, findings: [] });
    const approval = await masterPlan.approve({ id: drafted.id, hash: drafted.hash });
    const { run } = await masterPlan.run({ approval: approval.id });
    expect(await reviewToTheEnd(run)).toBe("completed");
    expect(server.failures).toEqual([]);

    const report = await masterPlan.report({ run });
    expect(report.commits.map((commit) => commit.task).sort()).toEqual([
      "T-01",
      "T-02",
      "T-03",
      "T-04",
      "T-05",
    ]);
    for (const { task, sha } of report.commits) {
      const { stdout } = await execute("git", ["show", "--no-patch", "--format=%(trailers)", sha], {
        cwd: workspace,
      });
      expect(stdout).toContain(`MasterPlan-Task: ${task}`);
      expect(stdout).toContain(`MasterPlan-Run: ${run}`);
    }
    expect(report.cost.tokens).toBeGreaterThan(0);
    expect(report.cost.cached).toBeGreaterThan(0);
    expect(await masterPlan.transcript({ run, task: "T-01" })).toContain("# Task T-01");

    await execute("git", ["merge-base", "--is-ancestor", "main", report.branch ?? "HEAD"], {
      cwd: workspace,
    });
    const env = {
      ...process.env,
      PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"] ?? ""}`,
    };
    const { stdout } = await execute("npm", ["test"], { cwd: workspace, env });
    expect(stdout).toMatch(/an unknown priority is refused/u);
    expect(stdout).toMatch(/export prints what was added/u);
  });

  test("that comes back wrong three times leaves nothing behind", async () => {
    await server.close();
    server = await startScriptedModelServer(() => ({ text: '{"schema_version": 1, "phases": []}' }));
    await masterPlan.dispose();
    masterPlan = await composeNode({
      workspace,
      storage: path.join(folder, "store"),
      language: "en",
      person: "Ada",
      model: { baseUrl: server.baseUrl, model: "scripted" },
    });
    const failure = masterPlan.plan({ request: sampleRequest, no_discovery: true });
    await expect(failure).rejects.toMatchObject({
      code: "model.badAnswer",
      message: expect.stringMatching(/masterplan.*\/project_name|\/phases/u) as string,
    });
    expect(server.requests.length).toBeLessThanOrEqual(3);
    expect((await masterPlan.list()).plans).toEqual([]);
  });
});
