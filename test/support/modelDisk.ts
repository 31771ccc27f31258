import path from "node:path";
import type { Disk, DiskFile } from "../../src/ports/disk";
import { failure, type Fault, type FaultKind } from "./diskFault";
import { cutTo, settledFile, settle, survivorOf, syncFile, writeTo, type ModelFile } from "./modelFile";
import type { Random } from "./seededRandom";

type Entry =
  | { readonly kind: "put"; readonly name: string; readonly node: ModelFile }
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
  readonly #names = new Map<string, ModelFile>();
  readonly #durableNames = new Map<string, ModelFile>();
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
    const nodes = new Map<ModelFile, ModelFile>();
    for (const [name, node] of names) {
      const survivor = nodes.get(node) ?? survivorOf(node, random);
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
      const copy = settledFile(node.content, node.changedAt);
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
    const node = settledFile(Buffer.alloc(0), (this.#now += 1));
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

  #handle(node: ModelFile): DiskFile {
    return {
      write: async (bytes, position) => {
        const kind = this.#enter(true);
        const taken = kind === null ? bytes.length : Math.max(1, bytes.length >> 1);
        writeTo(node, bytes.subarray(0, taken), position);
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
        syncFile(node);
      },
      truncate: async (bytes) => {
        this.#enter();
        cutTo(node, bytes);
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

function apply(names: Map<string, ModelFile>, operation: Operation): void {
  for (const entry of operation.entries) {
    if (entry.kind === "put") names.set(entry.name, entry.node);
    else names.delete(entry.name);
  }
}
