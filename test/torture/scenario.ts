import type { SqlJsStatic } from "sql.js";
import { loadSqlJs } from "../../src/adapters/sqljs/loadSqlJs";
import { openStore } from "../../src/adapters/sqljs/openStore";
import type { SqlJsStore } from "../../src/adapters/sqljs/sqlJsStore";
import { stateHash } from "../../src/adapters/sqljs/stateHash";
import type { Disk } from "../../src/ports/disk";
import type { StoreCommit } from "../../src/ports/store";
import type { ModelDisk } from "../support/modelDisk";
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
  StepClock,
  wholeRun,
} from "../support/storeFixtures";

export const directory = "/model/store";
const plan = planOf(2, 1, 2);

/** One fixed history with every kind of change; the state after each LSN is known, so any crash can be judged. */
export function history(): readonly StoreCommit[] {
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

export async function hashOf(store: SqlJsStore): Promise<string> {
  return store.withDatabase((database) => stateHash(database));
}

/** The hash of the state after every LSN of the history. */
export async function expectedHashes(
  disk: Disk,
  commits: readonly StoreCommit[],
): Promise<readonly string[]> {
  const store = await open(disk);
  const hashes = [await hashOf(store)];
  for (const commit of commits) {
    await store.commit(commit);
    hashes.push(await hashOf(store));
  }
  await store.close();
  return hashes;
}
