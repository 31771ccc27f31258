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
  };
  expect(planned.tasks).toBe(5);
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
  const { stdout: log } = await execute(
    "git",
    ["log", "--format=%(trailers:key=MasterPlan-Task,valueonly)"],
    { cwd: place.workspace },
  );
  expect(
    log
      .split("\n")
      .filter((line) => line !== "")
      .reverse(),
  ).toEqual(["T-01", "T-02", "T-03", "T-04", "T-05"]);
  const status = JSON.parse((await masterplan("status", run, "--json")).out) as { status: string };
  expect(status.status).toBe("completed");
  expect(JSON.parse((await masterplan("verify", "--json")).out)).toMatchObject({ ok: true });
  await execute("npm", ["test"], { cwd: place.workspace, env: { ...process.env, PATH: path } });
}, 300_000);
