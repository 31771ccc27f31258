import { execSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createNodeWorkspaceFiles } from "../../../src/adapters/node/files/nodeWorkspaceFiles";
import { loadRecordedModel } from "../../../src/adapters/recorded/loadRecordedModel";
import { parsePlan } from "../../../src/core/plan/parsePlan";
import { tasksOf, type Plan } from "../../../src/core/plan/plan";
import { readiness } from "../../../src/core/plan/lint/readiness";
import type { Evidence } from "../../../src/core/validation/evidence";
import { runAgent } from "../../../src/engine/agent/agentLoop";
import type { AgentFeedback, AgentOutcome, AgentStep } from "../../../src/engine/agent/agentOutcome";
import { createPlanner } from "../../../src/engine/plan/planner";
import { harness } from "../../support/modelHarness";

const root = path.join(import.meta.dirname, "../../..");
const recording = path.join(root, "media/sample/recording.json");
const planFile = path.join(root, "media/sample/plan.masterplan.json");
const request = "Add priorities and CSV export";
const passed: Evidence = {
  check: "test",
  layer: "tests",
  severity: "critical",
  status: "passed",
  summary: "all passed",
  duration_ms: 1,
};

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "masterplan-story-"));
  cpSync(path.join(root, "test/sample/workspace"), folder, { recursive: true });
});

afterEach(() => rmSync(folder, { recursive: true }));

function samplePlan(): Plan {
  const parsed = parsePlan(JSON.parse(readFileSync(planFile, "utf8")));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value.plan;
}

async function carryOut(
  taskId: string,
  feedback: readonly AgentFeedback[] = [],
): Promise<{ outcome: AgentOutcome; steps: AgentStep[] }> {
  const plan = samplePlan();
  const task = tasksOf(plan).find((one) => one.task.task_id === taskId)?.task;
  if (task === undefined) throw new Error(taskId);
  const steps: AgentStep[] = [];
  const result = await runAgent({
    client: harness(loadRecordedModel(recording)).client,
    plan,
    task,
    planHash: "hash",
    files: createNodeWorkspaceFiles({ root: folder }),
    feedback,
    checks: ["test", "lint"],
    runCheck: () => Promise.resolve(passed),
    maxSteps: 20,
    onStep: (step) => void steps.push(step),
    signal: new AbortController().signal,
  });
  if (!result.ok) throw result.error;
  return { outcome: result.value, steps };
}

/** Runs a script of the workspace's manifest as npm does, without the time that npm itself takes. */
function check(script: "test" | "lint"): void {
  const { scripts } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const PATH = `${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"] ?? ""}`;
  execSync(scripts[script] ?? "exit 1", { cwd: folder, stdio: "pipe", env: { ...process.env, PATH } });
}

describe("the sample story", () => {
  test("its plan has no findings", () => {
    const options = {
      fileExists: (file: string) => existsSync(path.join(folder, file)),
      checkNames: ["test", "lint"],
    };
    expect(readiness(samplePlan(), (text, ...args) => [text, ...args].join(" "), options)).toEqual([]);
  });

  test("its plan is what the recording answers to its request, and to no other", async () => {
    const planner = createPlanner({ client: harness(loadRecordedModel(recording)).client });
    const facts = {
      project_name: "todo-list",
      languages: ["TypeScript"],
      scripts: {},
      checks: [],
      files: [],
      documents: [],
    };
    const signal = new AbortController().signal;
    const draft = await planner.draft({ request, facts }, signal);
    expect(draft).toMatchObject({ ok: true, value: { kind: "plan", plan: samplePlan(), recorded: true } });
    const other = await planner.draft({ request: "Write a compiler", facts }, signal);
    expect(other).toMatchObject({ ok: false, error: { code: "model.noRecording" } });
  });

  test.each([false, true])(
    "every task applies and the workspace's checks pass after each (sent back first: %s)",
    async (sentBack) => {
      const plan = samplePlan();
      for (const { task } of tasksOf(plan)) {
        const first = await carryOut(task.task_id);
        expect(first.steps.filter((step) => !step.ok)).toEqual([]);
        if (sentBack && task.task_id === "T-01") {
          expect(first.outcome.touched).toEqual(["src/todo.ts"]);
          const again = await carryOut("T-01", [
            { attempt: 1, source: "review", text: "Refuse an unknown priority" },
          ]);
          expect(again.outcome.summary).toMatch(/unknown priority is refused/u);
        }
        check("test");
        check("lint");
      }
      if (sentBack) expect(existsSync(path.join(folder, "test/priority.test.ts"))).toBe(true);
    },
  );

  test("the answer to feedback applies to the untouched file as well", async () => {
    const { outcome } = await carryOut("T-01", [
      { attempt: 1, source: "review", text: "Refuse an unknown priority" },
    ]);
    expect(outcome.touched).toEqual(["src/todo.ts", "test/priority.test.ts"]);
    check("test");
  });
});
