import { readdir, readFile } from "node:fs/promises";

/** A process by pid and start time, so that a number used again is never taken for the old process. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot. */
  readonly started: string;
  readonly group: number;
}

/**
 * Live processes that belong to a command: members of its group or session, and whatever carries its mark in the
 * environment, which follows a child through any number of forks and new sessions. Null where there is no /proc.
 */
export async function processesOf(group: number, mark: string): Promise<readonly ProcessIdentity[] | null> {
  if (process.platform !== "linux") return null;
  const entries = await readdir("/proc");
  const pids = entries.filter((entry) => /^\d+$/u.test(entry)).map(Number);
  const found = await Promise.all(
    pids.filter((pid) => pid !== process.pid).map((pid) => memberOf(pid, group, mark)),
  );
  return found.filter((member) => member !== null);
}

/** Every live process below `pid` by parentage; one that changed session and environment is still somebody's child. */
export async function descendantsOf(pid: number): Promise<readonly ProcessIdentity[]> {
  if (process.platform !== "linux") return [];
  const children = (await readText(`/proc/${pid}/task/${pid}/children`)) ?? "";
  const pids = children.trim().split(" ").filter(Boolean).map(Number);
  const below = await Promise.all(
    pids.map(async (child) => {
      const self = await identify(child);
      return [...(self === null ? [] : [self]), ...(await descendantsOf(child))];
    }),
  );
  return below.flat();
}

/** Null when no such process lives; one that ended and was not collected yet does not. */
export async function identify(pid: number): Promise<ProcessIdentity | null> {
  const stat = await readStat(pid);
  return stat === null ? null : { pid, started: stat.started, group: stat.group };
}

/** Sends a signal to one process, unless its number belongs to another one by now. */
export async function signalProcess(target: ProcessIdentity, signal: NodeJS.Signals): Promise<void> {
  const now = await identify(target.pid);
  if (now?.started === target.started) signalQuietly(target.pid, signal);
}

/** Signals a process or, with a negative number, a group; false when there is none any more. */
export function signalQuietly(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else, as after a setuid program.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function memberOf(pid: number, group: number, mark: string): Promise<ProcessIdentity | null> {
  const stat = await readStat(pid);
  if (stat === null) return null;
  const belongs = stat.group === group || stat.session === group || (await carries(pid, mark));
  return belongs ? { pid, started: stat.started, group: stat.group } : null;
}

async function carries(pid: number, mark: string): Promise<boolean> {
  return (await readText(`/proc/${pid}/environ`))?.includes(mark) === true;
}

interface Stat {
  readonly group: number;
  readonly session: number;
  readonly started: string;
}

async function readStat(pid: number): Promise<Stat | null> {
  const text = await readText(`/proc/${pid}/stat`);
  if (text === null) return null;
  // The name is in parentheses and may hold any character, so fields are counted from the last one.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return null;
  return { group: Number(fields[2]), session: Number(fields[3]), started: fields[19] ?? "" };
}

/** Null when the process is gone meanwhile or another user's: not ours in either case. */
async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, "latin1");
  } catch {
    return null;
  }
}
