import { writeSync } from "node:fs";
import type { Disk, DiskFile } from "../../src/ports/disk";

/**
 * Where a process kills itself: before or after its n-th call that makes something durable, counted from 1, or some
 * milliseconds later, in the middle of whatever that call was the word for.
 */
export interface KillPoint {
  readonly when: "before" | "after";
  readonly call: number;
  readonly delayMs: number;
}

/** `before:12`, `after:3` or `after:3:80`; null when nothing is asked for. */
export function parseKillPoint(text: string | undefined): KillPoint | null {
  if (text === undefined || text === "") return null;
  const match = /^(before|after):(\d+)(?::(\d+))?$/u.exec(text);
  if (match === null) throw new Error(`${text} is no kill point`);
  return { when: match[1] as KillPoint["when"], call: Number(match[2]), delayMs: Number(match[3] ?? 0) };
}

/** Counts durable calls, and at its turn sends this process a real SIGKILL after saying `KILLED before rename`. */
export class KillSwitch {
  readonly #point: KillPoint;
  readonly #only: string | null;
  #calls = 0;

  /** `only` names the one kind of call that counts; all that change something do without it. */
  constructor(point: KillPoint, only: string | null) {
    this.#point = point;
    this.#only = only;
  }

  async around<T>(name: string, call: () => Promise<T>): Promise<T> {
    if (this.#only !== null && name !== this.#only) return call();
    this.#calls += 1;
    const due = this.#calls === this.#point.call;
    if (due && this.#point.when === "before") return die(`before ${name}`);
    const result = await call();
    if (due && this.#point.delayMs === 0) return die(`after ${name}`);
    if (due) setTimeout(() => void die(`${this.#point.delayMs} ms after ${name}`), this.#point.delayMs);
    return result;
  }

  file(file: DiskFile): DiskFile {
    return {
      write: (bytes, position) => this.around("write", () => file.write(bytes, position)),
      sync: () => this.around("sync", () => file.sync()),
      truncate: (bytes) => this.around("truncate", () => file.truncate(bytes)),
      close: () => file.close(),
    };
  }
}

function die(where: string): Promise<never> {
  writeSync(1, `KILLED ${where}\n`);
  process.kill(process.pid, "SIGKILL");
  return new Promise<never>(() => undefined);
}

/** The disk with a kill switch around every call that changes something. */
export function killingDisk(disk: Disk, point: KillPoint, only: string | null = null): Disk {
  const by = new KillSwitch(point, only);
  return {
    list: (directory) => disk.list(directory),
    read: (path, part) => disk.read(path, part),
    stat: (path) => disk.stat(path),
    freeBytes: (directory) => disk.freeBytes(directory),
    makeDirectory: (directory) => by.around("makeDirectory", () => disk.makeDirectory(directory)),
    create: async (path) => by.file(await by.around("create", () => disk.create(path))),
    open: async (path) => by.file(await disk.open(path)),
    link: (path, name) => by.around("link", () => disk.link(path, name)),
    rename: (from, to) => by.around("rename", () => disk.rename(from, to)),
    remove: (path) => by.around("remove", () => disk.remove(path)),
    syncDirectory: (directory) => by.around("syncDirectory", () => disk.syncDirectory(directory)),
  };
}
