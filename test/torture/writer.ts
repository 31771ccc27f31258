import { NodeDisk } from "../../src/adapters/node/files/nodeDisk";
import { openStore } from "../../src/adapters/sqljs/openStore";
import type { SqlJsStore } from "../../src/adapters/sqljs/sqlJsStore";
import { killingDisk, parseKillPoint } from "../support/killPoint";
import { countedIds, quietLogger } from "../support/storeFixtures";
import { jumpingClock } from "./jumpingClock";
import { groupFrom, hashOf, history, take } from "./scenario";

const steps = history();
/** The exported state that the history imports. */
const source = process.env["MASTERPLAN_SOURCE"] ?? "";
/** How often a process that finds another one writing asks again before it gives up. */
const patience = 100;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/**
 * A process that works on a real folder and reports on its standard output, which the parent keeps: `READY lsn epoch`,
 * `TRY lsn`, `ACK lsn epoch`, `SHUT`, or `BUSY reason`. Modes: `work` commits the history from where the folder is;
 * `check` opens, prints the state's hash and verifies. `MASTERPLAN_TURN=6` makes several of them take turns of six
 * commits until the history is told, `MASTERPLAN_KILL=before:12` makes it kill itself around a call that makes something
 * durable, `MASTERPLAN_CLOCK=seed` makes its clock jump by days.
 */
async function main(): Promise<void> {
  const [mode = "work", directory = "", seedText = "1", verify = ""] = process.argv.slice(2);
  const seed = Number(seedText);
  const clockSeed = process.env["MASTERPLAN_CLOCK"];
  const clock = clockSeed === undefined ? null : jumpingClock(Number(clockSeed));
  let opened = 0;
  const open = (): Promise<SqlJsStore> => {
    opened += 1;
    const worker = process.env["MASTERPLAN_WORKER"];
    const killAt = parseKillPoint(process.env["MASTERPLAN_KILL"]);
    return openStore({
      directory,
      workspace: "/w",
      clock: clock ?? { now: () => Date.now(), sleep: () => Promise.resolve() },
      ids: countedIds((seed * 1000 + opened) * 1_000_000),
      logger: quietLogger,
      ...(worker !== undefined && { workerFile: worker }),
      ...(killAt !== null && { disk: killingDisk(new NodeDisk(), killAt) }),
      limits: { idleMs: 0, checkpointBytes: Number(process.env["MASTERPLAN_CHECKPOINT"] ?? 12_000) },
      ...(process.env["MASTERPLAN_TAKE_OVER"] === "1" && { takeOver: true }),
    });
  };
  if (mode === "check") {
    await check(await open(), verify === "verify");
    return;
  }
  const turn = Number(process.env["MASTERPLAN_TURN"] ?? steps.length);
  const limit = Math.min(steps.length, Number(process.env["MASTERPLAN_COMMITS"] ?? steps.length));
  const takesTurns = process.env["MASTERPLAN_TURN"] !== undefined;
  for (let tries = 0; tries < patience; tries += 1) {
    const store = await open();
    const from = store.info().lsn;
    if (store.access === "write") await work(store, seed, Math.min(limit, from + turn));
    else if (!takesTurns) say(`BUSY ${store.read_only_reason ?? ""}`);
    const refused = store.access === "read" && from < store.info().lsn;
    await store.close();
    if (!takesTurns || refused || from >= limit) break;
    await new Promise((resolve) => setTimeout(resolve, 40 + ((seed * 7 + tries * 13) % 60)));
  }
  if (clock !== null) say(`JUMPS ${clock.jumps()}`);
  say("SHUT");
}

async function work(store: SqlJsStore, seed: number, limit: number): Promise<void> {
  say(`READY ${store.info().lsn} ${store.info().epoch}`);
  let next = store.info().lsn;
  while (next < limit) {
    const group = groupFrom(steps, next, 1 + ((seed + next) % 3));
    say(`TRY ${next + group.length}`);
    const results = await Promise.allSettled(
      group.map((step) => take(store, step, source).then((lsn) => say(`ACK ${lsn} ${store.info().epoch}`))),
    );
    const refused = results.find((result) => result.status === "rejected");
    if (refused !== undefined) {
      say(`REFUSED ${(refused.reason as Error).message}`);
      break;
    }
    next += group.length;
  }
  if (process.env["MASTERPLAN_CHECKPOINT_AT_END"] === "1") await store.checkpoint();
}

async function check(store: SqlJsStore, verify: boolean): Promise<void> {
  const lsn = store.info().lsn;
  const hash = await hashOf(store);
  const verified = verify ? await store.verify() : { ok: true, problems: [] };
  say(
    JSON.stringify({
      access: store.access,
      reason: store.read_only_reason,
      lsn,
      hash,
      ...verified,
      notices: store.info().notices,
    }),
  );
  await store.close();
}

main().catch((error: unknown) => {
  process.stdout.write(`FAILED ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
