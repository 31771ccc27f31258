import type { SqlJsStatic } from "sql.js";
import { loadSqlJs } from "../../src/adapters/sqljs/loadSqlJs";
import { openStore } from "../../src/adapters/sqljs/openStore";
import type { SqlJsStore } from "../../src/adapters/sqljs/sqlJsStore";
import { SqlDatabase } from "../../src/adapters/sqljs/sqlDatabase";
import { stateHash } from "../../src/adapters/sqljs/verify/stateHash";
import type { Disk } from "../../src/ports/disk";
import type { StoreCommit } from "../../src/ports/store";
import { ModelDisk } from "../support/modelDisk";
import { seeded, type Random } from "../support/seededRandom";
import {
  commitOf,
  countedIds,
  draftCommit,
  eventCommit,
  planId,
  planOf,
  planRow,
  queuedEvent,
  quietLogger,
  runId,
  StepClock,
  wholeRun,
} from "../support/storeFixtures";

export const directory = "/model/store";
const plan = planOf(2, 1, 2);

/** What is done at one LSN: each step leaves exactly one frame. */
export type Step =
  | { readonly kind: "commit"; readonly commit: StoreCommit }
  /** All runs that have ended, but the latest of each plan. */
  | { readonly kind: "purge" }
  /** The exported state in `sourceFile`. */
  | { readonly kind: "import" };

/** Does a step; answers its LSN. Steps of other kinds than `commit` are done alone. */
export async function take(store: SqlJsStore, step: Step, source = sourceFile): Promise<number> {
  switch (step.kind) {
    case "commit":
      return store.commit(step.commit);
    case "purge":
      if ((await store.purgeRuns(Number.MAX_SAFE_INTEGER)).runs === 0) throw new Error("nothing to purge");
      return store.info().lsn;
    case "import":
      await store.importState(source);
      return store.info().lsn;
  }
}

/** The steps from `from` on that may be begun together: some commits, or one step of another kind. */
export function groupFrom(steps: readonly Step[], from: number, most: number): readonly Step[] {
  const group = steps.slice(from, from + most);
  const other = group.findIndex((step) => step.kind !== "commit");
  return other === -1 ? group : group.slice(0, Math.max(1, other));
}

/** One fixed history with every kind of change; the state after each LSN is known, so any crash can be judged. */
export function history(): readonly Step[] {
  const commits = (list: readonly StoreCommit[]): Step[] =>
    list.map((commit) => ({ kind: "commit", commit }));
  return [
    ...commits(endedRun(3, 31)),
    ...commits([eventCommit(32, queuedEvent(3, 32, small))]),
    { kind: "purge" },
    ...commits([audited(1)]),
    { kind: "import" },
    ...commits([audited(2), audited(3)]),
    { kind: "purge" },
    ...commits(longRun()),
    ...commits([eventCommit(2, queuedEvent(1, 2, plan)), audited(4)]),
    { kind: "purge" },
    ...commits([audited(5)]),
  ];
}

const small = planOf(1, 1, 1);

function audited(n: number): StoreCommit {
  return commitOf([
    { kind: "audit.add", row: { action: "look", subject: `${n}`, result: "ok", detail: null } },
    { kind: "setting.put", key: "looked", value: { n } },
  ]);
}

/** A small plan with a run that has ended, several events in a commit and rows of other kinds among them. */
function endedRun(n: number, run: number): readonly StoreCommit[] {
  const commits = [draftCommit(n, small), eventCommit(run, queuedEvent(n, run, small))];
  const events = [...wholeRun(small, 1_700_000_002_000, run * 100)];
  for (let from = 0; from < events.length; from += 4) {
    const changes = events.slice(from, from + 4).flatMap((event) => eventCommit(run, event).changes);
    const row = { plan_id: planId(n), run_id: runId(run), metrics: { from }, at: from };
    commits.push(commitOf([...changes, { kind: "metrics.put", row }]));
  }
  return commits;
}

function longRun(): readonly StoreCommit[] {
  const commits: StoreCommit[] = [draftCommit(1, plan), eventCommit(1, queuedEvent(1, 1, plan))];
  let n = 0;
  for (const event of wholeRun(plan)) {
    n += 1;
    const commit = eventCommit(1, event);
    if (n % 7 === 0) {
      commits.push({
        ...commit,
        changes: [
          ...commit.changes,
          {
            kind: "history.add",
            row: {
              plan_id: planId(1),
              change_type: "task_updated",
              change_description: `step ${n}`,
              changed_by: "ana",
              phase_id: null,
              milestone_id: null,
              task_id: null,
              previous_value: null,
              new_value: { n },
              at: n,
            },
          },
        ],
      });
    } else commits.push(commit);
    if (n % 11 === 0)
      commits.push(
        commitOf([{ kind: "setting.put", key: `k${n % 3}`, value: { n, text: "x".repeat(n * 97) } }]),
      );
    if (n === 20) commits.push(draftCommit(2, planOf(1, 1, 3, 3000)));
    if (n === 30) commits.push(commitOf([{ kind: "plan.put", row: planRow(1, { status: "in_progress" }) }]));
  }
  return commits;
}

let ids = 0;

let engine: SqlJsStatic | undefined;

export async function open(
  disk: Disk,
  extra: Partial<Parameters<typeof openStore>[0]> = {},
): Promise<SqlJsStore> {
  ids += 1_000_000;
  engine ??= await loadSqlJs();
  return openStore({
    directory,
    workspace: "/w",
    clock: new StepClock(),
    ids: countedIds(ids),
    logger: quietLogger,
    disk,
    engine,
    limits: { idleMs: 0, reserveBytes: 100, checkpointBytes: Number.MAX_SAFE_INTEGER, journalAhead: 5000 },
    ...extra,
  });
}

/** The holder of a lease in a model is this very process; after a modelled death it must look dead. */
export function buryHolder(disk: ModelDisk): void {
  for (const file of disk.paths()) {
    const content = disk.contentOf(file);
    if (content === null || !/\/lease-\d+\.json$/u.test(file)) continue;
    const text = content
      .toString("latin1")
      .replace(/"started":"(\d+)"/u, (_whole, digits: string) => `"started":"${"9".repeat(digits.length)}"`);
    disk.setContent(file, Buffer.from(text, "latin1"));
  }
}

/** The hash of the state, but for what tells when and from where something was purged or imported. */
export async function hashOf(store: SqlJsStore): Promise<string> {
  engine ??= await loadSqlJs();
  const copy = new SqlDatabase(
    engine,
    store.withDatabase((database) => database.image()),
  );
  try {
    copy.run(
      "UPDATE audit SET at = 0, correlation_id = '', subject = '', detail = NULL WHERE action IN ('runs.purge', 'state.import')",
    );
    return await stateHash(copy);
  } finally {
    copy.close();
  }
}

/** Where a model disk holds the state that the history imports. */
const sourceFile = "/model/state.mpstate";

let source: Promise<Buffer> | undefined;

/** An exported state with a run that has ended, another that has begun, and audit rows. */
export function sourceBytes(): Promise<Buffer> {
  source ??= (async () => {
    const disk = new ModelDisk(seeded(4));
    const store = await open(disk);
    for (let n = 0; n < 12; n += 1) await store.commit(audited(n));
    for (const commit of endedRun(4, 41)) await store.commit(commit);
    await store.commit(eventCommit(42, queuedEvent(4, 42, small)));
    await store.exportState(sourceFile);
    await store.close();
    return disk.contentOf(sourceFile) ?? Buffer.alloc(0);
  })();
  return source;
}

/** An empty disk but for the state that the history imports. */
export async function freshDisk(random: Random): Promise<ModelDisk> {
  const disk = new ModelDisk(random);
  const file = await disk.create(sourceFile);
  await file.write(await sourceBytes(), 0);
  await file.sync();
  await disk.syncDirectory("/model");
  return disk;
}

let hashesOfHistory: Promise<readonly string[]> | undefined;

/** The hash of the state after every LSN of the history; played once for all who ask. */
export function historyHashes(): Promise<readonly string[]> {
  hashesOfHistory ??= playHistory();
  return hashesOfHistory;
}

async function playHistory(): Promise<readonly string[]> {
  const store = await open(await freshDisk(seeded(1)));
  const hashes = [await hashOf(store)];
  for (const step of history()) {
    const lsn = await take(store, step);
    if (lsn !== hashes.length) throw new Error(`step ${hashes.length} is at LSN ${lsn}`);
    hashes.push(await hashOf(store));
  }
  await store.close();
  return hashes;
}
