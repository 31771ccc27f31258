import { isMasterPlanError } from "../../src/core/errors";
import type { FaultKind } from "../support/diskFault";
import type { ModelDisk } from "../support/modelDisk";
import { seeded } from "../support/seededRandom";
import { buryHolder, historyHashes, freshDisk, hashOf, history, open, take } from "./scenario";

const kinds: readonly FaultKind[] = [
  "EIO",
  "ENOSPC",
  "EROFS",
  "EACCES",
  "EMFILE",
  "short",
  "torn",
  "failed-fsync",
];

export interface FaultOutcome {
  readonly cases: number;
  readonly fired: number;
  readonly failures: readonly string[];
}

/**
 * Fails every storage call in turn, once and for ever, with every kind of fault, during opening, commits, a purge, an import, a checkpoint,
 * a blob and closing. Nothing may be acknowledged that is not there afterwards, nothing may be corrupt, and whoever is
 * refused is told so with a code and a sentence.
 */
export async function faultLoop(options: {
  readonly step: number;
  readonly offset?: number;
}): Promise<FaultOutcome> {
  const steps = history();
  const hashes = await historyHashes();
  const prepared = await freshDisk(seeded(2));
  const before = 9;
  const first = await open(prepared);
  for (const step of steps.slice(0, before)) await take(first, step);
  await first.checkpoint();
  await first.close();
  const failures: string[] = [];
  let cases = 0;
  let fired = 0;
  for (const kind of kinds) {
    for (const forever of [false, true]) {
      for (let call = 1 + (options.offset ?? 0); ; call += options.step) {
        const disk = prepared.afterKill(seeded(call));
        buryHolder(disk);
        disk.plan({ call, kind, forever });
        cases += 1;
        const name = `${kind} ${forever ? "for ever from" : "once at"} call ${call}`;
        try {
          await oneCase(disk, kind);
        } catch (error) {
          failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
        }
        if (!disk.fired) break;
        fired += 1;
        if (failures.length >= 10) return { cases, fired, failures };
      }
    }
  }
  return { cases, fired, failures };

  async function oneCase(disk: ModelDisk, kind: FaultKind): Promise<void> {
    let acked = before;
    let attempted = before;
    const told: unknown[] = [];
    const blobs: string[] = [];
    const store = await open(disk).catch((error: unknown) => {
      told.push(error);
      return null;
    });
    if (store !== null) {
      for (const [index, step] of steps.slice(before, before + 8).entries()) {
        attempted = Math.max(attempted, acked + 1);
        // The same history goes on only while nothing of it was refused.
        if (acked !== before + index) break;
        try {
          acked = await take(store, step);
        } catch (error) {
          told.push(error);
        }
        if (index === 3) await store.checkpoint();
        if (index === 5)
          await store.putBlob(Buffer.from("blob"), "output").then(
            (hash) => blobs.push(hash),
            () => undefined,
          );
      }
      const seen = store.info().lsn;
      if (acked === seen && (await hashOf(store)) !== hashes[seen])
        throw new Error(`wrong live state at LSN ${seen}`);
      if (store.access === "read" && (store.read_only_reason ?? "") === "")
        throw new Error("read-only without a reason");
      await store.close();
    }
    for (const error of told) {
      if (!isMasterPlanError(error)) throw new Error(`refused without a code: ${String(error)}`);
      if (
        !["store.full", "store.failed", "store.readOnly", "store.busy", "store.corrupt"].includes(error.code)
      )
        throw new Error(`refused with ${error.code}`);
      if (error.message.length < 20) throw new Error(`refused with the message ${error.message}`);
    }
    const random = seeded(acked);
    for (const after of [disk.afterKill(random), disk.afterPowerCut(random)]) {
      buryHolder(after);
      const again = await open(after);
      const lsn = again.info().lsn;
      if (again.access !== "write") throw new Error(`read-only afterwards: ${again.read_only_reason ?? ""}`);
      if (lsn < acked) throw new Error(`acknowledged ${acked}, found ${lsn}`);
      if (lsn > attempted) throw new Error(`attempted ${attempted}, found ${lsn}`);
      if ((await hashOf(again)) !== hashes[lsn]) throw new Error(`wrong state at LSN ${lsn} after ${kind}`);
      for (const hash of blobs) if ((await again.blob(hash)) === null) throw new Error("a blob is missing");
      const next = steps[lsn];
      if (next !== undefined) await take(again, next);
      if ((await hashOf(again)) !== hashes[again.info().lsn]) throw new Error("wrong state after going on");
      await again.close();
    }
  }
}
