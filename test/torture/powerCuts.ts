import type { SqlJsStore } from "../../src/adapters/sqljs/sqlJsStore";
import type { FaultKind } from "../support/diskFault";
import type { ModelDisk } from "../support/modelDisk";
import { seeded, type Random } from "../support/seededRandom";
import { buryHolder, historyHashes, freshDisk, groupFrom, hashOf, history, open, take } from "./scenario";

export interface Outcome {
  readonly trials: number;
  readonly acknowledged: number;
  readonly recoveriesInterrupted: number;
  /** Times the power was cut, recoveries included. */
  readonly cuts: number;
  readonly failures: readonly string[];
}

/**
 * Cuts the power at random calls: while a store is created, commits, checkpoints, purges, imports, exports or recovers. After every cut the
 * store must hold each acknowledged commit, be in the exact state of some commit, and go on.
 */
export async function powerCuts(options: {
  readonly seed: number;
  readonly trials: number;
  /** Share of trials in which a sync fails now and then. */
  readonly failingSyncs?: number;
  readonly recoveries?: number;
  /** Called after every trial, for a word on long runs. */
  readonly onTrial?: (done: number, cuts: number) => void;
}): Promise<Outcome> {
  const steps = history();
  const hashes = await historyHashes();
  const failures: string[] = [];
  let acknowledged = 0;
  let recoveriesInterrupted = 0;
  let cuts = 0;
  for (let trial = 0; trial < options.trials; trial += 1) {
    const seed = options.seed + trial;
    const random = seeded(seed);
    try {
      const result = await oneTrial(random, steps.length, options);
      acknowledged += result.acknowledged;
      recoveriesInterrupted += result.interrupted;
      cuts += result.cuts;
    } catch (error) {
      failures.push(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`);
      if (failures.length >= 5) break;
    }
    options.onTrial?.(trial + 1, cuts);
  }
  return { trials: options.trials, cuts, acknowledged, recoveriesInterrupted, failures };

  async function oneTrial(
    random: Random,
    length: number,
    { failingSyncs = 0, recoveries = 2 }: { readonly failingSyncs?: number; readonly recoveries?: number },
  ): Promise<{ acknowledged: number; interrupted: number; cuts: number }> {
    let disk = await freshDisk(random);
    let acked = 0;
    let attempted = 0;
    let interrupted = 0;
    const lives = 1 + Math.floor(random() * 3);
    for (let life = 0; life < lives; life += 1) {
      // A cut anywhere between the first call of opening and somewhere in the middle of the work.
      disk.plan({ call: 1 + Math.floor(random() * 400), kind: "crash", forever: true });
      if (random() < failingSyncs)
        disk.plan({
          call: 20 + Math.floor(random() * 60),
          kind: pick(random, ["failed-fsync", "torn", "short"]),
          forever: false,
        });
      const worked = await live(disk, random, acked, length);
      acked = Math.max(acked, worked.acked);
      attempted = Math.max(attempted, worked.attempted, acked);
      disk.crash();
      await worked.end();
      disk = random() < 0.8 ? disk.afterPowerCut(random) : disk.afterKill(random);
      buryHolder(disk);
      for (let recovery = 0; recovery < recoveries && random() < 0.5; recovery += 1) {
        disk.plan({ call: 1 + Math.floor(random() * 60), kind: "crash", forever: true });
        const broken = await open(disk).catch(() => null);
        disk.crash();
        await broken?.close();
        disk = random() < 0.8 ? disk.afterPowerCut(random) : disk.afterKill(random);
        buryHolder(disk);
        interrupted += 1;
      }
      const store = await open(disk);
      const lsn = store.info().lsn;
      if (store.access !== "write") throw new Error(`read-only after a cut: ${store.read_only_reason ?? ""}`);
      if (lsn < acked) throw new Error(`acknowledged ${acked}, recovered ${lsn}`);
      if (lsn > attempted) throw new Error(`attempted ${attempted}, recovered ${lsn}`);
      if ((await hashOf(store)) !== hashes[lsn]) throw new Error(`wrong state at LSN ${lsn}`);
      if (random() < 0.25) await mustVerify(store);
      acked = lsn;
      attempted = lsn;
      await store.close();
    }
    const store = await open(disk);
    const next = steps[store.info().lsn];
    if (next !== undefined) await take(store, next);
    await mustVerify(store);
    if ((await hashOf(store)) !== hashes[store.info().lsn]) throw new Error("wrong state after going on");
    const lsn = store.info().lsn;
    await store.close();
    return { acknowledged: lsn, interrupted, cuts: lives + interrupted };
  }

  /** Goes on from where the store is, in groups, with a checkpoint or a copy now and then, until the power is gone. */
  async function live(
    disk: ModelDisk,
    random: Random,
    from: number,
    length: number,
  ): Promise<{ acked: number; attempted: number; end: () => Promise<void> }> {
    let acked = from;
    let attempted = from;
    const store = await open(disk).catch(() => null);
    const end = async (): Promise<void> => store?.close();
    if (store?.access !== "write") return { acked, attempted, end };
    attempted = store.info().lsn;
    const goal = Math.min(length, attempted + 2 + Math.floor(random() * 30));
    while (attempted < goal) {
      const group = groupFrom(steps, attempted, 1 + Math.floor(random() * 4));
      const exported = random() < 0.05 ? store.exportState(`/model/copy-${attempted}`) : null;
      const waiting = group.map((step, index) =>
        take(store, step).then((lsn) => {
          if (lsn !== attempted + index + 1) throw new Error("unexpected LSN");
          acked = Math.max(acked, lsn);
        }),
      );
      if (random() < 0.3) store.plans();
      const results = await Promise.allSettled(waiting);
      await exported?.catch(() => undefined);
      attempted += group.length;
      const refused = results.find((result) => result.status === "rejected");
      if (refused !== undefined) return { acked, attempted, end };
      if (random() < 0.15) await store.checkpoint();
    }
    return { acked, attempted, end };
  }
}

async function mustVerify(store: SqlJsStore): Promise<void> {
  const { ok, problems } = await store.verify();
  if (!ok) throw new Error(`does not verify: ${problems.join("; ")}`);
}

function pick(random: Random, kinds: readonly FaultKind[]): FaultKind {
  return kinds[Math.floor(random() * kinds.length)] ?? "EIO";
}
