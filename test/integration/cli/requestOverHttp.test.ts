import { execFile } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createSample } from "../../sample/createSample.mjs";
import { sampleRequest, sampleResponder } from "../../support/sampleScript";
import { startScriptedModelServer, type ScriptedModelServer } from "../../support/scriptedModelServer";
import { CliWorkspace } from "./cliWorkspace";
import type { CliResult } from "./runHere";

const execute = promisify(execFile);
const reason = "Refuse an unknown priority with an error";

/** Leads to the Node that runs the sample's TypeScript. */
const path = `${dirname(process.execPath)}${delimiter}${process.env["PATH"] ?? ""}`;
let place: CliWorkspace;
let server: ScriptedModelServer;

beforeEach(async () => {
  place = await CliWorkspace.makeBare();
  await createSample(place.workspace);
  server = await startScriptedModelServer(sampleResponder({ rejections: { "T-01": reason } }));
});

afterEach(async () => {
  await server.close();
  place.remove();
});

function masterplan(...args: readonly string[]): Promise<CliResult> {
  const env = { PATH: path, MASTERPLAN_BASE_URL: server.baseUrl, MASTERPLAN_MODEL: "scripted" };
  return place.callWith(env, ...args);
}

it("CL-29 a request becomes a plan, a rejection is taken in, and each task is one commit, by the command line alone", async () => {
  const planned = JSON.parse((await masterplan("plan", sampleRequest, "--json")).out) as {
    id: string;
    tasks: number;
    findings: unknown[];
  };
  expect(planned).toMatchObject({ tasks: 5, findings: [] });
  expect((await masterplan("run", planned.id)).code).toBe(1);
  const approval = JSON.parse((await masterplan("approve", planned.id, "--json")).out) as { id: string };
  const first = await masterplan("run", approval.id, "--json");
  expect(first.code).toBe(3);
  const run = (JSON.parse(first.out.split("\n")[0] ?? "") as { run: string }).run;
  const rejected = await masterplan(
    "review",
    run,
    "T-01",
    "--reject",
    "--reason",
    reason,
    "--keep-hunks",
    "1",
    "--json",
  );
  expect(rejected.code).toBe(0);
  let code = (await masterplan("resume", run, "--json")).code;
  for (const task of ["T-01", "T-02", "T-03", "T-04", "T-05"]) {
    expect(code, `before ${task}`).toBe(3);
    const accepted = JSON.parse((await masterplan("review", run, task, "--accept", "--json")).out) as {
      commit: string;
    };
    expect(accepted.commit).toMatch(/^[0-9a-f]{40}$/u);
    code = (await masterplan("resume", run, "--json")).code;
  }
  expect(code).toBe(0);
  expect(server.failures).toEqual([]);
  const log = await git("log", "--reverse", "--format=%(trailers:key=MasterPlan-Task,valueonly,separator=)");
  expect(log.split("\n").filter((line) => line !== "")).toEqual(["T-01", "T-02", "T-03", "T-04", "T-05"]);
  await reportIsTrue(run);
  const status = JSON.parse((await masterplan("status", run, "--json")).out) as { status: string };
  expect(status.status).toBe("completed");
  expect(JSON.parse((await masterplan("verify", "--json")).out)).toMatchObject({ ok: true });
  const { stdout } = await execute("npm", ["test"], {
    cwd: place.workspace,
    env: { ...process.env, PATH: path },
  });
  expect(stdout).toMatch(/an unknown priority is refused/u);
  expect(stdout).toMatch(/export prints what was added/u);
}, 300_000);

async function git(...args: readonly string[]): Promise<string> {
  return (await execute("git", [...args], { cwd: place.workspace })).stdout;
}

/** The report names the commit of every task, which names its task and its run, and what the calls took. */
async function reportIsTrue(run: string): Promise<void> {
  const report = JSON.parse((await masterplan("report", run, "--json")).out) as {
    branch: string;
    commits: { task: string; sha: string }[];
    cost: { tokens: number; cached: number };
  };
  expect(report.commits.map(({ task }) => task).sort()).toEqual(["T-01", "T-02", "T-03", "T-04", "T-05"]);
  for (const { task, sha } of report.commits) {
    const trailers = await git("show", "--no-patch", "--format=%(trailers)", sha);
    expect(trailers).toContain(`MasterPlan-Task: ${task}`);
    expect(trailers).toContain(`MasterPlan-Run: ${run}`);
  }
  expect(report.cost.tokens).toBeGreaterThan(0);
  expect(report.cost.cached).toBeGreaterThan(0);
  await git("merge-base", "--is-ancestor", "main", report.branch);
}
