import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { CommandCgroup } from "./commandCgroup";
import type { ProcessIdentity } from "./processTable";
import { descendantsOf, identify, processesOf, signalProcess, signalQuietly } from "./processTable";

/** How long a polite request to end may take before it is not a request any more. */
const graceMs = 2000;
const killWaitMs = 1500;
const watchMs = 100;

/**
 * A child process and everything it started. Ending it is proved, not assumed: on Linux by the process table, where
 * processes that left the group are found by a mark in their environment, because they were seen as descendants while it
 * ran, or in the command's control group where one can be made. Elsewhere by the group itself.
 */
export class ProcessGroup {
  readonly #child: ChildProcess;
  readonly #mark: string;
  readonly #cgroup: CommandCgroup | null;
  readonly #seen = new Map<number, ProcessIdentity>();
  readonly #watch: NodeJS.Timeout;

  /** `child` was spawned detached, with `mark` (`NAME=value`) in its environment, and inside `cgroup` where there is one. */
  constructor(child: ChildProcess, mark: string, cgroup: CommandCgroup | null = null) {
    this.#child = child;
    this.#mark = mark;
    this.#cgroup = cgroup;
    this.#watch = setInterval(() => void this.#look(), watchMs);
    this.#watch.unref();
  }

  /** TERM, two seconds, KILL. Resolves with the pids that are still alive after that; normally none. */
  async end(): Promise<readonly number[]> {
    clearInterval(this.#watch);
    const pid = this.#child.pid;
    if (process.platform === "win32") return pid === undefined ? [] : await this.#endOnWindows(pid);
    const survivors = pid === undefined ? [] : await this.#endGroup(pid);
    await this.#cgroup?.remove();
    return survivors;
  }

  async #endGroup(pid: number): Promise<readonly number[]> {
    await this.#look();
    if (!(await this.#signal(pid, "SIGTERM"))) return [];
    if (await this.#goneWithin(graceMs)) return [];
    // New processes may appear between looking and killing, so the last blow is repeated until nothing is left.
    const deadline = performance.now() + killWaitMs;
    while (performance.now() < deadline) {
      await this.#cgroup?.kill();
      await this.#signal(pid, "SIGKILL");
      if (await this.#goneWithin(100)) return [];
    }
    return await this.#alive();
  }

  async #look(): Promise<void> {
    for (const member of await descendantsOf(this.#child.pid ?? 0)) this.#seen.set(member.pid, member);
  }

  async #alive(): Promise<readonly number[]> {
    const pid = this.#child.pid ?? 0;
    const members = await this.#members(pid);
    if (members !== null) return members.map((member) => member.pid);
    if (process.platform === "win32")
      return (this.#child.exitCode ?? this.#child.signalCode) === null ? [pid] : [];
    return signalQuietly(-pid, 0) ? [pid] : [];
  }

  /** Null where the platform has no process table to read. */
  async #members(pid: number): Promise<readonly ProcessIdentity[] | null> {
    const members = await processesOf(pid, this.#mark);
    if (members === null) return null;
    const known = new Set(members.map((member) => member.pid));
    const strays: ProcessIdentity[] = [];
    for (const held of (await this.#cgroup?.members()) ?? []) {
      const now = known.has(held) ? null : await identify(held);
      if (now === null) continue;
      known.add(held);
      strays.push(now);
    }
    for (const seen of this.#seen.values()) {
      if (known.has(seen.pid)) continue;
      const now = await identify(seen.pid);
      if (now?.started === seen.started) strays.push(now);
      else this.#seen.delete(seen.pid);
    }
    return [...members, ...strays];
  }

  /** False when there was nothing left to signal. */
  async #signal(pid: number, signal: NodeJS.Signals): Promise<boolean> {
    const members = await this.#members(pid);
    if (members === null) return signalQuietly(-pid, signal);
    if (members.some((member) => member.group === pid)) signalQuietly(-pid, signal);
    const outside = members.filter((member) => member.group !== pid);
    await Promise.all(outside.map((member) => signalProcess(member, signal)));
    return members.length > 0;
  }

  async #goneWithin(limitMs: number): Promise<boolean> {
    const deadline = performance.now() + limitMs;
    for (let wait = 5; ; wait = Math.min(wait * 2, 100)) {
      if ((await this.#alive()).length === 0) return true;
      const left = deadline - performance.now();
      if (left <= 0) return false;
      await delay(Math.min(wait, left));
    }
  }

  /** Windows has no groups to signal; its own tool ends the tree by parentage. */
  async #endOnWindows(pid: number): Promise<readonly number[]> {
    const tool = path.join(process.env["SystemRoot"] ?? "C:\\Windows", "System32", "taskkill.exe");
    await new Promise<void>((resolve) => {
      const killer = spawn(tool, ["/pid", String(pid), "/T", "/F"], { stdio: "ignore", windowsHide: true });
      killer.once("error", () => resolve());
      killer.once("exit", () => resolve());
    });
    await this.#goneWithin(killWaitMs);
    return await this.#alive();
  }
}
