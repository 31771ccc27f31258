import path from "node:path";
import { NodeDisk } from "../../src/adapters/node/files/nodeDisk";
import type { DiskFile } from "../../src/ports/disk";

/** Which files take nothing more: the journal and everything else, or everything but the journal. */
export type Full = "no" | "all" | "blobs";

/** A real disk that is full whenever a test says so. The lease is written in place and needs no space. */
export class FullDisk extends NodeDisk {
  full: Full = "no";

  override async create(file: string): Promise<DiskFile> {
    const name = path.basename(file);
    const isJournal = name.startsWith("journal-");
    if (!name.startsWith("lease") && this.#refuses(isJournal)) throw noSpace();
    const made = await super.create(file);
    return isJournal ? this.#journal(made) : made;
  }

  override async open(file: string): Promise<DiskFile> {
    const opened = await super.open(file);
    return path.basename(file).startsWith("journal-") ? this.#journal(opened) : opened;
  }

  #refuses(isJournal: boolean): boolean {
    return this.full === "all" || (this.full === "blobs" && !isJournal);
  }

  #journal(file: DiskFile): DiskFile {
    return {
      write: (bytes, position) =>
        this.#refuses(true) ? Promise.reject(noSpace()) : file.write(bytes, position),
      sync: () => file.sync(),
      truncate: (bytes) => file.truncate(bytes),
      close: () => file.close(),
    };
  }
}

function noSpace(): Error {
  return Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
}
