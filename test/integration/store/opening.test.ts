import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { resolveStore } from "../../../src/adapters/node/writer/storeRegistry";
import { migrations } from "../../../src/adapters/sqljs/schema/migrations";
import type { SqlJsStore } from "../../../src/adapters/sqljs/sqlJsStore";
import {
  commitOf,
  draftCommit,
  eventCommit,
  planId,
  planOf,
  queuedEvent,
  wholeRun,
} from "../../support/storeFixtures";
import { openTestStore } from "../../support/openTestStore";
import { storeFolder } from "../../support/storeFolder";

async function started(directory: string, plan = planOf(1, 1, 4)): Promise<SqlJsStore> {
  const store = await openTestStore(directory);
  await store.commit(draftCommit(1, plan));
  await store.commit(eventCommit(1, queuedEvent(1, 1, plan), ...[...wholeRun(plan)].slice(0, 2)));
  return store;
}

describe("one writer", () => {
  it("ST-10 a second process reads, says who writes, and sees what was committed when it looks again", async () => {
    const directory = storeFolder();
    const writer = await started(directory);
    const reader = await openTestStore(directory);
    expect([reader.access, reader.read_only_reason]).toEqual([
      "read",
      expect.stringContaining(`process ${process.pid}`),
    ]);
    await expect(reader.commit(commitOf([]))).rejects.toMatchObject({ code: "store.readOnly" });
    await writer.commit(commitOf([{ kind: "setting.put", key: "a", value: { n: 1 } }]));
    expect(reader.setting("a")).toBeNull();
    await reader.reload();
    expect(reader.setting("a")).toEqual({ n: 1 });
    await reader.close();
    await writer.close();
  });

  it("ST-11 whoever lost the lease to a person's word can acknowledge nothing more", async () => {
    const directory = storeFolder();
    const old = await started(directory);
    const lsn = old.info().lsn;
    const heir = await openTestStore(directory, { takeOver: true });
    expect([heir.access, heir.info().epoch]).toEqual(["write", old.info().epoch + 1]);
    await expect(old.commit(commitOf([{ kind: "setting.put", key: "a", value: {} }]))).rejects.toMatchObject({
      code: "store.busy",
    });
    expect([old.access, old.info().lsn]).toEqual(["read", lsn]);
    await heir.commit(commitOf([{ kind: "setting.put", key: "b", value: {} }]));
    await old.close();
    expect(await heir.verify()).toMatchObject({ ok: true });
    await heir.close();
    const last = await openTestStore(directory);
    expect([last.access, last.setting("a"), last.setting("b")]).toEqual(["write", null, {}]);
    await last.close();
  });
});

describe("versions of the schema", () => {
  const later = [
    ...migrations,
    {
      to: 2,
      migrate: (database: { script(sql: string): void }) => database.script("CREATE TABLE extra (a)"),
    },
  ];

  it("ST-12 an older state is brought up to date on a copy, and the older image is kept", async () => {
    const directory = storeFolder();
    const store = await started(directory);
    await store.checkpoint();
    await store.close();
    const before = fs.readdirSync(directory).filter((name) => name.startsWith("image-"));
    const newer = await openTestStore(directory, { migrations: later });
    expect(newer.access).toBe("write");
    expect(newer.info().notices).toEqual([expect.stringContaining("schema 1 to 2")]);
    await newer.commit(commitOf([{ kind: "setting.put", key: "a", value: {} }]));
    await newer.close();
    const kept = [
      ...fs.readdirSync(directory),
      ...fs.readdirSync(path.join(directory, "older")).map((name) => name),
    ];
    expect(kept.filter((name) => name.startsWith("image-")).length).toBeGreaterThan(before.length);
    const old = await openTestStore(directory);
    expect([old.access, old.read_only_reason]).toEqual(["read", expect.stringContaining("later version")]);
    expect(old.plan(planId(1))?.title).toBe("Shop");
    await old.close();
  });
});

describe("files beside the database", () => {
  it("ST-13 keeps blobs by content, and cleans them by age and size", async () => {
    const store = await started(storeFolder());
    const hash = await store.putBlob(Buffer.from("one"), "output");
    expect(await store.putBlob(Buffer.from("one"), "output")).toBe(hash);
    const three = await store.putBlob(Buffer.from("three"), "diff");
    await store.commit(
      commitOf([{ kind: "setting.put", key: "kept", value: { hashes: [hash, hash, three] } }]),
    );
    expect([
      Buffer.from((await store.blob(hash)) ?? []).toString(),
      await store.blob("0".repeat(64)),
      store.info().blob_bytes,
    ]).toEqual(["one", null, 8]);
    expect(await store.cleanBlobs({ max_bytes: 5 })).toMatchObject({ blobs: 1 });
    expect(await store.cleanBlobs({ before: Date.now() + 60_000 })).toMatchObject({ blobs: 1 });
    expect(store.info().blob_bytes).toBe(0);
    await store.close();
  });
});

describe("the registry", () => {
  it("ST-14 every way in finds the same store, and none begins an empty one beside it", async () => {
    const dataFolder = storeFolder();
    const workspace = storeFolder();
    const editor = path.join(storeFolder(), "abc", "masterplan");
    const first = await resolveStore({ workspace, preferred: editor, dataFolder });
    expect(first).toMatchObject({ directory: editor, source: "new" });
    await (await openTestStore(first.directory, { workspace: fs.realpathSync(workspace) })).close();
    const elsewhere = path.join(path.dirname(path.dirname(editor)), "abc-1", "masterplan");
    const link = path.join(storeFolder(), "link");
    fs.symlinkSync(workspace, link);
    for (const options of [{ workspace }, { workspace: link }, { workspace, preferred: elsewhere }]) {
      expect(await resolveStore({ ...options, dataFolder })).toMatchObject({
        directory: editor,
        socket: first.socket,
        source: "registry",
      });
    }
    fs.rmSync(path.join(dataFolder, "registry"), { recursive: true });
    expect((await resolveStore({ workspace, preferred: elsewhere, dataFolder })).directory).toBe(editor);
    expect(Buffer.byteLength(first.socket)).toBeLessThanOrEqual(100);
    expect((await resolveStore({ workspace, override: elsewhere, dataFolder })).source).toBe("override");
  });
});
