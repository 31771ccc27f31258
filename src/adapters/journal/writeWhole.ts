import type { DiskFile } from "../../ports/disk";

/** Writes until the file has taken every byte; a disk that takes none is a failure. */
export async function writeWhole(file: DiskFile, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const taken = await file.write(bytes.subarray(written), position + written);
    if (taken <= 0) throw Object.assign(new Error("the disk took no bytes"), { code: "EIO" });
    written += taken;
  }
}
