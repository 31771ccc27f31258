import { openStore } from "../../src/adapters/sqljs/openStore";
import { countedIds, quietLogger } from "../support/storeFixtures";

/** Opens the store named on the command line and says how long that took, engine and all. */
async function main(): Promise<void> {
  const began = performance.now();
  const cpu = process.threadCpuUsage();
  const store = await openStore({
    directory: process.argv[2] ?? "",
    workspace: "/w",
    clock: { now: () => Date.now(), sleep: () => Promise.resolve() },
    ids: countedIds(7),
    logger: quietLogger,
  });
  const ms = performance.now() - began;
  const used = process.threadCpuUsage(cpu);
  const cpu_ms = (used.user + used.system) / 1000;
  process.stdout.write(JSON.stringify({ ms, cpu_ms, lsn: store.info().lsn, access: store.access }));
  await store.close();
}

void main();
