import { readFile } from "node:fs/promises";

/** Programs that do not want to end: file name and script, which writes the numbers of its processes to `pids`. */
export const hostileCommands: Record<string, (pids: string) => readonly [string, string]> = {
  "waits for ever": (pids) => ["w.sh", `echo $$ > ${pids}; exec sleep 1000`],
  "ignores TERM": (pids) => ["i.sh", `trap '' TERM INT HUP; echo $$ > ${pids}; while :; do sleep 1; done`],
  "forks twice and leaves": (pids) => [
    "f.sh",
    `( ( trap '' TERM HUP; sleep 1000 & echo $! >> ${pids}; wait ) & ) ; echo $$ >> ${pids}; sleep 1000`,
  ],
  "starts a session of its own": (pids) => [
    "s.sh",
    `setsid sh -c 'trap "" TERM; echo $$ >> ${pids}; sleep 1000' & echo $$ >> ${pids}; sleep 1000`,
  ],
  "detaches from session and parent": (pids) => [
    "d.sh",
    `( setsid sh -c '( setsid sh -c "trap : TERM; echo \\$\\$ >> ${pids}; sleep 1000; sleep 1000" & )' & ); echo $$ >> ${pids}; sleep 1000`,
  ],
  "writes without end": (pids) => ["y.sh", `echo $$ > ${pids}; exec yes`],
  "waits for input from a pipe": (pids) => ["p.sh", `echo $$ > ${pids}; mkfifo q; read x < q`],
};

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A process that was killed but that its parent, the first process of a container, never collected is dead. */
export async function livePids(file: string): Promise<readonly number[]> {
  const pids = (await readFile(file, "utf8")).trim().split(/\s+/u).map(Number);
  const states = await Promise.all(
    pids.map(async (pid) => {
      if (!isAlive(pid)) return false;
      const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => ") X");
      return !/\) [ZX]/u.test(stat);
    }),
  );
  return pids.filter((_, index) => states[index]);
}
