// Real processes that want to write to one folder.
import { rmSync } from "node:fs";
import path from "node:path";

/**
 * The part in which processes compete. `size` and `progress` are those of the parts that kill; `known` are seeds that
 * failed once, which come first.
 */
export function competingProcesses({ work, seed, known, seeded, size, progress, processes }) {
  const { child, killGroup, check } = processes;

  /**
   * Several processes on one folder that want to write in turns, with kills, stops, take-overs and clocks that jump by
   * days: never two writers in one epoch. A kill may hit a process that waits as well as the one that writes.
   */
  async function compete() {
    const failures = [];
    const fresh = Array.from({ length: size(120, 1) }, (_, round) => seed + round);
    const seeds = [...known, ...fresh];
    const rounds = seeds.length;
    let takenOver = 0;
    let refused = 0;
    let killed = 0;
    let epochs = 0;
    let clockJumps = 0;
    const say = progress("processes", rounds);
    for (const [round, own] of seeds.entries()) {
      if (failures.length >= 5) break;
      const random = seeded(own);
      const directory = path.join(work, `many-${round}`);
      const acks = new Map();
      let top = 0;
      const onLine = (who) => (line) => {
        const [word, lsn, epoch] = line.split(" ");
        if (word === "READY" || word === "ACK") {
          const owner = acks.get(epoch) ?? who;
          if (owner !== who)
            failures.push(`seed ${own}: processes ${owner} and ${who} both wrote in epoch ${epoch}`);
          acks.set(epoch, who);
        }
        if (word === "ACK") top = Math.max(top, Number(lsn));
        if (word === "REFUSED") refused += 1;
        if (word === "READY") epochs += 1;
        if (word === "JUMPS") clockJumps += Number(lsn);
        if (word === "FAILED") failures.push(`seed ${own}: ${line}`);
      };
      const count = 2 + Math.floor(random() * size(7, 3));
      const running = [];
      for (let who = 0; who < count; who += 1) {
        const env = { MASTERPLAN_CLOCK: String(own * 10 + who), MASTERPLAN_TURN: "12" };
        const run = child("work", directory, own + who, { onLine: onLine(who), env });
        running.push(run);
        if (random() < 0.5) await new Promise((resolve) => setTimeout(resolve, random() * 200));
      }
      const victim = running[Math.floor(random() * running.length)];
      if (random() < 0.5) {
        killed += 1;
        setTimeout(() => killGroup(victim.started, "SIGKILL"), random() * 600);
      } else {
        // A writer that is suspended, loses the lease to a person's word, and wakes up again.
        setTimeout(() => killGroup(victim.started, "SIGSTOP"), 100 + random() * 400);
        await new Promise((resolve) => setTimeout(resolve, 700));
        takenOver += 1;
        const heir = child("work", directory, own + 99, {
          onLine: onLine(99),
          env: {
            MASTERPLAN_TAKE_OVER: "1",
            MASTERPLAN_COMMITS: "50",
            MASTERPLAN_CLOCK: String(own),
          },
        });
        await heir.ended;
        killGroup(victim.started, "SIGCONT");
      }
      for (const run of running) await run.ended;
      try {
        await check(directory, { acked: top, verify: true });
      } catch (error) {
        failures.push(`seed ${own}: ${error.message}`);
      }
      rmSync(directory, { recursive: true, force: true });
      say(round + 1);
    }
    return { rounds, killed, takenOver, refusedAfterTakeOver: refused, epochs, clockJumps, failures };
  }

  return { compete };
}
