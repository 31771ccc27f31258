import path from "node:path";
import type { Disk, DiskFile } from "../../src/ports/disk";

export type FaultKind =
  "EIO" | "ENOSPC" | "EROFS" | "EACCES" | "EMFILE" | "short" | "torn" | "failed-fsync" | "crash";

/** Which call fails, and how. Calls are counted from 1 in the order they are made. */
export interface Fault {
  readonly call: number;
  readonly kind: FaultKind;
  readonly forever: boolean;
}

export type Random = () => number;

/** A small seeded generator (mulberry32), so that every failure can be played again. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = state;
    value = Math.imul(value ^ (value >>> 15), value | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

const pageSize = 4096;

interface Node {
  content: Buffer;
  durable: Buffer;
  /** Per page the bytes that were written since the last sync. */
  readonly dirty: Map<number, { start: number; end: number }>;
  changedAt: number;
}

type Entry =
  | { readonly kind: "put"; readonly name: string; readonly node: Node }
  | { readonly kind: "drop"; readonly name: string };

/** A name change with all its parts: they become durable together. */
interface Operation {
  readonly directory: string;
  readonly entries: readonly Entry[];
}

/**
 * A disk in memory that separates what a program sees from what would survive a power cut. After a cut what was
 * written to a page without a sync is old, new, zero or garbage, for each page by itself; bytes of a page that were
 * not written keep what they had, as SQLite assumes of disks too. The size of a file is old or new, and of the unsynced name changes of a
 * folder a random prefix has happened.
 */
export class ModelDisk implements Disk {
  readonly #names = new Map<string, Node>();
  readonly #durableNames = new Map<string, Node>();
  readonly #folders = new Set<string>();
  #pending: Operation[] = [];
  readonly #random: Random;
  #calls = 0;
  #fault: Fault | null = null;
  #fired = false;
  #crashed = false;
  #now = 1_700_000_000_000;

  constructor(random: Random) {
    this.#random = random;
  }

  get calls(): number {
    return this.#calls;
  }

  get fired(): boolean {
    return this.#fired;
  }

  plan(fault: Fault | null): void {
    this.#fault = fault;
    this.#calls = 0;
    this.#fired = false;
  }

  /** Every call from now on fails, as after the power is gone. */
  crash(): void {
    this.#crashed = true;
  }

  /** What is left after a power cut at this moment. */
  afterPowerCut(random: Random): ModelDisk {
    const next = new ModelDisk(random);
    const names = new Map(this.#durableNames);
    const directories = [...new Set(this.#pending.map((operation) => operation.directory))];
    for (const directory of directories) {
      const operations = this.#pending.filter((operation) => operation.directory === directory);
      for (const operation of operations.slice(0, Math.floor(random() * (operations.length + 1))))
        apply(names, operation);
    }
    const nodes = new Map<Node, Node>();
    for (const [name, node] of names) {
      const survivor = nodes.get(node) ?? survive(node, random);
      nodes.set(node, survivor);
      next.#names.set(name, survivor);
      next.#durableNames.set(name, survivor);
    }
    for (const folder of this.#folders) next.#folders.add(folder);
    return next;
  }

  /** What is left after the process alone was killed: everything it wrote. */
  afterKill(random: Random): ModelDisk {
    const next = new ModelDisk(random);
    for (const [name, node] of this.#names) {
      const copy = {
        content: Buffer.from(node.content),
        durable: Buffer.from(node.content),
        dirty: new Map(),
        changedAt: node.changedAt,
      };
      next.#names.set(name, copy);
      next.#durableNames.set(name, copy);
    }
    for (const folder of this.#folders) next.#folders.add(folder);
    return next;
  }

  /** Content as the program sees it, for tests that damage files. */
  contentOf(file: string): Buffer | null {
    return this.#names.get(file)?.content ?? null;
  }

  setContent(file: string, content: Buffer): void {
    const node = this.#names.get(file);
    if (node === undefined) throw new Error(`no file ${file}`);
    node.content = content;
    node.durable = Buffer.from(content);
  }

  paths(): readonly string[] {
    return [...this.#names.keys()].sort();
  }

  async list(directory: string): Promise<readonly string[]> {
    this.#enter();
    const prefix = `${directory}/`;
    const names = new Set<string>();
    for (const name of [...this.#names.keys(), ...this.#folders]) {
      if (name.startsWith(prefix)) names.add(name.slice(prefix.length).split("/")[0] ?? "");
    }
    return [...names].sort();
  }

  async makeDirectory(directory: string): Promise<void> {
    this.#enter();
    this.#folders.add(directory);
  }

  async read(
    file: string,
    part?: { readonly offset: number; readonly length: number },
  ): Promise<Uint8Array | null> {
    this.#enter();
    const node = this.#names.get(file);
    if (node === undefined) return null;
    const bytes =
      part === undefined ? node.content : node.content.subarray(part.offset, part.offset + part.length);
    return Uint8Array.from(bytes);
  }

  async stat(file: string): Promise<{ readonly bytes: number; readonly changed_at: number } | null> {
    this.#enter();
    const node = this.#names.get(file);
    return node === undefined ? null : { bytes: node.content.length, changed_at: node.changedAt };
  }

  async create(file: string): Promise<DiskFile> {
    this.#enter();
    if (this.#names.has(file)) throw failure("EEXIST");
    const node: Node = {
      content: Buffer.alloc(0),
      durable: Buffer.alloc(0),
      dirty: new Map(),
      changedAt: (this.#now += 1),
    };
    this.#names.set(file, node);
    this.#remember(path.dirname(file), [{ kind: "put", name: file, node }]);
    return this.#handle(node);
  }

  async open(file: string): Promise<DiskFile> {
    this.#enter();
    const node = this.#names.get(file);
    if (node === undefined) throw failure("ENOENT");
    return this.#handle(node);
  }

  async link(file: string, name: string): Promise<void> {
    this.#enter();
    const node = this.#names.get(file);
    if (node === undefined) throw failure("ENOENT");
    if (this.#names.has(name)) throw failure("EEXIST");
    this.#names.set(name, node);
    this.#remember(path.dirname(name), [{ kind: "put", name, node }]);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#enter();
    const node = this.#names.get(from);
    if (node === undefined) throw failure("ENOENT");
    this.#names.delete(from);
    this.#names.set(to, node);
    this.#remember(path.dirname(to), [
      { kind: "drop", name: from },
      { kind: "put", name: to, node },
    ]);
  }

  async remove(file: string): Promise<void> {
    this.#enter();
    if (!this.#names.delete(file)) return;
    this.#remember(path.dirname(file), [{ kind: "drop", name: file }]);
  }

  async syncDirectory(directory: string): Promise<void> {
    this.#enter();
    for (const operation of this.#pending)
      if (operation.directory === directory) apply(this.#durableNames, operation);
    this.#pending = this.#pending.filter((operation) => operation.directory !== directory);
  }

  async freeBytes(): Promise<number | null> {
    return null;
  }

  #remember(directory: string, entries: readonly Entry[]): void {
    this.#pending.push({ directory, entries });
  }

  #handle(node: Node): DiskFile {
    return {
      write: async (bytes, position) => {
        const kind = this.#enter(true);
        const taken = kind === null ? bytes.length : Math.max(1, bytes.length >> 1);
        write(node, bytes.subarray(0, taken), position);
        node.changedAt = this.#now += 1;
        if (kind === "torn") throw failure("EIO");
        return taken;
      },
      sync: async () => {
        const kind = this.#enter(false, true);
        if (kind === "failed-fsync") {
          // The pages are marked clean although only some of them reached the disk; nobody will write them again.
          settle(node, this.#random);
          throw failure("EIO");
        }
        node.durable = Buffer.from(node.content);
        node.dirty.clear();
      },
      truncate: async (bytes) => {
        this.#enter();
        for (let at = bytes; at < node.content.length; at = (Math.floor(at / pageSize) + 1) * pageSize)
          touch(node, at, Math.min(node.content.length, (Math.floor(at / pageSize) + 1) * pageSize));
        node.content = Buffer.from(node.content.subarray(0, bytes));
      },
      close: async () => {
        this.#enter();
      },
    };
  }

  /** Counts a call and fails it when its turn has come; answers the faults that the caller must act out. */
  #enter(writes = false, syncs = false): FaultKind | null {
    this.#calls += 1;
    if (this.#crashed) throw failure("EIO");
    const fault = this.#fault;
    if (fault === null || this.#calls < fault.call || (this.#fired && !fault.forever)) return null;
    const { kind } = fault;
    // Faults of writing and syncing wait for a call that writes or syncs.
    if ((kind === "short" || kind === "torn") && !writes) return null;
    if (kind === "failed-fsync" && !syncs) return null;
    this.#fired = true;
    if (kind === "short" || kind === "torn" || kind === "failed-fsync") return kind;
    if (kind === "crash") {
      this.#crashed = true;
      throw failure("EIO");
    }
    throw failure(kind);
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}

function apply(names: Map<string, Node>, operation: Operation): void {
  for (const entry of operation.entries) {
    if (entry.kind === "put") names.set(entry.name, entry.node);
    else names.delete(entry.name);
  }
}

function write(node: Node, bytes: Uint8Array, position: number): void {
  const end = position + bytes.length;
  if (end > node.content.length) {
    const grown = Buffer.alloc(end);
    node.content.copy(grown);
    node.content = grown;
  }
  node.content.set(bytes, position);
  for (let at = position; at < end; at = (Math.floor(at / pageSize) + 1) * pageSize)
    touch(node, at, Math.min(end, (Math.floor(at / pageSize) + 1) * pageSize));
}

function touch(node: Node, start: number, end: number): void {
  const page = Math.floor(start / pageSize);
  const known = node.dirty.get(page);
  node.dirty.set(page, {
    start: Math.min(start, known?.start ?? start),
    end: Math.max(end, known?.end ?? end),
  });
}

/** A node as a power cut leaves it. */
function survive(node: Node, random: Random): Node {
  const copy: Node = {
    content: Buffer.from(node.content),
    durable: Buffer.from(node.durable),
    dirty: new Map(node.dirty),
    changedAt: node.changedAt,
  };
  settle(copy, random);
  copy.content = Buffer.from(copy.durable);
  return copy;
}

/** Decides for each unsynced page what the platter holds. */
function settle(node: Node, random: Random): void {
  if (node.dirty.size === 0) return;
  const size = random() < 0.5 ? node.content.length : node.durable.length;
  const result = Buffer.alloc(size);
  node.durable.copy(result, 0, 0, Math.min(size, node.durable.length));
  for (const range of node.dirty.values()) {
    const { start } = range;
    const end = Math.min(range.end, size);
    if (start >= end) continue;
    const luck = random();
    if (luck < 0.45) continue;
    if (luck < 0.9) {
      result.fill(0, start, end);
      // A file that was cut meanwhile has nothing to put there.
      if (start < node.content.length)
        node.content.copy(result, start, start, Math.min(end, node.content.length));
    } else if (luck < 0.95) result.fill(0, start, end);
    else for (let at = start; at < end; at += 1) result[at] = Math.floor(random() * 256);
  }
  node.durable = result;
  node.dirty.clear();
}
