import { describe, expect, it } from "vitest";
import { MasterPlanError, type ErrorCode } from "../../../src/core/errors";
import { createTranslate } from "../../../src/core/translate";
import type { PlanParams, RunParams } from "../../../src/engine/masterPlan";
import type { ReviewParams, TaskParams } from "../../../src/engine/personDecisions";
import { call, planId, runId } from "./fakes";

describe("runCli", () => {
  it("CL-1 prints exactly one JSON document with --json, wherever the option stands", async () => {
    const listing = { plans: [], approvals: [], runs: [], current: null };
    for (const args of [
      ["--json", "list"],
      ["list", "--json"],
    ]) {
      const { code, out, err, disposed } = await call(args, { list: () => Promise.resolve(listing) });
      expect([code, err, disposed]).toEqual([0, "", true]);
      expect(JSON.parse(out)).toEqual(listing);
    }
  });

  it.each<[ErrorCode, number]>([
    ["gate.notApproved", 1],
    ["gate.staleApproval", 1],
    ["git.dirtyFile", 1],
    ["internal", 1],
    ["plan.invalid", 2],
    ["plan.tooLarge", 2],
    ["model.unknownProvider", 2],
    ["usage.invalid", 2],
    ["cancelled", 3],
    ["store.busy", 4],
    ["store.readOnly", 4],
  ])("CL-2 ends with the exit code of %s: %i", async (code, exit) => {
    const fail = () =>
      Promise.reject(new MasterPlanError(code, "It failed", { hint: "Nothing was changed; do this next" }));
    const plain = await call(["list"], { list: fail });
    expect(plain).toMatchObject({
      code: exit,
      out: "",
      err: `error ${code}: It failed\nNothing was changed; do this next\n`,
      disposed: true,
    });
    const json = await call(["list", "--json"], { list: fail });
    expect(json.code).toBe(exit);
    expect(JSON.parse(json.err)).toEqual({
      error: { code, message: "It failed", hint: "Nothing was changed; do this next" },
    });
  });

  it("CL-2 says a next step even when the failure brings none", async () => {
    const { err, code } = await call(["list"], { list: () => Promise.reject(new Error("boom")) });
    expect(code).toBe(1);
    expect(err.split("\n")[0]).toBe("error internal: boom");
    expect(err.split("\n")[1]).not.toBe("");
  });

  it.each<[ErrorCode, string]>([
    ["plan.unknown", "masterplan list"],
    ["run.unknown", "masterplan list"],
    ["review.notOpen", "masterplan status"],
    ["model.none", "--offline"],
  ])("CL-2 names the command that helps with %s", async (code, command) => {
    const fail = () => Promise.reject(new MasterPlanError(code, "It failed", { hint: "Look around" }));
    expect((await call(["list"], { list: fail })).err).toContain(command);
  });

  it("CL-2 names every fault of a plan with its place", async () => {
    const faults = [
      { pointer: "/phases/0/name", code: "plan.required", message: "The field name is missing", line: 4 },
      { pointer: "line 7", code: "plan.syntax", message: "This is not valid JSON", line: 7 },
    ];
    const { err } = await call(
      ["import", "x.json"],
      {
        importPlan: () =>
          Promise.reject(
            new MasterPlanError("plan.invalid", "No plan", { details: { faults, name: "x.json" } }),
          ),
      },
      { readFile: () => Promise.resolve("{}") },
    );
    expect(err).toContain("x.json: /phases/0/name (line 4): The field name is missing (and 1 more)\n");
    expect(err).toContain("  line 7: This is not valid JSON\n");
  });

  it("CL-5 speaks the language that is asked for, or that of the system", async () => {
    const translate = (language: "en" | "es") =>
      createTranslate(language === "es" ? { "There is no command {0}": "No existe el comando {0}" } : {});
    expect((await call(["nope", "--lang", "es"], {}, { translate })).err).toContain(
      "No existe el comando nope",
    );
    expect((await call(["nope"], {}, { translate, env: { LANG: "es_ES.UTF-8" } })).err).toContain(
      "No existe",
    );
    expect((await call(["nope", "--lang", "en"], {}, { translate, env: { LANG: "es_ES" } })).err).toContain(
      "There is no",
    );
    const opened = await call(["list", "--lang=es"], {
      list: () => Promise.resolve({ plans: [], approvals: [], runs: [], current: null }),
    });
    expect(opened.opened?.language).toBe("es");
  });

  it("CL-6 opens the folder and storage that were named, with the model of the flags", async () => {
    const { opened } = await call(
      [
        "--workspace",
        "app",
        "list",
        "--storage",
        "state",
        "--base-url",
        "http://127.0.0.1:1/v1",
        "--model",
        "m",
      ],
      { list: () => Promise.resolve({ plans: [], approvals: [], runs: [], current: null }) },
    );
    expect(opened).toEqual({
      workspace: "/workspace/app",
      storage: "/workspace/state",
      language: "en",
      model: { baseUrl: "http://127.0.0.1:1/v1", model: "m" },
    });
  });

  it("CL-7 prints the questions and ends with 3 without a terminal", async () => {
    const questions = [{ id: "q1", question: "Which database?", why_we_ask: "It decides the schema" }];
    const { code, out } = await call(["plan", "Add login", "--json"], {
      plan: () => Promise.resolve({ questions }),
    });
    expect(code).toBe(3);
    expect(JSON.parse(out)).toEqual({ questions });
  });

  it("CL-7 asks on a terminal and plans with the answers", async () => {
    const seen: PlanParams[] = [];
    const asked: string[] = [];
    const questions = [
      { id: "q1", question: "Which database?", why_we_ask: "It decides the schema" },
      { id: "q2", question: "Anything else?", why_we_ask: "" },
    ];
    const { code, out } = await call(
      ["plan", "Add login"],
      {
        plan: (params) => {
          seen.push(params);
          return Promise.resolve(
            params.answers === undefined
              ? { questions }
              : { id: planId, version: 1, hash: "h", tasks: 5, findings: [] },
          );
        },
      },
      {
        interactive: true,
        ask: (question) => {
          asked.push(question);
          return Promise.resolve(asked.length === 1 ? " PostgreSQL " : "");
        },
      },
    );
    expect(code).toBe(0);
    expect(seen).toEqual([{ request: "Add login" }, { request: "Add login", answers: { q1: "PostgreSQL" } }]);
    expect(asked[0]).toContain("Which database?");
    expect(asked[0]).toContain("It decides the schema");
    expect(out).toContain(planId);
  });

  it("CL-7 takes answers from a file and refuses what is no object", async () => {
    const seen: PlanParams[] = [];
    const plan = (params: PlanParams) => {
      seen.push(params);
      return Promise.resolve({ id: planId, version: 1, hash: "h", tasks: 5, findings: [] });
    };
    const args = ["plan", "Add login", "--answers", "a.json", "--no-discovery", "--offline"];
    await call(args, { plan }, { readFile: () => Promise.resolve('{"q1": "x"}') });
    expect(seen).toEqual([{ request: "Add login", answers: { q1: "x" }, no_discovery: true, offline: true }]);
    const bad = await call(args, { plan }, { readFile: () => Promise.resolve("[1]") });
    expect([bad.code, seen.length]).toEqual([2, 1]);
  });

  it("CL-8 hands decisions over as they were made", async () => {
    const reviews: ReviewParams[] = [];
    const review = (params: ReviewParams) => {
      reviews.push(params);
      return Promise.resolve({ accepted: params.decision === "accept", commit: null });
    };
    await call(
      [
        "review",
        runId,
        "t1",
        "--accept",
        "--hunks",
        "1,3-4",
        "--protected",
        "package.json",
        "--waive",
        "lint",
        "--waive",
        "types",
      ],
      { review },
    );
    await call(
      ["review", runId, "t1", "--reject", "--reason", "too long", "--keep-hunks", "2", "--by", "ana"],
      { review },
    );
    expect(reviews).toEqual([
      {
        run: runId,
        task: "t1",
        decision: "accept",
        hunks: [1, 3, 4],
        protected_files: ["package.json"],
        waivers: ["lint", "types"],
      },
      { run: runId, task: "t1", decision: "reject", hunks: [2], reason: "too long", by: "ana" },
    ]);
    const tasks: TaskParams[] = [];
    const task = (params: TaskParams) => {
      tasks.push(params);
      return Promise.resolve({ status: "done" as const });
    };
    await call(["task", runId, "t1", "--done", "--note", "seen"], { task });
    await call(["task", runId, "t1", "--solution", "s2"], { task });
    expect(tasks).toEqual([
      { run: runId, task: "t1", action: "done", note: "seen" },
      { run: runId, task: "t1", action: "solution", solution: "s2" },
    ]);
    let gated: unknown;
    await call(["gate", runId, "p1", "--no-go", "--reason", "red"], {
      gate: (params) => {
        gated = params;
        return Promise.resolve({ status: "no_go" });
      },
    });
    expect(gated).toEqual({ run: runId, phase: "p1", go: false, reason: "red" });
  });

  it("CL-8 hands the options of a run over", async () => {
    let seen: RunParams | undefined;
    const { err } = await call(
      [
        "run",
        "anything",
        "--concurrency",
        "2",
        "--review",
        "accept",
        "--target",
        "detached",
        "--budget",
        "1.5",
        "--until",
        "p1",
      ],
      {
        onEvent: () => ({ dispose: () => undefined }),
        run: (params) => {
          seen = params;
          return Promise.reject(new MasterPlanError("gate.unknownApproval", "no"));
        },
      },
    );
    expect(seen).toEqual({
      approval: "anything",
      concurrency: 2,
      review: "accept",
      target: "detached",
      budget_usd: 1.5,
      until_phase: "p1",
    });
    expect(err).toContain("gate.unknownApproval");
  });

  it("CL-9 lint ends with 1 on faults and 0 on findings", async () => {
    const findings = [{ code: "no_proof", task_id: "t1", message: "Has no proof" }];
    const file = { readFile: () => Promise.resolve("{}") };
    const clean = await call(
      ["lint", "p.json"],
      { lint: () => Promise.resolve({ faults: [], findings }) },
      file,
    );
    expect([clean.code, clean.out.includes("Has no proof")]).toEqual([0, true]);
    const faults = [{ pointer: "/x", code: "plan.type", message: "Wrong" }];
    const broken = await call(
      ["lint", "p.json", "--json"],
      { lint: () => Promise.resolve({ faults, findings: [] }) },
      file,
    );
    expect([broken.code, JSON.parse(broken.out)]).toEqual([1, { faults, findings: [] }]);
  });

  it("CL-9 verify ends with 1 when the chain is broken, and names the first bad entry", async () => {
    const verify = () => Promise.resolve({ ok: false, frames: 7, first_bad: 5, problems: ["frame 5"] });
    const { code, out } = await call(["verify", "--json"], { verify });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({ ok: false, frames: 7, firstBad: 5, problems: ["frame 5"] });
  });
});
