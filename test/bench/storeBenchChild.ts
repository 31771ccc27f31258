import { openStore } from "../../src/adapters/sqljs/openStore";
import { countedIds, quietLogger } from "../support/storeFixtures";

/** Opens the store named on the command line and says how long that took, engine and all. */
async function main(): Promise<void> {
  const began = performance.now();
  const store = await openStore({
    directory: process.argv[2] ?? "",
    workspace: "/w",
    clock: { now: () => Date.now(), sleep: () => Promise.resolve() },
    ids: countedIds(7),
    logger: quietLogger,
  });
  const ms = performance.now() - began;
  process.stdout.write(JSON.stringify({ ms, lsn: store.info().lsn, access: store.access }));
  await store.close();
}

void main();
