import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { createIdSource, systemClock } from "../../../src/adapters/node/systemClock";
import { loadRecordedModel } from "../../../src/adapters/recorded/loadRecordedModel";
import { openStore } from "../../../src/adapters/sqljs/openStore";
import { composeNode } from "../../../src/compose";
import { createSample } from "../../sample/createSample.mjs";
import { aPlan, aTask } from "../../support/builders";
import { quietLogger } from "../../support/storeFixtures";
import { makeWorkspace } from "../../support/workspaceFolder";

async function rowsOf(directory: string, workspace: string, ...tables: readonly string[]) {
  const store = await openStore({
    directory,
    workspace,
    clock: systemClock,
    ids: createIdSource(),
    logger: quietLogger,
    access: "read",
  });
  const rows = tables.map((table) => store.rows(table));
  await store.close();
  return rows;
}

it("LE-1 a failure that was mended by itself says what was missing and what worked, and the figures tell it", async () => {
  const folder = await makeWorkspace({
    // Fails the first time, and leaves a mark outside the workspace that lets it pass.
    "tools/second.mjs": [
      "import { existsSync, writeFileSync } from 'node:fs';",
      "if (!existsSync(process.argv[2])) { writeFileSync(process.argv[2], ''); console.error('no index yet'); process.exit(1); }",
      "console.log('indexed');",
    ].join("\n"),
  });
  const masterPlan = await folder.open();
  try {
    const task = aTask("T1", {
      executor: "command",
      commands: [["node", "tools/second.mjs", path.join(folder.home, "mark")]],
      estimated_time_minutes: 5,
    });
    const { id } = await masterPlan.importPlan({
      text: JSON.stringify(aPlan([task])),
      name: "p.json",
      format: "auto",
    });
    const approval = await masterPlan.approve({ id });
    const { run } = await masterPlan.run({ approval: approval.id, review: "accept" });
    expect((await masterPlan.settled({ run })).status).toBe("completed");
    const [lessons, metrics, tasks] = await rowsOf(
      path.join(folder.home, "store"),
      folder.workspace,
      "lessons",
      "metrics",
      "masterplan_tasks",
    );
    expect(lessons?.find((row) => row["kind"] === "failure")).toMatchObject({
      root_cause: expect.stringContaining("Ended with exit code 1"),
      missing: expect.stringContaining("no index yet"),
      solution: expect.stringContaining("Ended with exit code 0"),
    });
    const figures = JSON.parse(String(metrics?.[0]?.["metrics"])) as Record<string, number>;
    expect(figures).toMatchObject({
      success_rate: 1,
      first_time_success_rate: 0,
      estimated_minutes: 5,
      modifications_count: 0,
    });
    const worked = Number(tasks?.[0]?.["worked_ms"]) / 60_000;
    expect(tasks?.[0]?.["actual_time_minutes"]).toBeCloseTo(worked, 2);
    expect(figures["actual_minutes"]).toBeCloseTo(worked, 2);
    expect(figures["time_variance_minutes"]).toBeCloseTo(worked - 5, 1);
    expect(figures["estimation_accuracy"]).toBeCloseTo(worked / 5, 2);
  } finally {
    await masterPlan.dispose();
    await folder.dispose();
  }
});

it("ST-92 a discovery document names the plan that came out of it", async () => {
  const home = await mkdtemp(path.join(tmpdir(), "masterplan-discovery-"));
  const workspace = await createSample(path.join(home, "todo"));
  const recording = path.resolve("media/sample/recording.json");
  const masterPlan = await composeNode({
    workspace,
    storage: path.join(home, "store"),
    language: "en",
    person: "Ada",
    models: () => ({
      model: () => Promise.resolve(loadRecordedModel(recording)),
      describe: () => Promise.resolve([]),
    }),
  });
  try {
    const drafted = await masterPlan.plan({ request: "Add priorities and CSV export" });
    const [documents, plans] = await rowsOf(
      path.join(home, "store"),
      workspace,
      "discovery_documents",
      "masterplans",
    );
    expect(drafted).toMatchObject({ id: documents?.[0]?.["masterplan_id"] });
    expect(plans?.[0]?.["discovery_id"]).toBe(documents?.[0]?.["discovery_id"]);
  } finally {
    await masterPlan.dispose();
    await rm(home, { recursive: true, force: true });
  }
});
