import { describe, expect, it } from "vitest";
import { decodeCommit } from "../../../src/adapters/sqljs/image/replay";
import type { SqlJsStore } from "../../../src/adapters/sqljs/sqlJsStore";
import { decodeFrame } from "../../../src/adapters/journal/frame";
import { headerSize } from "../../../src/adapters/journal/journalHeader";
import type { RunEvent } from "../../../src/core/run/runEvent";
import type { StoreCommit } from "../../../src/ports/store";
import { buryHolder, directory, open } from "../../torture/scenario";
import { ModelDisk } from "../../support/modelDisk";
import { seeded } from "../../support/seededRandom";
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

/** Every fifth storage call whenever all tests run; every single one with MASTERPLAN_EVERY=1. */
const every = Number(process.env["MASTERPLAN_EVERY"] ?? 5);

const plan = planOf(1, 2, 2);
const far = Number.MAX_SAFE_INTEGER;

function withMetrics(commit: StoreCommit, n: number): StoreCommit {
  const row = { plan_id: planId(1), run_id: runId(1), metrics: { n }, at: n };
  return { ...commit, changes: [...commit.changes, { kind: "metrics.put", row }] };
}

/** A store whose first run has ended, in three journal files, with images in between, and whose second has begun. */
async function prepared(images: readonly number[]): Promise<ModelDisk> {
  const disk = new ModelDisk(seeded(1));
  let store = await open(disk);
  await store.commit(draftCommit(1, plan));
  await store.commit(eventCommit(1, queuedEvent(1, 1, plan)));
  const blob = await store.putBlob(Buffer.from("the first run's report"), "document");
  await store.commit(
    commitOf([{ kind: "setting.put", key: `preflight:${runId(1)}`, value: { report: blob } }]),
  );
  for (const [n, event] of [...wholeRun(plan, 1_700_000_002_000, 100)].entries()) {
    await store.commit(withMetrics(eventCommit(1, event), n));
    if (images.includes(n)) await store.checkpoint();
    if (n !== 7 && n !== 14) continue;
    await store.close();
    store = await open(disk);
  }
  await store.commit(eventCommit(2, queuedEvent(1, 2, plan)));
  await store.close();
  return disk;
}

/** Everything but the runs and what tells of the purge itself. */
function rest(store: SqlJsStore): unknown {
  return [
    store.rows("metrics"),
    store.plans(),
    store.approvals(),
    store.rows("masterplan_tasks"),
    store.run(runId(2)),
  ];
}

function eventsOnDisk(disk: ModelDisk): number {
  let found = 0;
  for (const file of disk.paths()) {
    if (!file.startsWith(`${directory}/journal-`) || !file.endsWith(".log")) continue;
    const bytes = disk.contentOf(file) ?? Buffer.alloc(0);
    for (let offset = headerSize; offset < bytes.length;) {
      const frame = decodeFrame(bytes, offset);
      if (typeof frame === "string") break;
      found += decodeCommit(frame.payload).changes.filter(
        (change) => change.kind === "run.event" && change.run === runId(1),
      ).length;
      offset += frame.size;
    }
  }
  return found;
}

describe("a purge that is interrupted", () => {
  it.each([
    ["no image", []],
    ["an image in the middle of the run", [9]],
    ["images before and in the run", [2, 16]],
  ])("ST-34 loses nothing else at any call, and the next opening finishes it: %s", async (_name, images) => {
    const disk = await prepared(images);
    const before = await open(disk);
    const expected = rest(before);
    await before.close();
    let [cuts, finished] = [0, 0];
    for (let call = 1; ; call += every) {
      const trial = disk.afterKill(seeded(call));
      const store = await open(trial);
      trial.plan({ call, kind: "crash", forever: true });
      const answer = await store.purgeRuns(far).then(
        () => "purged",
        () => "refused",
      );
      const { fired } = trial;
      trial.crash();
      await store.close();
      const left = call % 3 === 0 ? trial.afterPowerCut(seeded(call)) : trial.afterKill(seeded(call));
      buryHolder(left);
      const again = await open(left);
      expect(again.access, `call ${call}`).toBe("write");
      expect(again.info().notices, `call ${call}`).toEqual([]);
      expect(rest(again), `call ${call}`).toEqual(expected);
      expect(await again.verify(), `call ${call}`).toMatchObject({ ok: true, problems: [] });
      const isGone = again.run(runId(1)) === null;
      if (answer === "purged") expect(isGone).toBe(true);
      expect(eventsOnDisk(left) === 0, `call ${call}`).toBe(isGone);
      expect(again.info().blob_bytes === 0, `call ${call}`).toBe(isGone);
      await again.commit(commitOf([{ kind: "setting.put", key: "a", value: { b: 1 } }]));
      await again.purgeRuns(far);
      expect(eventsOnDisk(left)).toBe(0);
      expect(await again.verify()).toMatchObject({ ok: true });
      await again.close();
      if (!fired) break;
      cuts += 1;
      if (isGone) finished += 1;
    }
    expect(cuts).toBeGreaterThan(60 / every);
    expect(finished).toBeGreaterThan(20 / every);
  });

  it("ST-34 by a disk that fails once, goes on in the same process with the next purge", async () => {
    const disk = await prepared([9]);
    let failed = 0;
    for (let call = 3; call < 110; call += 8) {
      const trial = disk.afterKill(seeded(call));
      const store = await open(trial);
      const expected = rest(store);
      trial.plan({ call, kind: "EIO", forever: false });
      failed += await store.purgeRuns(far).then(
        () => 0,
        () => 1,
      );
      trial.plan(null);
      expect(await store.verify(), `call ${call}`).toMatchObject({ ok: true, problems: [] });
      // A lease that cannot be looked at ends writing, and is no matter of the purge.
      if (store.access === "read") {
        await store.close();
        continue;
      }
      await store.purgeRuns(far);
      expect([rest(store), store.run(runId(1)), eventsOnDisk(trial)], `call ${call}`).toEqual([
        expected,
        null,
        0,
      ]);
      expect(await store.verify(), `call ${call}`).toMatchObject({ ok: true, problems: [] });
      await store.close();
    }
    expect(failed).toBeGreaterThan(5);
  });
});

describe("what races a purge", () => {
  const line = (n: number): RunEvent => ({
    type: "log",
    at: n,
    level: "info",
    message: `line ${n}`,
    correlation_id: "c-1",
  });

  it("ST-35 is refused before it is written, or gone with its run; the store stays writable", async () => {
    for (let delay = 0; delay < 40; delay += 6) {
      const disk = (await prepared([])).afterKill(seeded(delay));
      const store = await open(disk);
      const purging = store.purgeRuns(far);
      for (let turn = 0; turn < delay; turn += 1) await Promise.resolve();
      const answers: Promise<string>[] = [];
      for (let n = 0; n < 60; n += 1) {
        const waiting = store.commit(eventCommit(1, line(n))).then(
          () => "saved",
          (error: unknown) => (error as { code: string }).code,
        );
        answers.push(waiting);
        if (n % 5 === 0) await store.commit(eventCommit(2, line(n)));
      }
      expect(await purging).toMatchObject({ runs: 1 });
      const codes = new Set(await Promise.all(answers));
      codes.delete("saved");
      expect([...codes]).toEqual(["run.unknown"]);
      await expect(store.commit(eventCommit(1, line(99)))).rejects.toMatchObject({ code: "run.unknown" });
      expect([store.access, store.run(runId(2))?.seq]).toEqual(["write", 13]);
      expect([await store.verify(), eventsOnDisk(disk)]).toEqual([expect.objectContaining({ ok: true }), 0]);
      await store.close();
      const again = await open(disk);
      expect([again.access, again.run(runId(1)), again.info().notices]).toEqual(["write", null, []]);
      expect(await again.verify()).toMatchObject({ ok: true });
      await again.close();
    }
  });

  it("ST-35 a verification, a checkpoint or a copy beside a purge finds nothing wrong", async () => {
    const disk = await prepared([4]);
    const store = await open(disk);
    const [checked, , purged, , copied] = await Promise.all([
      store.verify(),
      store.checkpoint(),
      store.purgeRuns(far),
      store.checkpoint(),
      store.exportState("/model/copy"),
      store.verify().then((answer) => expect(answer).toMatchObject({ ok: true, problems: [] })),
    ]);
    expect([checked.ok, purged.runs, copied.bytes > 1000]).toEqual([true, 1, true]);
    expect(await store.verify()).toMatchObject({ ok: true, problems: [] });
    await store.close();
    const again = await open(disk);
    expect([again.run(runId(1)), await again.verify()]).toEqual([
      null,
      expect.objectContaining({ ok: true }),
    ]);
    await again.close();
  });
});
