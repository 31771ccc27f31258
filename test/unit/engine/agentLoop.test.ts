import { describe, expect, test } from "vitest";
import { MasterPlanError } from "../../../src/core/errors";
import type { Task } from "../../../src/core/plan/plan";
import type { Evidence } from "../../../src/core/validation/evidence";
import { runAgent, type AgentRequest, type AgentStep } from "../../../src/engine/agent/agentLoop";
import type { ModelInfo, ModelPart } from "../../../src/ports/languageModel";
import { aPlan, aTask } from "../../support/builders";
import { calls, harness, ListedModel, MemoryFiles, says } from "../../support/modelHarness";

const task = aTask("T-01", {
  file_scope: { write: ["src/**"] },
  subtasks: [{ subtask_id: "T-01.1", title: "First" }],
  acceptance_criteria: ["It works"],
});
const passed: Evidence = {
  check: "test",
  layer: "tests",
  severity: "critical",
  status: "passed",
  summary: "3 of 3",
  duration_ms: 1,
};
const finish = calls(["finish", { summary: "Done", decisions: [{ decision: "A", rationale: "B" }] }]);
const aText = "one\ntwo\nthree\n";

interface Attempt {
  readonly model: ListedModel;
  readonly files: MemoryFiles;
  readonly steps: AgentStep[];
  readonly result: Awaited<ReturnType<typeof runAgent>>;
  /** The text that the model got back for its last calls. */
  readonly answers: readonly string[];
}

async function attempt(
  steps: readonly (readonly ModelPart[] | Error)[],
  over: Partial<AgentRequest> & {
    readonly info?: Partial<ModelInfo>;
    readonly contents?: Record<string, string>;
    readonly of?: Task;
  } = {},
): Promise<Attempt> {
  const { info, contents, of, ...request } = over;
  const model = new ListedModel(steps, info);
  const files = new MemoryFiles(contents ?? { "src/a.ts": aText, ".env": "KEY=hush" });
  const seen: AgentStep[] = [];
  const result = await runAgent({
    client: harness(model).client,
    plan: aPlan([of ?? task]),
    task: of ?? task,
    planHash: "hash",
    files,
    feedback: [],
    checks: ["test"],
    runCheck: () => Promise.resolve(passed),
    maxSteps: 8,
    onStep: (step) => void seen.push(step),
    signal: new AbortController().signal,
    ...request,
  });
  const last = model.requests.at(-1)?.messages ?? [];
  return {
    model,
    files,
    steps: seen,
    result,
    answers: last.flatMap((message) => (message.role === "tool" ? [message.content] : [])),
  };
}

describe("tools", () => {
  test("a task is read, edited, checked and finished", async () => {
    const { result, files, steps, answers } = await attempt([
      calls(
        ["read_file", { path: "src/a.ts" }],
        ["update_subtask", { subtask_id: "T-01.1", status: "in_progress" }],
      ),
      calls(
        ["edit_file", { path: "src/a.ts", edits: [{ search: "two", replace: "2" }] }],
        ["write_file", { path: "src/b.ts", content: "new\n" }],
      ),
      calls(["run_check", { check: "test" }]),
      finish,
    ]);
    expect(result).toEqual({
      ok: true,
      value: {
        summary: "Done",
        decisions: [{ decision: "A", rationale: "B" }],
        surprises: [],
        touched: ["src/a.ts", "src/b.ts"],
        steps: 4,
        recorded: false,
      },
    });
    expect(files.contents.get("src/a.ts")).toBe("one\n2\nthree\n");
    expect(answers[0]).toContain("    2\ttwo");
    expect(answers.at(-1)).toBe("test: passed. 3 of 3");
    expect(steps.map((step) => [step.tool, step.text, step.ok])).toEqual([
      ["read_file", "src/a.ts", true],
      ["update_subtask", "T-01.1: in_progress", true],
      ["edit_file", "src/a.ts", true],
      ["write_file", "src/b.ts", true],
      ["run_check", "test: passed", true],
      ["finish", "Done", true],
    ]);
    expect(steps[1]?.subtask).toEqual({ subtask_id: "T-01.1", status: "in_progress" });
  });

  test.each([
    [
      "a tool that does not exist",
      "run_shell",
      { command: "rm -rf /" },
      /There is no tool run_shell. The tools are: list_files/u,
    ],
    ["arguments that are no JSON", "read_file", '{"path": "src/a.ts', /not valid JSON/u],
    ["a missing argument", "read_file", {}, /\/path: The field path is missing/u],
    ["a wrong type", "read_file", { path: 5 }, /Wrong arguments for read_file: \/path/u],
    ["a path that leaves the workspace", "read_file", { path: "../../etc/passwd" }, /\.\./u],
    ["an absolute path", "write_file", { path: "/etc/passwd", content: "x" }, /Error/u],
    ["the repository's own folder", "write_file", { path: ".git/hooks/pre-commit", content: "x" }, /Error/u],
    [
      "a file that is not there",
      "read_file",
      { path: "a.ts" },
      /There is no file a.ts. Did you mean src\/a.ts\?/u,
    ],
    [
      "a search text that is not there",
      "edit_file",
      { path: "src/a.ts", edits: [{ search: "four", replace: "4" }] },
      /src\/a.ts/u,
    ],
    [
      "a check that does not exist",
      "run_check",
      { check: "deploy" },
      /There is no check deploy. There are: test/u,
    ],
    [
      "a subtask that does not exist",
      "update_subtask",
      { subtask_id: "X", status: "completed" },
      /There is no subtask X. There are: T-01.1/u,
    ],
    [
      "a bad regular expression",
      "search_text",
      { query: "(", is_regex: true },
      /no JavaScript regular expression/u,
    ],
  ])("AG-1 %s is answered with advice and changes nothing", async (_title, name, args, text) => {
    const { answers, files, steps, result } = await attempt([calls([name, args]), finish]);
    expect(answers[0]).toMatch(text);
    expect(steps[0]).toMatchObject({ tool: name, ok: false });
    expect([...files.contents]).toEqual([
      ["src/a.ts", aText],
      [".env", "KEY=hush"],
    ]);
    expect(result.ok).toBe(true);
  });

  test("AG-2 secret files are neither read nor found nor shown by a failed edit", async () => {
    const { model, result } = await attempt([
      calls(
        ["read_file", { path: ".env" }],
        ["search_text", { query: "KEY" }],
        ["edit_file", { path: ".env", edits: [{ search: "KEY=x", replace: "" }] }],
      ),
      finish,
    ]);
    expect(result.ok).toBe(true);
    expect(JSON.stringify(model.requests)).not.toContain("hush");
  });

  test("AG-3 the same call again is answered with advice, and going on like that ends the attempt", async () => {
    const again = calls(["read_file", { path: "src/a.ts" }]);
    const { answers, result } = await attempt(Array(8).fill(again), { maxSteps: 20 });
    expect(result).toMatchObject({ ok: false, error: { code: "model.looped" } });
    expect(answers[1]).toContain("two");
    expect(answers[2]).toMatch(/same call 3 times/u);
  });

  test("AG-3 reading again after a change is no circle", async () => {
    const read = calls(["read_file", { path: "src/a.ts" }]);
    const write = (text: string) => calls(["write_file", { path: "src/a.ts", content: text }]);
    const { result, answers } = await attempt(
      [read, write("1\n"), read, write("2\n"), read, write("3\n"), read, finish],
      { maxSteps: 20 },
    );
    expect(result.ok).toBe(true);
    expect(answers.at(-1)).toContain("3");
  });

  test("AG-4 the rounds are limited", async () => {
    const { result, model } = await attempt(
      [1, 2, 3].map((line) => calls(["read_file", { path: "src/a.ts", start_line: line }])),
      { maxSteps: 3 },
    );
    expect(result).toMatchObject({ ok: false, error: { code: "model.stepsExceeded" } });
    expect(model.requests).toHaveLength(3);
  });

  test("answers that were cut by the length limit are not used", async () => {
    const cut: ModelPart[] = [
      {
        type: "tool_call",
        call: { id: "c", name: "write_file", arguments: '{"path":"src/a.ts","content":"ha' },
      },
      { type: "end", finish: "length", usage: null },
    ];
    const once = await attempt([cut, finish]);
    expect([once.result.ok, once.files.contents.get("src/a.ts")]).toEqual([true, aText]);
    const always = await attempt([cut, cut, cut]);
    expect(always.result).toMatchObject({ ok: false, error: { code: "model.truncated" } });
  });

  test("calls that share an id across answers still find their results", async () => {
    const { model } = await attempt([
      calls(["list_files", {}]),
      calls(["list_files", { path: "src" }]),
      finish,
    ]);
    const ids = model.requests
      .at(-1)
      ?.messages.flatMap((message) => (message.role === "tool" ? [message.tool_call_id] : []));
    expect(new Set(ids).size).toBe(2);
  });

  test("words alone are answered with a nudge, and at last end the attempt", async () => {
    const { result } = await attempt([says("Let me think."), says("Still thinking."), says("Hmm.")]);
    expect(result).toMatchObject({ ok: false, error: { code: "model.badAnswer" } });
    const recovered = await attempt([says("Let me think."), finish]);
    expect(recovered.result.ok).toBe(true);
  });

  test("edits outside the task's scope are applied and named", async () => {
    const { answers } = await attempt([
      calls(["write_file", { path: "package.json", content: "{}\n" }]),
      finish,
    ]);
    expect(answers[0]).toMatch(/Outside the task's file scope.*package.json/u);
  });

  test("cancelling stops between calls", async () => {
    const controller = new AbortController();
    const both = calls(
      ["read_file", { path: "src/a.ts" }],
      ["write_file", { path: "src/a.ts", content: "x\n" }],
    );
    const { result, files } = await attempt([both], {
      signal: controller.signal,
      onStep: () => controller.abort(),
    });
    expect(result).toMatchObject({ ok: false, error: { code: "cancelled" } });
    expect(files.contents.get("src/a.ts")).toBe(aText);
  });

  test("a full context loses old results, never the task", async () => {
    const long = "x".repeat(3000);
    const contents = Object.fromEntries([1, 2, 3, 4, 5].map((number) => [`src/${number}.ts`, long]));
    const reads = [1, 2, 3, 4, 5].map((number) => calls(["read_file", { path: `src/${number}.ts` }]));
    const tooLong = new MasterPlanError("model.contextTooLong", "Too long", {
      details: { retryable: false },
    });
    const { model, result } = await attempt([...reads, tooLong, finish], { contents });
    expect(result.ok).toBe(true);
    const sent = model.requests.at(-1)?.messages ?? [];
    expect(sent.filter((message) => message.content.startsWith("(left out"))).toHaveLength(2);
    expect(sent.slice(0, 2)).toEqual(model.requests[0]?.messages);
  });
});

describe("models without tool calling", () => {
  const edit = "I count in digits.\n\nsrc/a.ts\n<<<<<<< SEARCH\ntwo\n=======\n2\n>>>>>>> REPLACE\n";

  test("AG-5 edits as text end the attempt", async () => {
    const { result, files, model } = await attempt([says(edit)], { info: { supports_tools: false } });
    expect(result).toMatchObject({
      ok: true,
      value: { summary: "I count in digits.", touched: ["src/a.ts"] },
    });
    expect(files.contents.get("src/a.ts")).toBe("one\n2\nthree\n");
    expect(model.requests[0]?.tools).toBeUndefined();
    expect(model.requests[0]?.messages[0]?.content).toContain("<<<<<<< SEARCH");
  });

  test("AG-5 a server that refuses tools is asked again in text", async () => {
    const refused = new MasterPlanError("model.rejected", "tools are not supported", {
      details: { status: 400, about: "tools" },
    });
    const { result, model } = await attempt([refused, says(edit)]);
    expect(result.ok).toBe(true);
    expect(model.requests.map((request) => request.tools === undefined)).toEqual([false, true]);
  });

  test("AG-5 files can be asked for, and an edit that does not apply comes back with the closest text", async () => {
    const wrong = edit.replace("\ntwo\n", "\ntwoo\n");
    const { result, model, files } = await attempt(
      [says("READ src/a.ts\nREAD .env"), says(wrong), says(edit)],
      { info: { supports_tools: false } },
    );
    expect(result.ok).toBe(true);
    expect(model.requests[1]?.messages.at(-1)?.content).toContain("    2\ttwo");
    expect(model.requests[2]?.messages.at(-1)?.content).toMatch(/Nothing was changed.*\n.*src\/a.ts/u);
    expect(JSON.stringify(model.requests)).not.toContain("hush");
    expect(files.contents.get("src/a.ts")).toBe("one\n2\nthree\n");
  });

  test("AG-5 one edit that does not apply takes none of the others", async () => {
    const two = `${edit}\nsrc/b.ts\n<<<<<<< SEARCH\nmissing\n=======\nx\n>>>>>>> REPLACE\n`;
    const { result, files } = await attempt([says(two), says("no"), says("no"), says("no")], {
      info: { supports_tools: false },
    });
    expect(result.ok).toBe(false);
    expect(files.contents.get("src/a.ts")).toBe(aText);
  });
});
