// Real processes on real folders: killed, by the clock and at every call that matters, and opened again.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";

/**
 * The parts that kill one process. `size(whole, brief)` picks by the length of the run, `progress(name, of)` answers a
 * function that says now and then how far a part has come.
 */
export function killedProcesses({ work, seed, kills, commits, seeded, size, progress, processes }) {
  const { child, killGroup, acksOf, triesOf, check } = processes;

  /** SIGKILL at random moments; the ledger of what was acknowledged is kept here, in the parent. */
  async function realKills() {
    const failures = [];
    const say = progress("kills", kills);
    let done = 0;
    let acknowledged = 0;
    let duringOpen = 0;
    while (done < kills && failures.length < 5) {
      const chainSeed = seed + done;
      const random = seeded(chainSeed);
      const directory = path.join(work, `kill-${done}`);
      let acked = 0;
      let attempted = 0;
      try {
        while (acked < commits.length && done < kills) {
          const early = random() < 0.15;
          // Half of the others die by the clock, half between two acknowledgements, however slow the machine is.
          const lastAck = random() < 0.5 ? 1 + Math.floor(random() * 24) : null;
          let acks = 0;
          const run = child("work", directory, chainSeed + done, {
            onLine: (line, started) => {
              if (line.startsWith("ACK")) acks += 1;
              const due =
                lastAck === null ? line.startsWith("READY") : line.startsWith("ACK") && acks === lastAck;
              if (due && !early)
                setTimeout(() => killGroup(started, "SIGKILL"), random() * (lastAck === null ? 60 : 4));
            },
          });
          if (early) setTimeout(() => killGroup(run.started, "SIGKILL"), 30 + random() * 250);
          const { lines } = await run.ended;
          if (
            lines.some(
              (line) => line.startsWith("FAILED") || line.startsWith("BUSY") || line.startsWith("REFUSED"),
            )
          )
            throw new Error(lines.at(-1));
          if (!lines.some((line) => line.startsWith("READY"))) duringOpen += 1;
          acked = Math.max(acked, ...acksOf(lines), 0);
          attempted = Math.max(attempted, ...triesOf(lines), acked);
          acknowledged += acksOf(lines).length;
          acked = await check(directory, { acked, attempted });
          attempted = acked;
          done += 1;
          say(done);
        }
        await check(directory, { acked, verify: true });
        rmSync(directory, { recursive: true, force: true });
      } catch (error) {
        failures.push(`seed ${chainSeed}: ${error.message}`);
        done += 1;
      }
    }
    return {
      kills: done,
      duringOpen,
      acknowledged,
      lost: failures.filter((text) => text.includes("acknowledged")).length,
      failures,
    };
  }

  /**
   * A process that kills itself before or after its N-th call of the storage port that makes something durable, for every
   * N from opening a new store to closing it, a checkpoint among them. Needs no tracer, so it runs on every platform.
   */
  async function portCalls() {
    const failures = [];
    const say = progress("portCalls", "all");
    const step = size(1, 37);
    const kinds = {};
    let cases = 0;
    for (const when of ["before", "after"]) {
      for (let call = 1 + size(0, seed % step); failures.length < 5; call += step) {
        const directory = path.join(work, `port-${when}-${call}`);
        const env = {
          MASTERPLAN_KILL: `${when}:${call}`,
          MASTERPLAN_COMMITS: "24",
          MASTERPLAN_CHECKPOINT_AT_END: "1",
        };
        const { lines, signal } = await child("work", directory, 1, { env }).ended;
        const where = lines.find((line) => line.startsWith("KILLED "))?.slice(7);
        if (where !== undefined) kinds[where] = (kinds[where] ?? 0) + 1;
        try {
          if (where === undefined && !lines.some((line) => line.startsWith("SHUT")))
            throw new Error(`ended with ${signal}: ${lines.at(-1)}`);
          const acked = Math.max(0, ...acksOf(lines));
          const attempted = Math.max(acked, ...triesOf(lines), 0);
          await check(directory, { acked, attempted, verify: call % 5 === 1 });
        } catch (error) {
          failures.push(`${when} call ${call} (${where}): ${error.message}`);
        }
        rmSync(directory, { recursive: true, force: true });
        if (where === undefined) break;
        cases += 1;
        say(cases);
      }
    }
    return { cases, kinds, failures };
  }

  /** Kills at the N-th call of a kind, for every N, during commits and a checkpoint; and failing calls. */
  async function syscalls() {
    if (spawnSync("strace", ["-V"]).status !== 0) return { skipped: "there is no strace here", failures: [] };
    const failures = [];
    let cases = 0;
    const kinds = [
      ["fdatasync", "signal=KILL"],
      ["fsync", "signal=KILL"],
      ["rename", "signal=KILL"],
      ["link", "signal=KILL"],
      ["pwrite64", "signal=KILL"],
      ["write", "signal=KILL"],
      ["fdatasync", "error=EIO"],
      ["fsync", "error=EIO"],
      ["rename", "error=ENOSPC"],
      ["pwrite64", "error=ENOSPC"],
    ];
    for (const [call, injection] of kinds) {
      const last = size(60, 2);
      for (let number = 1; number <= last && failures.length < 5; number += 1) {
        const directory = path.join(work, `sys-${call}-${injection.replace("=", "-")}-${number}`);
        const filter = call === "write" ? ["-P", directory] : [];
        const under = [
          "strace",
          "-f",
          "-qq",
          "-o",
          "/dev/null",
          ...filter,
          "-e",
          `trace=${call}`,
          "-e",
          `inject=${call}:${injection}:when=${number}`,
        ];
        const env = { MASTERPLAN_COMMITS: "24", MASTERPLAN_CHECKPOINT_AT_END: "1" };
        const { lines, signal, code } = await child("work", directory, 1, { under, env }).ended;
        cases += 1;
        try {
          const acked = Math.max(0, ...acksOf(lines));
          const attempted = Math.max(acked, ...triesOf(lines), 0);
          await check(directory, { acked, attempted, verify: number % 5 === 1 });
        } catch (error) {
          failures.push(`${call} ${injection} ${number}: ${error.message}`);
        }
        rmSync(directory, { recursive: true, force: true });
        if (injection.startsWith("signal") && signal === null && code === 0) break;
      }
    }
    return { cases, failures };
  }

  /** Recovery that is itself killed, ten times in a row, ends in the same state. */
  async function recoveries() {
    const failures = [];
    const chains = size(50, 1);
    for (let chain = 0; chain < chains; chain += 1) {
      const random = seeded(seed + chain);
      const directory = path.join(work, `recover-${chain}`);
      mkdirSync(directory, { recursive: true });
      const first = child("work", directory, seed + chain, {
        env: { MASTERPLAN_CHECKPOINT: "1000000000" },
        onLine: (line, started) => line.startsWith("ACK 4") && killGroup(started, "SIGKILL"),
      });
      const { lines } = await first.ended;
      const acked = Math.max(0, ...acksOf(lines));
      const attempted = Math.max(acked, ...triesOf(lines), 0);
      for (let again = 0; again < 10; again += 1) {
        const run = child("check", directory, 5);
        setTimeout(() => killGroup(run.started, "SIGKILL"), 40 + random() * 200);
        await run.ended;
      }
      try {
        const lsn = await check(directory, { acked, attempted, verify: true });
        if ((await check(directory, { acked: lsn, attempted: lsn })) !== lsn)
          throw new Error("another state the second time");
      } catch (error) {
        failures.push(`seed ${seed + chain}: ${error.message}`);
      }
      rmSync(directory, { recursive: true, force: true });
    }
    return { chains, interruptionsEach: 10, failures };
  }

  return { realKills, portCalls, syscalls, recoveries };
}
