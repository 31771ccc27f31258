import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createSample } from "../../sample/createSample.mjs";
import { sampleRequest, sampleResponder } from "../../support/sampleScript";
import { startScriptedModelServer, type ScriptedModelServer } from "../../support/scriptedModelServer";
import { buildCli } from "./builtCli";

const execute = promisify(execFile);
const reason = "Refuse an unknown priority with an error";

let home = "";
let workspace = "";
let cli = "";
let server: ScriptedModelServer;

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "mp-cli-http-"));
  workspace = await createSample(path.join(home, "todo"));
  cli = await buildCli();
  server = await startScriptedModelServer(sampleResponder({ rejections: { "T-01": reason } }));
});

afterEach(async () => {
  await server.close();
  await rm(home, { recursive: true, force: true });
});

/** Ends with the code and what was printed; `PATH` leads to the Node that runs the sample's TypeScript. */
async function masterplan(...args: string[]): Promise<{ readonly code: number; readonly out: string }> {
  const env = {
    PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"] ?? ""}`,
    HOME: home,
    XDG_DATA_HOME: path.join(home, "data"),
    XDG_CONFIG_HOME: path.join(home, "config"),
    XDG_RUNTIME_DIR: home,
    MASTERPLAN_BASE_URL: server.baseUrl,
    MASTERPLAN_MODEL: "scripted",
  };
  try {
    const { stdout } = await execute(process.execPath, [cli, ...args], {
      cwd: workspace,
      env,
      maxBuffer: 1 << 26,
    });
    return { code: 0, out: stdout };
  } catch (error) {
    const { code, stdout } = error as { code?: unknown; stdout?: string };
    return { code: typeof code === "number" ? code : -1, out: stdout ?? "" };
  }
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
    { cwd: workspace },
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
  const env = {
    ...process.env,
    PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"] ?? ""}`,
  };
  await execute("npm", ["test"], { cwd: workspace, env });
});
