import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import { NodeDisk } from "../../../src/adapters/node/files/nodeDisk";
import {
  commitOf,
  draftCommit,
  eventCommit,
  planOf,
  queuedEvent,
  wholeRun,
} from "../../support/storeFixtures";
import { openTestStore } from "../../support/openTestStore";
import { storeFolder } from "../../support/storeFolder";

const day = 24 * 3600 * 1000;
function images(directory: string): readonly string[] {
  return readdirSync(directory).filter((name) => /^image-\d+\.db$/u.test(name));
}

describe("checkpoints in quiet times", () => {
  it("ST-25 a store that falls quiet makes an image by itself, and not before there is enough to keep", async () => {
    const directory = storeFolder();
    const store = await openTestStore(directory, {
      limits: { idleMs: 1, checkpointBytes: Number.MAX_SAFE_INTEGER },
    });
    await store.commit(commitOf([{ kind: "setting.put", key: "small", value: { text: "x" } }]));
    expect(images(directory)).toEqual([]);
    const large = { text: "x".repeat(300 * 1024) };
    const lsn = await store.commit(commitOf([{ kind: "setting.put", key: "large", value: large }]));
    await vi.waitUntil(() => images(directory).length > 0, { timeout: 20_000, interval: 5 });
    expect(images(directory)).toEqual([`image-${String(lsn).padStart(12, "0")}.db`]);
    expect(await store.verify()).toMatchObject({ ok: true });
    await store.close();
    const again = await openTestStore(directory);
    expect(again.setting("large")).toEqual(large);
    await again.close();
  });

  it("ST-25 the size limit makes one at once, and the last three are kept", async () => {
    const directory = storeFolder();
    const store = await openTestStore(directory, { limits: { idleMs: 0, checkpointBytes: 4000 } });
    const known = new Set<string>();
    for (let n = 0; known.size < 5; n += 1) {
      await store.commit(commitOf([{ kind: "setting.put", key: `k${n}`, value: { text: "y".repeat(500) } }]));
      for (const name of images(directory)) known.add(name);
    }
    await store.close();
    const left = images(directory);
    expect(left).toHaveLength(3);
    expect(left).toEqual(
      [...known, ...left]
        .filter((name, at, all) => all.indexOf(name) === at)
        .sort()
        .slice(-3),
    );
  });
});

describe("stored files", () => {
  it("ST-26 opening removes what is older than its policy, and keeps what an open run needs", async () => {
    const directory = storeFolder();
    const store = await openTestStore(directory);
    const plan = planOf(1, 1, 1);
    await store.commit(draftCommit(1, plan));
    const needed = await store.putBlob(Buffer.from("waits for a review"), "diff");
    const old = await store.putBlob(Buffer.from("of long ago"), "transcript");
    await store.commit(eventCommit(1, queuedEvent(1, 1, plan)));
    for (const event of [...wholeRun(plan)].slice(0, 4)) await store.commit(eventCommit(1, event));
    const attempt = String(store.rows("attempts")[0]?.["attempt_id"]);
    await store.commit(
      eventCommit(1, {
        type: "change.proposed",
        at: 1_700_000_100_000,
        attempt_id: attempt as `t_${string}`,
        task_id: "T1.1.1",
        change_hash: "h",
        blob: needed,
        hunks: 1,
        files: ["a.ts"],
      }),
    );
    await store.close();
    const later = { now: () => Date.now() + 91 * day, sleep: () => Promise.resolve() };
    const again = await openTestStore(directory, { clock: later });
    expect([await again.blob(old), (await again.blob(needed))?.length]).toEqual([null, 18]);
    expect(again.info().blob_bytes).toBe(18);
    await again.close();
  });

  it("ST-26 opening also removes the oldest beyond the size of its policy", async () => {
    const directory = storeFolder();
    const store = await openTestStore(directory);
    for (const text of ["first", "second"]) await store.putBlob(Buffer.from(text), "output");
    await store.close();
    const again = await openTestStore(directory, { limits: { blobBytes: 8 } });
    expect(again.info().blob_bytes).toBeLessThanOrEqual(8);
    await again.close();
  });
});

describe("room", () => {
  class FullDisk extends NodeDisk {
    override freeBytes(): Promise<number> {
      return Promise.resolve(150 * 1024 * 1024);
    }
  }

  it("ST-27 says in a sentence when the disk or the budget has no room for a run", async () => {
    const tight = await openTestStore(storeFolder(), { disk: new FullDisk() });
    expect((await tight.checkSpace()).problem).toBe(
      "Only 150 MB are free where plans are kept; a run needs 200 MB",
    );
    await tight.close();
    const store = await openTestStore(storeFolder());
    await store.putBlob(Buffer.alloc(3 * 1024 * 1024), "output");
    expect((await store.checkSpace({ budget_bytes: 8 * 1024 * 1024 })).problem).toBeNull();
    expect((await store.checkSpace({ budget_bytes: 2 * 1024 * 1024 })).problem).toBe(
      "Plans and what runs left behind take 3 MB, and their budget is 2 MB",
    );
    await store.close();
  });
});

describe("a store that can only be read", () => {
  it("ST-28 says why, what would help, and still gives a copy", async () => {
    const directory = storeFolder();
    const writer = await openTestStore(directory);
    await writer.commit(draftCommit(1, planOf(1, 1, 1)));
    const reader = await openTestStore(directory);
    expect(reader.info()).toMatchObject({ access: "read", remedy: "take_over" });
    const copy = path.join(storeFolder(), "copy.mpstate");
    expect((await reader.exportState(copy)).bytes).toBeGreaterThan(1000);
    const told = vi.fn();
    const late = await openTestStore(directory, { takeOver: true });
    expect(late.info()).toMatchObject({ access: "write", read_only_reason: null, remedy: null });
    await late.close();
    await reader.close();
    await writer.close();
    const journal = path.join(
      directory,
      readdirSync(directory).find((name) => name.startsWith("journal-")) ?? "",
    );
    const bytes = readFileSync(journal);
    bytes[bytes.indexOf('"plan.put"') + 2] = 0;
    writeFileSync(journal, bytes);
    const damaged = await openTestStore(directory, { onReadOnly: told });
    expect(damaged.info()).toMatchObject({ access: "read", remedy: "accept_loss" });
    await damaged.close();
    const accepted = await openTestStore(directory, { acceptLoss: true });
    expect(accepted.info()).toMatchObject({ access: "write", remedy: null });
    await accepted.close();
  });

  it("ST-28 tells whoever has it open when writing is taken away", async () => {
    const directory = storeFolder();
    const told = vi.fn();
    const old = await openTestStore(directory, { onReadOnly: told });
    const heir = await openTestStore(directory, { takeOver: true });
    await expect(old.commit(commitOf([]))).rejects.toMatchObject({ code: "store.busy" });
    expect(told).toHaveBeenCalledTimes(1);
    expect(old.info()).toMatchObject({ access: "read", remedy: null });
    await old.close();
    await heir.close();
  });
});
