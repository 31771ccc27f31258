import type { Disk, DiskFile } from "../../src/ports/disk";

/** Around which call, counted from 1, its process is stopped; `full` stops it in a write that then finds no space. */
export interface SuspensionPoint {
  readonly when: "before" | "after" | "full";
  readonly call: number;
}

/** A disk whose user is stopped at one of its calls, as by SIGSTOP, until `wake`. */
export class SuspendingDisk implements Disk {
  readonly #disk: Disk;
  readonly #point: SuspensionPoint;
  #calls = 0;
  #wake: (() => void) | null = null;
  readonly #awake: Promise<void>;
  #stopped: (() => void) | null = null;
  /** Resolves with what the user was about to do, or had done, when it was stopped. */
  readonly stopped: Promise<string>;

  constructor(disk: Disk, point: SuspensionPoint) {
    this.#disk = disk;
    this.#point = point;
    this.#awake = new Promise((resolve) => {
      this.#wake = resolve;
    });
    this.stopped = new Promise((resolve) => {
      this.#stopped = () => {
        resolve(`${point.when} ${this.#name}`);
      };
    });
  }

  #name = "";

  wake(): void {
    this.#wake?.();
  }

  list(directory: string): Promise<readonly string[]> {
    return this.#around("list", () => this.#disk.list(directory));
  }
  makeDirectory(directory: string): Promise<void> {
    return this.#around("makeDirectory", () => this.#disk.makeDirectory(directory));
  }
  read(
    file: string,
    part?: { readonly offset: number; readonly length: number },
  ): Promise<Uint8Array | null> {
    return this.#around("read", () => this.#disk.read(file, part));
  }
  stat(file: string): Promise<{ readonly bytes: number; readonly changed_at: number } | null> {
    return this.#around("stat", () => this.#disk.stat(file));
  }
  create(file: string): Promise<DiskFile> {
    return this.#around("create", async () => this.#file(await this.#disk.create(file)));
  }
  open(file: string): Promise<DiskFile> {
    return this.#around("open", async () => this.#file(await this.#disk.open(file)));
  }
  link(file: string, name: string): Promise<void> {
    return this.#around("link", () => this.#disk.link(file, name));
  }
  rename(from: string, to: string): Promise<void> {
    return this.#around("rename", () => this.#disk.rename(from, to));
  }
  remove(file: string): Promise<void> {
    return this.#around("remove", () => this.#disk.remove(file));
  }
  syncDirectory(directory: string): Promise<void> {
    return this.#around("syncDirectory", () => this.#disk.syncDirectory(directory));
  }
  freeBytes(directory: string): Promise<number | null> {
    return this.#disk.freeBytes(directory);
  }

  #file(file: DiskFile): DiskFile {
    return {
      write: (bytes, position) =>
        this.#around(
          "write",
          () => file.write(bytes, position),
          () => file.write(bytes.subarray(0, Math.ceil(bytes.length * 0.7)), position),
        ),
      sync: () => this.#around("sync", () => file.sync()),
      truncate: (bytes) => this.#around("truncate", () => file.truncate(bytes)),
      close: () => this.#around("close", () => file.close()),
    };
  }

  /** `part` is what a write without enough space still does. */
  async #around<T>(name: string, call: () => Promise<T>, part?: () => Promise<unknown>): Promise<T> {
    const { when } = this.#point;
    if (when === "full" && part === undefined) return call();
    this.#calls += 1;
    if (this.#calls !== this.#point.call) return call();
    this.#name = name;
    if (when === "before") await this.#stop();
    if (when === "full") {
      await part?.();
      await this.#stop();
      throw Object.assign(new Error("ENOSPC: injected"), { code: "ENOSPC" });
    }
    const result = await call();
    if (when === "after") await this.#stop();
    return result;
  }

  async #stop(): Promise<void> {
    this.#stopped?.();
    await this.#awake;
  }
}
