import { expect, test } from "vitest";
import type { Logger } from "../../../src/ports/logger";
import { createModelClient } from "../../../src/engine/model/modelClient";
import { BudgetLedger } from "../../../src/engine/model/modelBudget";
import { isSameModel } from "../../../src/engine/model/sameModel";
import { countingIds, ListedModel, ManualClock } from "../../support/modelHarness";

test.each([
  ["gpt-4o", "gpt-4o-2024-08-06", true],
  ["openai/gpt-4o", "gpt-4o", true],
  ["qwen3", "qwen3:latest", true],
  ["qwen3-coder", "/models/Qwen3-Coder.gguf", true],
  ["mistral-large-latest", "mistral-large", true],
  ["gpt-4o", "gpt-4o-mini", false],
  ["gpt-5", "gpt-4o", false],
  ["o4-mini", "o4", false],
])("MODEL-11 asked for %s, answered by %s: the same is %s", (asked, answered, same) => {
  expect(isSameModel(asked, answered)).toBe(same);
});

test("MODEL-11 an answer of another model is kept under its own name and said in the log", async () => {
  const said: unknown[] = [];
  const logger: Logger = {
    log: (level, message, details) => void said.push([level, message, details]),
    child: () => logger,
  };
  const rows: unknown[] = [];
  const end = { type: "end", finish: "stop", usage: null, model: "tiny-1" } as const;
  const client = createModelClient({
    model: new ListedModel([[{ type: "text", text: "Hello" }, end]], { model: "large-1" }),
    clock: new ManualClock(),
    ids: countingIds(),
    logger,
    ledger: new BudgetLedger(null),
    scope: { run_id: null, plan_id: null },
    recorder: {
      opened: () => Promise.resolve(),
      closed: ({ row }) => Promise.resolve(void rows.push(row.model)),
    },
  });
  const request = { messages: [{ role: "user" as const, content: "Hello" }], purpose: "task" as const };
  expect((await client.chat(request, new AbortController().signal)).ok).toBe(true);
  expect(rows).toEqual(["tiny-1"]);
  expect(said).toContainEqual([
    "warn",
    "The server answered with another model than the one asked for",
    { asked: "large-1", answered: "tiny-1" },
  ]);
});
