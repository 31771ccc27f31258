import { describe, expect, test } from "vitest";
import { agentPrompt } from "../../../src/engine/prompts/agentPrompt";
import { failurePrompt } from "../../../src/engine/prompts/failurePrompt";
import { planPrompt, questionsPrompt } from "../../../src/engine/prompts/plannerPrompts";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parsePlan } from "../../../src/core/plan/parsePlan";
import { tasksOf } from "../../../src/core/plan/plan";
import type { ModelMessage } from "../../../src/ports/languageModel";

const parsed = parsePlan(
  JSON.parse(
    readFileSync(path.join(import.meta.dirname, "../../../media/sample/plan.masterplan.json"), "utf8"),
  ),
);
if (!parsed.ok) throw new Error("The sample plan is broken");
const { plan } = parsed.value;
const [first, second] = tasksOf(plan).map((one) => one.task);
if (first === undefined || second === undefined) throw new Error("The sample plan has no tasks");
const feedback = [
  { attempt: 1, source: "validation" as const, text: "test: 1 of 12 failed: a todo keeps its priority" },
  { attempt: 2, source: "review" as const, text: "Refuse an unknown priority" },
];
const kept = "@@ -1 +1,4 @@\n+export const priorities";
const facts = {
  project_name: "todo-list",
  languages: ["TypeScript"],
  scripts: { test: "node --test" },
  checks: [
    {
      name: "test",
      layer: "tests" as const,
      severity: "critical" as const,
      command: ["npm", "run", "test"],
      cwd: "",
      source: "package.json#/scripts/test",
      timeout_ms: 1,
    },
  ],
  files: ["package.json", "src/todo.ts"],
  documents: [{ path: "README.md", text: "# Todo list" }],
};

function asText(messages: readonly ModelMessage[]): string {
  return `${messages.map((message) => `<<${message.role}>>\n${message.content}`).join("\n")}\n`;
}

describe("prompts", () => {
  test("a task with feedback and kept hunks is the golden one", async () => {
    const examples = ["Tests use node:test"];
    const text = asText(
      agentPrompt({
        plan,
        task: first,
        mode: "tools",
        checks: ["test", "lint"],
        feedback,
        keptHunks: kept,
        examples,
        context: ["T-00: Set up"],
      }),
    );
    await expect(text).toMatchFileSnapshot("../../fixtures/model/agentPrompt.golden.txt");
  });

  test("planning and failure analysis are the golden ones", async () => {
    const failure = failurePrompt({
      plan,
      task: second,
      done: ["T-01 Add a priority to todos"],
      attempts: [{ number: 1, summary: "Tried", feedback: ["test failed"], diff: "-a\n+b" }],
    });
    const source = { request: "Add priorities", facts, discovery: null, answers: { Q1: "Yes" } };
    const parts = [questionsPrompt("Add priorities", facts), planPrompt(source), failure]
      .map(asText)
      .join("\n=====\n");
    await expect(parts).toMatchFileSnapshot("../../fixtures/model/plannerPrompts.golden.txt");
  });

  test("PR-1 the prefix is the same for every task of a plan, with feedback or without", () => {
    const prefix = (task: typeof first, with_feedback: boolean) =>
      agentPrompt({ plan, task, mode: "tools", checks: [], feedback: with_feedback ? feedback : [] })[0]
        ?.content;
    expect(prefix(first, true)).toBe(prefix(second, false));
  });

  test("PR-2 the task's part holds id, criteria, contracts, scope, feedback and kept hunks", () => {
    const text =
      agentPrompt({ plan, task: first, mode: "tools", checks: ["test"], feedback, keptHunks: kept })[1]
        ?.content ?? "";
    for (const part of [
      "# Task T-01: Add a priority to todos",
      "[AC-1] A todo can be added with a priority of low, medium or high (proved by test)",
      "file_exists path=src/todo.ts",
      "export_available name=priorities from=src/todo.ts",
      "may write: src/todo.ts, test/priority.test.ts",
      "T-01.2 Take one in add",
      "Attempt 2: a person sent it back\nRefuse an unknown priority",
      kept,
      "test (required by this task)",
    ]) {
      expect(text).toContain(part);
    }
    expect(text.indexOf("## Feedback")).toBeGreaterThan(text.indexOf("## File scope"));
  });
});
