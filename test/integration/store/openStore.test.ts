import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  draftCommit,
  eventCommit,
  planId,
  planOf,
  queuedEvent,
  runId,
  wholeRun,
} from "../../support/storeFixtures";
import { openTestStore } from "../../support/openTestStore";
import { storeFolder } from "../../support/storeFolder";

const plan = planOf(2, 2, 3);

describe("openStore", () => {
  it("ST-1 what was committed is there after reopening, from the journal alone", async () => {
    const directory = storeFolder();
    const store = await openTestStore(directory);
    expect(store.access).toBe("write");
    await store.commit(draftCommit(1, plan));
    await store.commit(eventCommit(1, queuedEvent(1, 1, plan)));
    for (const event of wholeRun(plan)) await store.commit(eventCommit(1, event));
    expect(store.run(runId(1))?.status).toBe("completed");
    const before = {
      phases: store.rows("masterplan_phase_progress"),
      tasks: store.rows("masterplan_tasks"),
      lsn: store.info().lsn,
    };
    await store.close();

    const again = await openTestStore(directory);
    expect(again.read_only_reason).toBeNull();
    expect(again.info().lsn).toBe(before.lsn);
    expect(again.rows("masterplan_phase_progress")).toEqual(before.phases);
    expect(again.rows("masterplan_tasks")).toEqual(before.tasks);
    expect(again.run(runId(1))?.status).toBe("completed");
    expect(again.plan(planId(1))?.title).toBe("Shop");
    expect(await again.checkpoint()).toBe(true);
    await again.close();

    const third = await openTestStore(directory);
    expect(third.rows("masterplan_tasks")).toEqual(before.tasks);
    expect(third.run(runId(1))?.status).toBe("completed");
    await third.close();
  });

  it("ST-25 closing makes an image when the next opening would have much to replay", async () => {
    const directory = storeFolder();
    const images = (): readonly string[] => readdirSync(directory).filter((name) => name.endsWith(".db"));
    const store = await openTestStore(directory);
    await store.commit(draftCommit(1, plan));
    await store.close();
    expect(images()).toEqual([]);
    const again = await openTestStore(directory);
    await again.commit(draftCommit(2, planOf(1, 1, 20, 60_000)));
    const rows = again.rows("masterplan_tasks");
    await again.close();
    expect(images()).toEqual(["image-000000000002.db"]);
    const third = await openTestStore(directory);
    expect(third.rows("masterplan_tasks")).toEqual(rows);
    expect(await third.verify()).toMatchObject({ ok: true });
    await third.close();
  });
});
