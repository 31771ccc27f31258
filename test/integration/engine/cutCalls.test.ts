import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createIdSource, systemClock } from "../../../src/adapters/node/systemClock";
import { openStore } from "../../../src/adapters/sqljs/openStore";
import { MasterPlanError } from "../../../src/core/errors";
import type { MasterPlan } from "../../../src/engine/masterPlan";
import { tryModel, type TrialCall } from "../../../src/engine/model/tryModel";
import type { LanguageModel } from "../../../src/ports/languageModel";
import { aPlan, aTask } from "../../support/builders";
import { quietLogger } from "../../support/storeFixtures";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";

let folder: WorkspaceFolder;
let asked: Promise<void>;
let wasAsked: () => void;
const opened: MasterPlan[] = [];

beforeEach(async () => {
  folder = await makeWorkspace({ "README.md": "# Sample\n" });
  asked = new Promise((resolve) => {
    wasAsked = resolve;
  });
});

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.dispose();
  await folder.dispose();
});

/** Takes every request and answers none, at a price that shows. */
function silentModel(): LanguageModel {
  return {
    info: {
      provider: "openai-compatible",
      model: "m-1",
      origin: "https://models.example",
      recorded: false,
      usd_per_million_input: 100,
      usd_per_million_output: 100,
    },
    async *send(_request, signal) {
      wasAsked();
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      yield* [];
      throw new MasterPlanError("cancelled", "The call was stopped");
    },
  };
}

async function open(): Promise<MasterPlan> {
  const one = await folder.open({
    takeOver: true,
    settings: { budget_usd: 1000 },
    models: () => ({ model: () => Promise.resolve(silentModel()), describe: () => Promise.resolve([]) }),
  });
  opened.push(one);
  return one;
}

/** What is on disk, as it is left when the process ends now. */
async function rowsOf(
  ...tables: readonly string[]
): Promise<readonly (readonly Record<string, unknown>[])[]> {
  const store = await openStore({
    directory: path.join(folder.home, "store"),
    workspace: folder.workspace,
    clock: systemClock,
    ids: createIdSource(),
    logger: quietLogger,
    access: "read",
  });
  const rows = tables.map((table) => store.rows(table));
  await store.close();
  return rows;
}

describe("model calls that are cut off", () => {
  it("MODEL-12 a call for planning leaves its row and the sum reserved for it before anything is sent", async () => {
    const masterPlan = await open();
    const stop = new AbortController();
    const planning = masterPlan.plan({ request: "Add a page" }, stop.signal).catch(() => undefined);
    await asked;
    const [calls, audit] = await rowsOf("model_calls", "audit");
    const usd = Number(calls?.[0]?.["usd"]);
    expect(calls).toEqual([
      expect.objectContaining({
        outcome: "unknown",
        run_id: null,
        provider: "openai-compatible",
        model: "m-1",
        recorded: 0,
        output_tokens: 16_384,
      }),
    ]);
    expect(usd).toBeGreaterThan(1.6384);
    expect(Number(calls?.[0]?.["input_tokens"])).toBeGreaterThan(0);
    const line = audit?.find((row) => row["action"] === "model_call");
    expect(JSON.parse(String(line?.["detail"]))).toMatchObject({ model: "m-1", reserved_usd: usd });
    stop.abort();
    await planning;
    const [ended] = await rowsOf("model_calls");
    expect(ended?.map((row) => [row["outcome"], row["usd"]])).toEqual([["cancelled", 0]]);
  });

  it("MODEL-13 a call of a run that a crash cut off is charged when the run is found, once, and its row says unknown", async () => {
    const masterPlan = await open();
    const text = JSON.stringify(aPlan([aTask("T1")]));
    const { id } = await masterPlan.importPlan({ text, name: "p.json", format: "auto" });
    const approval = await masterPlan.approve({ id });
    const { run } = await masterPlan.run({ approval: approval.id });
    await asked;
    // Another process takes over, as after a crash of the first.
    const second = await open();
    const { cost, status } = await second.status({ id: run });
    const [calls] = await rowsOf("model_calls");
    expect(calls?.map((row) => [row["outcome"], row["task_id"], row["usd"]])).toEqual([
      ["unknown", "T1", cost.usd],
    ]);
    expect([status, cost.usd > 1.6384, cost.tokens > 16_384]).toEqual(["paused", true, true]);
    const told = (await second.log({ run })).filter((event) => event.type === "cost");
    expect(told).toEqual([expect.objectContaining({ usd: cost.usd, estimated: true })]);
    await second.cancel({ run });
    expect((await second.status({ id: run })).cost.usd).toBe(cost.usd);
  });

  it("MODEL-14 the calls by which a model is tried leave rows with their cost, also one that was cut off", async () => {
    const stop = new AbortController();
    const answering: LanguageModel = {
      ...silentModel(),
      async *send() {
        const usage = { input_tokens: 10, output_tokens: 2, cached_tokens: 0 };
        yield await Promise.resolve({ type: "end", finish: "stop", usage, model: "m-1-b" });
      },
    };
    const calls: TrialCall[] = [];
    const tried = (model: LanguageModel) =>
      tryModel(model, systemClock, stop.signal, 60_000, (call) => calls.push(call));
    await tried(answering);
    const cut = tried(silentModel());
    await asked;
    stop.abort();
    await expect(cut).rejects.toMatchObject({ code: "cancelled" });
    const masterPlan = await open();
    await masterPlan.recordTrial({ calls });
    const [rows] = await rowsOf("model_calls");
    const told = rows?.map((row) => [row["purpose"], row["model"], row["outcome"], row["output_tokens"]]);
    expect(told).toEqual([
      ["health", "m-1-b", "ok", 2],
      ["health", "m-1", "unknown", 16],
    ]);
    expect(Number(rows?.[0]?.["usd"])).toBeCloseTo(0.0012, 6);
    expect(Number(rows?.[1]?.["usd"])).toBeCloseTo(0.004, 6);
  });
});
