import { openStore } from "../../src/adapters/sqljs/openStore";
import { countedIds, quietLogger } from "../support/storeFixtures";
import { hashOf, history } from "./scenario";

/**
 * A process that works on a real folder and reports on its standard output, which the parent keeps: `READY lsn`,
 * `TRY lsn`, `ACK lsn`, `SHUT`, or `BUSY reason`. Modes: `work` commits the history and starts it over in other plans;
 * `check` opens, prints the state's hash and verifies.
 */
async function main(): Promise<void> {
  const [mode = "work", directory = "", seedText = "1"] = process.argv.slice(2);
  const seed = Number(seedText);
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const worker = process.env["MASTERPLAN_WORKER"];
  const store = await openStore({
    directory,
    workspace: "/w",
    clock: { now: () => Date.now(), sleep: () => Promise.resolve() },
    ids: countedIds(seed * 1_000_000),
    logger: quietLogger,
    ...(worker !== undefined && { workerFile: worker }),
    limits: { idleMs: 0, checkpointBytes: Number(process.env["MASTERPLAN_CHECKPOINT"] ?? 12_000) },
    ...(process.env["MASTERPLAN_TAKE_OVER"] === "1" && { takeOver: true }),
  });
  if (mode === "check") {
    const lsn = store.info().lsn;
    const hash = await hashOf(store);
    const verified = process.argv[5] === "verify" ? await store.verify() : { ok: true, problems: [] };
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
    return;
  }
  if (store.access === "read") {
    say(`BUSY ${store.read_only_reason ?? ""}`);
    await store.close();
    return;
  }
  const commits = history();
  say(`READY ${store.info().lsn} ${store.info().epoch}`);
  let next = store.info().lsn;
  const limit = Number(process.env["MASTERPLAN_COMMITS"] ?? commits.length);
  while (next < Math.min(commits.length, limit)) {
    const group = commits.slice(next, next + 1 + ((seed + next) % 3));
    say(`TRY ${next + group.length}`);
    const results = await Promise.allSettled(
      group.map((commit) => store.commit(commit).then((lsn) => say(`ACK ${lsn} ${store.info().epoch}`))),
    );
    const refused = results.find((result) => result.status === "rejected");
    if (refused !== undefined) {
      say(`REFUSED ${(refused.reason as Error).message}`);
      break;
    }
    next += group.length;
  }
  if (process.env["MASTERPLAN_CHECKPOINT_AT_END"] === "1") await store.checkpoint();
  await store.close();
  say("SHUT");
}

main().catch((error: unknown) => {
  process.stdout.write(`FAILED ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
