import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { SqlJsStore } from "../../../src/adapters/sqljs/sqlJsStore";
import {
  commitOf,
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

const plan = planOf(1, 2, 2);

/** Three runs of one plan; the last one is in progress. */
async function filled(directory: string): Promise<SqlJsStore> {
  const store = await openTestStore(directory);
  await store.commit(draftCommit(1, plan));
  for (const run of [1, 2]) {
    await store.commit(eventCommit(run, queuedEvent(1, run, plan)));
    for (const event of wholeRun(plan, 1_700_000_002_000, run * 100))
      await store.commit(eventCommit(run, event));
  }
  await store.commit(eventCommit(3, queuedEvent(1, 3, plan)));
  for (const event of [...wholeRun(plan, 1_700_000_002_000, 300)].slice(0, 12))
    await store.commit(eventCommit(3, event));
  return store;
}

describe("verify", () => {
  it("ST-20 proves chain, images and rows against the journal", async () => {
    const store = await filled(storeFolder());
    expect(await store.verify()).toMatchObject({ ok: true, first_bad: null, problems: [] });
    await store.checkpoint();
    const lsn = await store.commit(commitOf([{ kind: "setting.put", key: "a", value: { b: 1 } }]));
    expect(await store.verify()).toMatchObject({ ok: true, frames: lsn });
    await store.close();
  });

  it("ST-21 names the first LSN whose frame was edited", async () => {
    const directory = storeFolder();
    const store = await filled(directory);
    await store.close();
    const name = readdirSync(directory).find((entry) => entry.startsWith("journal-")) ?? "";
    const file = path.join(directory, name);
    const bytes = readFileSync(file);
    const at = bytes.indexOf('"phase.started"');
    bytes[at + 3] = (bytes[at + 3] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const damaged = await openTestStore(directory);
    expect(damaged.access).toBe("read");
    expect(damaged.read_only_reason).toContain("damaged at LSN 4");
    expect(await damaged.verify()).toMatchObject({ ok: false, first_bad: 4 });
    expect(damaged.info().quarantined).toHaveLength(1);
    await damaged.close();
    expect(statSync(file).size).toBe(bytes.length);
    const accepted = await openTestStore(directory, { acceptLoss: true });
    expect(accepted.access).toBe("write");
    expect(accepted.info().lsn).toBe(3);
    await accepted.commit(commitOf([{ kind: "setting.put", key: "a", value: { b: 1 } }]));
    await accepted.close();
    const later = await openTestStore(directory);
    expect([later.access, later.info().lsn]).toEqual(["write", 4]);
    await later.close();
  });
});

describe("export and import", () => {
  it("ST-22 carries the whole state into another store, whose chain goes on", async () => {
    const source = await filled(storeFolder());
    const blob = await source.putBlob(Buffer.from("output"), "output");
    const file = path.join(storeFolder(), "state.masterplan");
    expect((await source.exportState(file)).bytes).toBe(statSync(file).size);

    const directory = storeFolder();
    const target = await openTestStore(directory);
    await target.commit(draftCommit(7, plan));
    await target.importState(file);
    const same = (store: SqlJsStore): unknown[] => [
      store.plans(),
      store.rows("masterplan_tasks"),
      store.run(runId(3)),
      store.rows("run_events").length,
    ];
    expect(same(target)).toEqual(same(source));
    expect(target.plan(planId(7))).toBeNull();
    expect(Buffer.from((await target.blob(blob)) ?? []).toString()).toBe("output");
    await target.commit(commitOf([{ kind: "setting.put", key: "a", value: { b: 1 } }]));
    expect(await target.verify()).toMatchObject({ ok: true });
    const before = same(target);
    await target.close();
    const again = await openTestStore(directory);
    expect(same(again)).toEqual(before);
    expect(await again.verify()).toMatchObject({ ok: true });
    expect(again.rows("audit").map((row) => row["action"])).toContain("state.import");
    await again.close();
    await source.close();
  });

  it("ST-23 refuses a damaged export and changes nothing", async () => {
    const source = await filled(storeFolder());
    const file = path.join(storeFolder(), "state.masterplan");
    await source.exportState(file);
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0x40;
    writeFileSync(file, bytes);
    const lsn = source.info().lsn;
    await expect(source.importState(file)).rejects.toMatchObject({ code: "store.corrupt" });
    expect(source.info().lsn).toBe(lsn);
    await source.close();
  });
});

describe("purgeRuns", () => {
  it("ST-24 removes ended runs but the latest, keeps approvals and audit, and the chain still verifies", async () => {
    const directory = storeFolder();
    const store = await filled(directory);
    const tasks = store.rows("masterplan_tasks");
    const before = store.info().journal_bytes;
    const result = await store.purgeRuns(Date.now());
    expect(result.runs).toBe(2);
    expect(result.bytes).toBeGreaterThan(1000);
    expect(store.info().journal_bytes).toBeLessThan(before);
    expect(store.runs().map((run) => run.id)).toEqual([runId(3)]);
    expect(store.run(runId(1))).toBeNull();
    expect(store.events(runId(1))).toEqual([]);
    expect(store.approvals()).toHaveLength(1);
    expect(store.rows("audit").at(-1)).toMatchObject({ action: "runs.purge" });
    expect(store.rows("masterplan_tasks")).toEqual(tasks);
    expect(await store.verify()).toMatchObject({ ok: true, problems: [] });
    await store.close();
    const names = readdirSync(directory).filter((name) => name.startsWith("journal-"));
    expect(
      names.some(
        (name) =>
          readFileSync(path.join(directory, name)).includes("commit.created") &&
          readFileSync(path.join(directory, name)).includes(`"run":"${runId(1)}"`),
      ),
    ).toBe(false);
    const again = await openTestStore(directory);
    expect(again.rows("masterplan_tasks")).toEqual(tasks);
    expect(await again.verify()).toMatchObject({ ok: true });
    await again.close();
  });
});
