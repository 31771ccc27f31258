import { afterEach, expect, it } from "vitest";
import type { MasterPlan } from "../../../src/engine/masterPlan";
import type { LanguageModel, ModelPart, ModelRequest } from "../../../src/ports/languageModel";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";

let folder: WorkspaceFolder | null = null;
let masterPlan: MasterPlan | null = null;

afterEach(async () => {
  await masterPlan?.dispose();
  await folder?.dispose();
  masterPlan = folder = null;
});

const solution = (id: string, description: string) => ({
  id,
  title: `Solution ${id}`,
  description,
  action: "retry",
  success_probability: 0.5,
});

const analysis = {
  root_cause: "Nothing is written",
  symptoms: ["out.txt is missing"],
  why_retries_failed: ["The same was tried again"],
  conclusion: "Write the file",
  proposed_solutions: [
    solution("S1", "Write out.txt with the word hello"),
    solution("S2", "Ask a person"),
    solution("S3", "Leave it out"),
  ],
};

/** Writes the file only once it was told the first solution; asked for the cause, it answers `cause`. */
function stubborn(cause: string): { readonly model: LanguageModel; readonly requests: ModelRequest[] } {
  const requests: ModelRequest[] = [];
  const usage = { input_tokens: 100, output_tokens: 10, cached_tokens: 0 };
  const model: LanguageModel = {
    info: { provider: "openai-compatible", model: "stubborn", origin: "http://127.0.0.1:1", recorded: false },
    async *send(request): AsyncGenerator<ModelPart> {
      await Promise.resolve();
      requests.push(request);
      if (request.purpose !== "task") {
        yield { type: "text", text: cause };
        yield { type: "end", finish: "stop", usage };
        return;
      }
      const told = JSON.stringify(request.messages).includes("Write out.txt with the word hello");
      const wrote = request.messages.some((message) => message.role === "tool");
      const call =
        told && !wrote
          ? { name: "write_file", arguments: JSON.stringify({ path: "out.txt", content: "hello\n" }) }
          : { name: "finish", arguments: JSON.stringify({ summary: "Done" }) };
      yield { type: "tool_call", call: { id: `c${requests.length}`, ...call } };
      yield { type: "end", finish: "tool_calls", usage };
    },
  };
  return { model, requests };
}

async function failing(model: LanguageModel) {
  folder = await makeWorkspace({ "README.md": "# Failing\n" });
  masterPlan = await folder.open({
    models: () => ({ model: () => Promise.resolve(model), describe: () => Promise.resolve([]) }),
  });
  const text = JSON.stringify({
    schema_version: 1,
    project_name: "Failing",
    user_request_original: "Write out.txt",
    phases: [
      {
        phase_id: "P1",
        name: "All",
        milestones: [
          {
            milestone_id: "M1",
            name: "All",
            tasks: [
              {
                task_id: "T1",
                title: "Write",
                description: "Write it",
                task_type: "implementation",
                depends_on: [],
                file_scope: { write: ["out.txt"] },
                postconditions: [{ type: "file_exists", path: "out.txt" }],
              },
            ],
          },
        ],
      },
    ],
  });
  const draft = await masterPlan.importPlan({ text, name: "f.masterplan.json", format: "auto" });
  const approval = await masterPlan.approve({ id: draft.id, hash: draft.hash });
  const { run } = await masterPlan.run({ approval: approval.id });
  await masterPlan.settled({ run });
  return { engine: masterPlan, run };
}

it("FA-1 a failure that repeats is analysed, and the solution a person takes goes into the next attempt", async () => {
  const { model, requests } = stubborn(JSON.stringify(analysis));
  const { engine, run } = await failing(model);
  expect((await engine.status({ id: run })).waiting).toMatchObject([{ kind: "failed", task: "T1" }]);
  const asked = requests.filter((request) => request.purpose === "failure_analysis");
  expect(asked).toHaveLength(1);
  expect(JSON.stringify(asked[0]?.messages)).toContain("out.txt");
  const events = await engine.log({ run });
  const analysed = events.find((event) => event.type === "failure.analysed");
  expect(analysed?.["analysis"]).toMatchObject({ root_cause: "Nothing is written" });

  await expect(engine.task({ run, task: "T1", action: "solution", solution: "S9" })).rejects.toMatchObject({
    code: "usage.invalid",
  });
  await engine.task({ run, task: "T1", action: "solution", solution: "S1" });
  await engine.settled({ run });
  expect((await engine.status({ id: run })).waiting).toMatchObject([{ kind: "review", task: "T1" }]);
});

it("FA-2 an analysis that cannot be read leaves the task failed and says so", async () => {
  const { model } = stubborn("I do not know.");
  const { engine, run } = await failing(model);
  expect((await engine.status({ id: run })).waiting).toMatchObject([{ kind: "failed", task: "T1" }]);
  const events = await engine.log({ run });
  expect(events.some((event) => event.type === "failure.analysed")).toBe(false);
  const said = events.filter((event) => event.type === "log").map((event) => event["message"]);
  expect(said).toContainEqual(expect.stringMatching(/^No failure analysis for T1: /u));
});
