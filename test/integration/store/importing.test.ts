import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { MasterPlanError } from "../../../src/core/errors";
import { loadSqlJs } from "../../../src/adapters/sqljs/loadSqlJs";
import type { SqlJsStore } from "../../../src/adapters/sqljs/sqlJsStore";
import type { StoreCommit } from "../../../src/ports/store";
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
const audited = (n: number): StoreCommit =>
  commitOf([
    { kind: "audit.add", row: { action: "look", subject: `${n}`, result: "ok", detail: null } },
    { kind: "setting.put", key: `n${n % 5}`, value: { n } },
  ]);

/** An exported state with a run that has ended, and audit rows at every LSN that a smaller store has yet to reach. */
async function exported(): Promise<string> {
  const store = await openTestStore(storeFolder());
  await store.commit(draftCommit(1, plan));
  await store.commit(eventCommit(1, queuedEvent(1, 1, plan)));
  for (const event of wholeRun(plan, 1_700_000_002_000, 100)) await store.commit(eventCommit(1, event));
  for (let n = 0; n < 20; n += 1) await store.commit(audited(n));
  const file = path.join(storeFolder(), "state.mpstate");
  await store.exportState(file);
  await store.close();
  return file;
}

/** The same file with another database in it, every hash in order. */
async function altered(file: string, sql: string): Promise<string> {
  const bytes = readFileSync(file);
  const first = "MasterPlan state 1\n";
  const end = bytes.indexOf(10, first.length);
  const line = JSON.parse(bytes.subarray(first.length, end).toString()) as { bytes: number };
  const engine = await loadSqlJs();
  const database = new engine.Database(Uint8Array.from(bytes.subarray(end + 1, end + 1 + line.bytes)));
  database.exec(sql);
  const content = Buffer.from(database.export());
  database.close();
  const sha256 = createHash("sha256").update(content).digest("hex");
  const entry = JSON.stringify({ name: "state.db", bytes: content.length, sha256 });
  const target = path.join(storeFolder(), "altered.mpstate");
  writeFileSync(
    target,
    Buffer.concat([Buffer.from(`${first}${entry}\n`), content, Buffer.from('{"entries":1}\n')]),
  );
  return target;
}

const gate = "CHECK (gate IN (''none'', ''waiting'', ''go'', ''no_go''))";

describe("an import", () => {
  it.each([
    ["a trigger", "CREATE TRIGGER t AFTER INSERT ON settings BEGIN DELETE FROM audit; END", "trigger t"],
    ["a table of its own", "CREATE TABLE extra (a)", "table extra"],
    ["an index of its own", "CREATE UNIQUE INDEX extra ON settings(value)", "index extra"],
    ["no view", "DROP VIEW run_log", "view run_log is missing"],
    ["no audit table", "DROP TABLE audit", "audit"],
    [
      "a weaker column",
      `PRAGMA writable_schema=on; UPDATE sqlite_schema SET sql = replace(sql, '${gate}', '') WHERE name = 'masterplan_phases'`,
      "table masterplan_phases is not ours",
    ],
    ["a later schema", "PRAGMA user_version = 99", "later version"],
    ["no schema", "PRAGMA user_version = 0", "no schema"],
    ["a reference to nothing", "PRAGMA foreign_keys=off; DELETE FROM masterplans", "is not there"],
    [
      "a value that no column takes",
      "PRAGMA ignore_check_constraints=on; UPDATE masterplans SET status = 'soon'",
      "CHECK",
    ],
    ["another workspace", "INSERT INTO workspaces VALUES ('other', '/o')", "one workspace"],
    ["an event that does not follow", "DELETE FROM run_events WHERE seq = 3", "cannot be taken over"],
    ["an event that is none", "UPDATE run_events SET event = '{}' WHERE seq = 3", "cannot be taken over"],
    ["a run that its events do not tell", "UPDATE runs SET status = 'failed'", "is not what its events say"],
  ])(
    "ST-36 of a state with %s is refused and changes nothing, after a restart either",
    async (_name, sql, why) => {
      const file = await altered(await exported(), sql);
      const directory = storeFolder();
      const store = await openTestStore(directory);
      await store.commit(draftCommit(7, plan));
      const lsn = store.info().lsn;
      await expect(store.importState(file)).rejects.toMatchObject({
        code: why === "later version" ? "store.newer" : "store.corrupt",
        message: expect.stringContaining(why) as unknown,
      });
      expect([store.info().lsn, store.plans().map((row) => row.id)]).toEqual([lsn, [planId(7)]]);
      expect(readdirSync(directory)).not.toContain("imported");
      await store.commit(audited(1));
      await store.close();
      const again = await openTestStore(directory);
      expect([again.access, again.plans().map((row) => row.id)]).toEqual(["write", [planId(7)]]);
      expect(await again.verify()).toMatchObject({ ok: true });
      await again.close();
    },
  );

  it("ST-37 keeps the audit rows of both journals, whatever their LSNs", async () => {
    const directory = storeFolder();
    const store = await openTestStore(directory);
    await store.commit(draftCommit(7, plan));
    const file = await exported();
    await store.importState(file);
    for (let n = 100; n < 160; n += 1) await store.commit(audited(n));
    const subjects = (of: SqlJsStore): unknown[] => of.rows("audit").map((row) => row["subject"]);
    const expected = [...Array(20).keys()].map(String);
    const own = [...Array(60).keys()].map((n) => String(n + 100));
    expect(subjects(store)).toEqual([...expected, file, ...own]);
    const copy = path.join(storeFolder(), "copy.mpstate");
    await store.exportState(copy);
    await store.importState(copy);
    expect(subjects(store)).toEqual([...expected, file, ...own, copy]);
    await store.commit(audited(200));
    expect(await store.verify()).toMatchObject({ ok: true, problems: [] });
    await store.close();
    const again = await openTestStore(directory);
    expect(subjects(again)).toEqual([...expected, file, ...own, copy, "200"]);
    expect(again.run(runId(1))?.status).toBe("completed");
    await again.close();
  });

  it("IM-1 asks once more when the old state takes no commit any longer, and leaves no copy when it may not go on", async () => {
    const directory = storeFolder();
    const store = await openTestStore(directory);
    const file = await exported();
    const last = store.commit(audited(7));
    const keep = path.join(directory, "before-import-1.masterplan-state");
    const seen: unknown[] = [];
    const allow = (): void => {
      seen.push(...store.rows("audit", {}).map((row) => row["subject"]));
      throw new MasterPlanError("run.alreadyActive", "a run began meanwhile");
    };
    await expect(store.importState(file, { keep, allow })).rejects.toMatchObject({
      code: "run.alreadyActive",
    });
    await last;
    expect([seen, readdirSync(directory).includes(path.basename(keep))]).toEqual([["7"], false]);
    await store.importState(file, { keep, allow: () => undefined });
    expect(store.run(runId(1))?.status).toBe("completed");
    await store.close();
  });

  it("ST-39 counts into the size of the store, and a purge removes only what no journal names", async () => {
    const directory = storeFolder();
    const store = await openTestStore(directory);
    await store.importState(await exported());
    writeFileSync(path.join(directory, "imported", `${"a".repeat(64)}.db`), Buffer.alloc(3 * 1024 * 1024));
    await store.commit(eventCommit(2, queuedEvent(1, 2, plan)));
    await store.close();
    const again = await openTestStore(directory);
    expect(again.info().aside_bytes).toBeGreaterThan(3 * 1024 * 1024);
    const budget_bytes = 3 * 1024 * 1024;
    expect((await again.checkSpace({ budget_bytes })).problem).toContain("their budget is 3 MB");
    const named = readdirSync(path.join(directory, "imported")).filter((name) => !name.startsWith("aaaa"));
    expect(await again.purgeRuns(Number.MAX_SAFE_INTEGER)).toMatchObject({ runs: 1 });
    expect(readdirSync(path.join(directory, "imported"))).toEqual(named);
    expect((await again.checkSpace({ budget_bytes })).problem).toBeNull();
    expect(await again.verify()).toMatchObject({ ok: true, problems: [] });
    await again.close();
  });
});

describe("what was set aside", () => {
  it("ST-93 goes on a person's word, but the state in use, and the last damaged file and copy unless asked for", async () => {
    const directory = storeFolder();
    const store = await openTestStore(directory);
    const [first, second] = [await exported(), await exported()];
    await store.importState(first, { keep: path.join(directory, "before-import-1.masterplan-state") });
    await store.commit(audited(1));
    const later = await altered(second, "UPDATE settings SET value = '{}'");
    await store.importState(later, { keep: path.join(directory, "before-import-2.masterplan-state") });
    mkdirSync(path.join(directory, "quarantine"));
    mkdirSync(path.join(directory, "older"));
    for (const [at, name] of [
      "quarantine/image-1.a",
      "quarantine/image-1.b",
      "older/image-1.schema1",
    ].entries()) {
      writeFileSync(path.join(directory, name), "damaged");
      utimesSync(path.join(directory, name), 1000 + at, 1000 + at);
    }
    utimesSync(path.join(directory, "before-import-1.masterplan-state"), 1000, 1000);
    await store.purgeRuns(0);
    expect(store.info().aside?.filter(({ kind }) => kind === "imported")).toHaveLength(2);

    expect((await store.cleanAside({ newest: false })).files).toBe(4);
    expect(store.info().aside?.map(({ kind, name }) => [kind, path.basename(name)])).toEqual([
      ["copy", "before-import-2.masterplan-state"],
      ["imported", expect.stringMatching(/^[0-9a-f]{64}\.db$/u)],
      ["quarantined", "image-1.b"],
    ]);
    expect(await store.verify()).toMatchObject({ ok: true, problems: [] });
    await store.close();
    const again = await openTestStore(directory);
    expect(again.plans()).toHaveLength(1);
    expect((await again.cleanAside({ newest: true })).files).toBe(2);
    expect(again.info().aside?.map(({ kind }) => kind)).toEqual(["imported"]);
    expect(await again.verify()).toMatchObject({ ok: true, problems: [] });
    await again.close();
  });
});

describe("files that runs need", () => {
  it("ST-38 the report of a preflight stays while its run has not ended", async () => {
    const store = await openTestStore(storeFolder());
    await store.commit(draftCommit(1, plan));
    await store.commit(eventCommit(1, queuedEvent(1, 1, plan)));
    const report = await store.putBlob(Buffer.from("report"), "document");
    const value = { report, baseline: [] };
    await store.commit(commitOf([{ kind: "setting.put", key: `preflight:${runId(1)}`, value }]));
    await store.cleanBlobs({ before: Number.MAX_SAFE_INTEGER });
    expect(await store.blob(report)).not.toBeNull();
    for (const event of wholeRun(plan, 1_700_000_002_000, 100)) await store.commit(eventCommit(1, event));
    expect(await store.cleanBlobs({ before: Number.MAX_SAFE_INTEGER })).toMatchObject({ blobs: 1 });
    await store.close();
  });

  it("ST-38 what was stored stays until a commit names it, though an ended run has the same content", async () => {
    const store = await openTestStore(storeFolder());
    await store.commit(draftCommit(1, plan));
    const bytes = Buffer.from("all tests pass");
    const name = (hash: string): StoreCommit =>
      commitOf([{ kind: "setting.put", key: `preflight:${runId(1)}`, value: { report: hash } }]);
    await store.commit(eventCommit(1, queuedEvent(1, 1, plan)));
    const hash = await store.putBlob(bytes, "output");
    await store.commit(name(hash));
    for (const event of wholeRun(plan, 1_700_000_002_000, 100)) await store.commit(eventCommit(1, event));
    await store.commit(eventCommit(2, queuedEvent(1, 2, plan)));
    const [again] = await Promise.all([
      store.putBlob(bytes, "output"),
      store.cleanBlobs({ before: Number.MAX_SAFE_INTEGER }),
      store.purgeRuns(Number.MAX_SAFE_INTEGER),
    ]);
    expect(again).toBe(hash);
    expect(await store.blob(hash)).not.toBeNull();
    expect(await store.cleanBlobs({ before: Number.MAX_SAFE_INTEGER })).toMatchObject({ blobs: 0 });
    await store.commit(name(hash));
    expect(await store.cleanBlobs({ before: Number.MAX_SAFE_INTEGER })).toMatchObject({ blobs: 1 });
    await store.close();
  });
});
