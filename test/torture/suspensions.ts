import type { SqlJsStore } from "../../src/adapters/sqljs/sqlJsStore";
import { seeded } from "../support/seededRandom";
import { SuspendingDisk, type SuspensionPoint } from "../support/suspendingDisk";
import { historyHashes, freshDisk, groupFrom, hashOf, history, open, take, type Step } from "./scenario";

export interface Suspensions {
  readonly cases: number;
  /** How often each kind of call was the one. */
  readonly kinds: Readonly<Record<string, number>>;
  readonly failures: readonly string[];
}

/**
 * A writer is stopped before or after one of its calls, or in a write that then finds no space; another takes over on a
 * person's word, goes on, and then the first wakes up. For every call of the history with a checkpoint in it, in
 * steps of `step` from `offset` on: whatever either acknowledged must be there, in the one state that the history has.
 */
export async function suspensions(options: {
  readonly step: number;
  readonly offset: number;
  readonly onCase?: (done: number) => void;
}): Promise<Suspensions> {
  const steps = history();
  const hashes = await historyHashes();
  const failures: string[] = [];
  const kinds: Record<string, number> = {};
  let cases = 0;
  for (const when of ["before", "after", "full"] as const) {
    for (let call = 1 + options.offset; failures.length < 5; call += options.step) {
      const where = await oneCase(steps, hashes, { when, call }).catch((error: unknown) => {
        failures.push(`${when} call ${call}: ${error instanceof Error ? error.message : String(error)}`);
        return "";
      });
      if (where === null) break;
      kinds[where] = (kinds[where] ?? 0) + 1;
      cases += 1;
      options.onCase?.(cases);
    }
  }
  return { cases, kinds, failures };
}

/** Which call it was; null when the history has fewer. */
async function oneCase(
  steps: readonly Step[],
  hashes: readonly string[],
  point: SuspensionPoint,
): Promise<string | null> {
  const disk = await freshDisk(seeded(point.call));
  const gate = new SuspendingDisk(disk, point);
  const acked: number[] = [];
  const first = work(gate, steps, acked);
  const where = await Promise.race([gate.stopped, first.then(() => null)]);
  if (where === null) return null;
  const told = Math.max(0, ...acked);
  const heir = await open(disk, { takeOver: true });
  if (heir.access !== "write") throw new Error(`${where}: not taken over: ${heir.read_only_reason}`);
  const begin = heir.info().lsn;
  if (begin < told) throw new Error(`${where}: acknowledged ${told}, taken over at ${begin}`);
  await goOn(heir, steps, 3);
  gate.wake();
  await first;
  if (Math.max(0, ...acked) > begin)
    throw new Error(`${where}: ${Math.max(...acked)} was acknowledged after the lease was lost at ${begin}`);
  await goOn(heir, steps, 2);
  const end = heir.info().lsn;
  await heir.close();
  const last = await open(disk);
  if (last.access !== "write") throw new Error(`${where}: read-only: ${last.read_only_reason}`);
  if (last.info().lsn !== end) throw new Error(`${where}: acknowledged ${end}, found ${last.info().lsn}`);
  if ((await hashOf(last)) !== hashes[end]) throw new Error(`${where}: wrong state at LSN ${end}`);
  const { ok, problems } = await last.verify();
  if (!ok) throw new Error(`${where}: does not verify: ${problems.join("; ")}`);
  await last.close();
  return where;
}

/** From opening to closing: the history as far as it goes, with a checkpoint now and then. */
async function work(disk: SuspendingDisk, steps: readonly Step[], acked: number[]): Promise<void> {
  const store = await open(disk).catch(() => null);
  for (let next = 0; store?.access === "write" && next < steps.length;) {
    const group = groupFrom(steps, next, 1 + (next % 3));
    const results = await Promise.allSettled(
      group.map(async (step) => {
        acked.push(await take(store, step));
      }),
    );
    if (results.some(({ status }) => status === "rejected")) break;
    next += group.length;
    if (next % 20 < group.length) await store.checkpoint();
  }
  await store?.close();
}

async function goOn(store: SqlJsStore, steps: readonly Step[], count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const step = steps[store.info().lsn];
    if (step !== undefined) await take(store, step);
  }
}
