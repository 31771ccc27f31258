import fs from "node:fs";
import { constants } from "node:fs";
import fsp from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { Disk, DiskFile } from "../../../ports/disk";
import { makeFolder } from "./makeFolder";

const write = promisify(fs.write);
const fdatasync = promisify(fs.fdatasync);
const ftruncate = promisify(fs.ftruncate);
const close = promisify(fs.close);

/** Up to this size a write only copies into the page cache, which is quicker done at once than handed to a thread. */
const writeInPlace = 64 * 1024;

/** The real disk. Syncs never run on the calling thread. */
export class NodeDisk implements Disk {
  async list(directory: string): Promise<readonly string[]> {
    const names = await absent(fsp.readdir(directory));
    return (names ?? []).sort();
  }

  async makeDirectory(directory: string): Promise<void> {
    await makeFolder(directory, 0o700);
  }

  async read(
    file: string,
    part?: { readonly offset: number; readonly length: number },
  ): Promise<Uint8Array | null> {
    if (part === undefined) return absent(fsp.readFile(file));
    const handle = await absent(fsp.open(file, "r"));
    if (handle === null) return null;
    try {
      const bytes = Buffer.alloc(part.length);
      let filled = 0;
      while (filled < part.length) {
        const { bytesRead } = await handle.read(bytes, filled, part.length - filled, part.offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    } finally {
      await handle.close();
    }
  }

  /** Done in place: it reads no content, and the lease is looked at with every commit. */
  stat(file: string): Promise<{ readonly bytes: number; readonly changed_at: number } | null> {
    return new Promise((resolve) => {
      const found = fs.statSync(file, { throwIfNoEntry: false });
      resolve(found === undefined ? null : { bytes: found.size, changed_at: found.mtimeMs });
    });
  }

  async create(file: string): Promise<DiskFile> {
    return openFile(file, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL);
  }

  async open(file: string): Promise<DiskFile> {
    return openFile(file, constants.O_RDWR);
  }

  async link(file: string, name: string): Promise<void> {
    try {
      await fsp.link(file, name);
    } catch (error) {
      const code = codeOf(error);
      if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS" && code !== "EOPNOTSUPP") throw error;
      // A file system without hard links: an exclusive copy has the same single winner.
      await fsp.copyFile(file, name, constants.COPYFILE_EXCL);
    }
  }

  async rename(from: string, to: string): Promise<void> {
    // Virus scanners hold fresh files open for a moment on Windows.
    for (let tries = 0; ; tries += 1) {
      try {
        await fsp.rename(from, to);
        return;
      } catch (error) {
        const code = codeOf(error);
        const held =
          process.platform === "win32" && (code === "EPERM" || code === "EBUSY" || code === "EACCES");
        if (!held || tries >= 5) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20 * (tries + 1)));
      }
    }
  }

  async remove(file: string): Promise<void> {
    await absent(fsp.unlink(file));
  }

  async syncDirectory(directory: string): Promise<void> {
    if (process.platform === "win32") return;
    const handle = await fsp.open(directory, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  async freeBytes(directory: string): Promise<number | null> {
    const found = await absent(fsp.statfs(path.resolve(directory)));
    return found === null ? null : found.bavail * found.bsize;
  }
}

async function openFile(file: string, flags: number): Promise<DiskFile> {
  const fd = await promisify<string, number, number, number>(fs.open)(file, flags, 0o600);
  return {
    write: async (bytes, position) =>
      bytes.length <= writeInPlace
        ? fs.writeSync(fd, bytes, 0, bytes.length, position)
        : (await write(fd, bytes, 0, bytes.length, position)).bytesWritten,
    sync: () => fdatasync(fd),
    truncate: (bytes) => ftruncate(fd, bytes),
    close: () => close(fd),
  };
}

async function absent<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

/** The operating system's name for a failure, such as ENOSPC; empty for anything else. */
export function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : "";
}
