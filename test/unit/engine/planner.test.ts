import { describe, expect, test } from "vitest";
import { toStrictSchema } from "../../../src/core/answer/strictSchema";
import type { JsonObject } from "../../../src/core/json";
import { tasksOf } from "../../../src/core/plan/plan";
import { planSchema } from "../../../src/core/plan/planSchema";
import { createPlanner, type PlanDraftRequest } from "../../../src/engine/plan/planner";
import type { ModelPart } from "../../../src/ports/languageModel";
import { aPlan, aTask } from "../../support/builders";
import { harness, ListedModel, says } from "../../support/modelHarness";

const signal = new AbortController().signal;
const facts = {
  project_name: "sample",
  languages: ["TypeScript"],
  scripts: { test: "vitest run" },
  checks: [],
  files: ["src/a.ts"],
  documents: [{ path: "README.md", text: "# Sample" }],
};
const request: PlanDraftRequest = { request: "Do the sample", facts, noDiscovery: true };
const good = aPlan([aTask("T-01"), aTask("T-02", { depends_on: ["T-01"] })]);
const discovery = {
  business_domain: { domain: "Samples", problem_statement: "There are none" },
  bounded_contexts: [{ name: "Core" }],
  workflows: [{ name: "Make one" }],
  business_rules: [{ id: "BR-1", description: "One at a time" }],
};

function answers(...values: readonly unknown[]): ModelPart[][] {
  return values.map((value) => says(typeof value === "string" ? value : JSON.stringify(value)));
}

async function draft(values: readonly unknown[], over: Partial<PlanDraftRequest> = {}) {
  const model = new ListedModel(answers(...values));
  const result = await createPlanner({ client: harness(model).client }).draft(
    { ...request, ...over },
    signal,
  );
  return { model, result };
}

describe("planning", () => {
  test("a plan comes back whole, with the person's own request", async () => {
    const { model, result } = await draft([{ ...good, user_request_original: "Something else" }]);
    expect(result).toMatchObject({
      ok: true,
      value: { kind: "plan", plan: good, discovery: null, recorded: false },
    });
    expect(model.requests[0]?.schema).toEqual({ name: "masterplan", schema: toStrictSchema(planSchema) });
  });

  test("questions first, then with answers the document and the plan", async () => {
    const question = {
      id: "Q1",
      category: "workflows",
      question: "Who?",
      why_we_ask: "It decides",
      options: ["A", "B"],
    };
    const first = await draft([{ questions: [question] }], { noDiscovery: false });
    expect(first.result).toEqual({ ok: true, value: { kind: "questions", questions: [question] } });
    const second = await draft([discovery, good], { noDiscovery: false, answers: { Q1: "A" } });
    expect(second.result).toMatchObject({ ok: true, value: { kind: "plan", discovery } });
    expect(second.model.requests.map((sent) => sent.schema?.name)).toEqual([
      "discovery_document",
      "masterplan",
    ]);
    expect(second.model.requests[0]?.messages[1]?.content).toContain("- Q1: A");
    expect(second.model.requests[1]?.messages[1]?.content).toContain('"BR-1"');
  });

  test("no questions means planning goes on at once", async () => {
    const { result } = await draft([{ questions: [] }, discovery, good], { noDiscovery: false });
    expect(result).toMatchObject({ ok: true, value: { kind: "plan", discovery } });
  });

  test("a model cannot claim that work is done", async () => {
    const claiming = JSON.parse(JSON.stringify(good)) as {
      phases: { milestones: { tasks: JsonObject[] }[] }[];
    };
    claiming.phases[0]!.milestones[0]!.tasks[0] = {
      ...claiming.phases[0]!.milestones[0]!.tasks[0]!,
      status: "completed",
    };
    expect((await draft([claiming])).result).toMatchObject({ ok: true, value: { claimed: null } });
  });
});

describe("bad answers", () => {
  const withTask = (over: JsonObject): JsonObject => {
    const plan = JSON.parse(JSON.stringify(good)) as { phases: { milestones: { tasks: JsonObject[] }[] }[] };
    Object.assign(plan.phases[0]!.milestones[0]!.tasks[0]!, over);
    return plan;
  };

  test.each([
    ["broken JSON", '{"schema_version": 1, "phases": [}', /the answer as a whole: Broken JSON on line 1/u],
    ["prose alone", "I am afraid I cannot.", /the answer as a whole: The answer holds no JSON/u],
    ["a cut plan", JSON.stringify(good).slice(0, -20), /never ends/u],
    ["a missing field", { ...good, phases: undefined }, /\/phases: The field phases is missing/u],
    ["a wrong type", withTask({ depends_on: "T-02" }), /\/phases\/0\/milestones\/0\/tasks\/0\/depends_on/u],
    ["an unknown word", withTask({ task_type: "magic" }), /task_type/u],
    ["a cycle", withTask({ depends_on: ["T-02"] }), /T-01.*T-02|T-02.*T-01/u],
    [
      "a path that leaves the workspace",
      withTask({ file_scope: { write: ["../outside.ts"] } }),
      /file_scope\/write\/0/u,
    ],
    ["an absolute path", withTask({ file_scope: { write: ["/etc/passwd"] } }), /file_scope\/write\/0/u],
    ["a dependency that does not exist", withTask({ depends_on: ["T-99"] }), /T-99/u],
    ["a repeated id", withTask({ task_id: "t-02" }), /[Tt]-02/u],
  ])("MODEL-9 %s goes back twice and then ends with place and next step", async (_title, bad, place) => {
    const { model, result } = await draft([
      bad,
      typeof bad === "string" ? `${bad} ` : { ...bad, objective: "again" },
      bad,
    ]);
    expect(result).toMatchObject({ ok: false, error: { code: "model.badAnswer" } });
    if (result.ok) return;
    expect(result.error.message).toMatch(place);
    expect(result.error.hint).toMatch(/Nothing was stored.*template planner/u);
    expect(model.requests).toHaveLength(3);
    expect(model.requests[1]?.messages.at(-1)?.content).toMatch(place);
  });

  test("a repaired answer is taken, prose and all", async () => {
    const { result } = await draft([
      withTask({ depends_on: ["T-02"] }),
      `Corrected:\n\`\`\`json\n${JSON.stringify(good)}\n\`\`\``,
    ]);
    expect(result).toMatchObject({ ok: true, value: { plan: good } });
  });

  test("unknown fields are kept aside, not lost", async () => {
    const { result } = await draft([withTask({ mood: "good" })]);
    if (!result.ok || result.value.kind !== "plan") throw new Error("no plan");
    expect(tasksOf(result.value.plan)[0]?.task.extra).toEqual({ mood: "good" });
  });
});

describe("a plan that is too large for one answer", () => {
  const cut: ModelPart[] = [
    { type: "text", text: '{"schema_version":1' },
    { type: "end", finish: "length", usage: null },
  ];
  const phase = (id: string, tasks: readonly unknown[]) => ({
    phase_id: id,
    name: `Phase ${id}`,
    milestones: [{ milestone_id: `${id}.M1`, name: "All", tasks }],
  });
  const brief = (task_id: string, depends_on: readonly string[] = []) => ({
    task_id,
    title: `Task ${task_id}`,
    depends_on,
  });
  const full = (task_id: string, depends_on: readonly string[] = []) => ({
    ...brief(task_id, depends_on),
    description: "Whole",
    task_type: "implementation",
  });
  const outline = { ...good, phases: [phase("P1", [brief("T-01")]), phase("P2", [brief("T-02", ["T-01"])])] };

  test("comes as an outline and then phase by phase", async () => {
    const steps = [
      cut,
      ...answers(outline, phase("P1", [full("T-01")]), phase("P2", [full("T-02", ["T-01"])])),
    ];
    const model = new ListedModel(steps);
    const result = await createPlanner({ client: harness(model).client }).draft(request, signal);
    expect(model.requests.map((sent) => sent.schema?.name)).toEqual([
      "masterplan",
      "masterplan_outline",
      "masterplan_phase",
      "masterplan_phase",
    ]);
    if (!result.ok || result.value.kind !== "plan") throw new Error("no plan");
    expect(tasksOf(result.value.plan).map(({ task }) => [task.task_id, task.description])).toEqual([
      ["T-01", "Whole"],
      ["T-02", "Whole"],
    ]);
  });

  test("a phase that forgets a task or is another one goes back", async () => {
    const steps = [
      cut,
      ...answers(
        outline,
        phase("P9", [full("T-01")]),
        phase("P1", [full("T-07")]),
        phase("P1", [full("T-01")]),
        phase("P2", [full("T-02")]),
      ),
    ];
    const model = new ListedModel(steps);
    const result = await createPlanner({ client: harness(model).client }).draft(request, signal);
    expect(result).toMatchObject({ ok: true });
    expect(model.requests[3]?.messages.at(-1)?.content).toContain("/phase_id: must be P1");
    expect(model.requests[4]?.messages.at(-1)?.content).toMatch(/T-01|T-02/u);
  });
});
