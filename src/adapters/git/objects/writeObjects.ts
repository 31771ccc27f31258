import { createHash } from "node:crypto";
import { constants, deflateSync } from "node:zlib";
import type { GitPlace } from "../repository/gitPlace";
import type { GitRunner } from "../runner/gitRunner";
import type { OpenRepository } from "../repository/repository";

/**
 * Writes contents as objects, byte by byte, and returns their ids in the same order. Git gets them as one pack on its
 * input, which spares a file and a process for each; it computes the ids itself and would not know others.
 */
export async function writeObjects(
  runner: GitRunner,
  place: GitPlace,
  format: OpenRepository["objectFormat"],
  contents: readonly Uint8Array[],
): Promise<readonly string[]> {
  const ids = contents.map((content) =>
    createHash(format).update(`blob ${content.length}\0`).update(content).digest("hex"),
  );
  const distinct = [...new Map(ids.map((id, number) => [id, contents[number] ?? new Uint8Array()])).values()];
  for (const part of parts(distinct)) {
    await runner.run(place, ["unpack-objects", "-q"], { writes: true, input: packOf(part, format) });
  }
  return ids;
}

/** Bytes in one pack; bounds what is held twice. */
const packBytes = 32 * 1024 * 1024;

function parts(contents: readonly Uint8Array[]): readonly (readonly Uint8Array[])[] {
  const found: Uint8Array[][] = [];
  let bytes = 0;
  for (const content of contents) {
    if (found.length === 0 || bytes + content.length > packBytes) {
      found.push([]);
      bytes = 0;
    }
    found.at(-1)?.push(content);
    bytes += content.length;
  }
  return found;
}

/** Format of gitformat-pack, version 2: header, objects, checksum of all before. */
function packOf(contents: readonly Uint8Array[], format: OpenRepository["objectFormat"]): Buffer {
  const header = Buffer.alloc(12);
  header.write("PACK", "latin1");
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(contents.length, 8);
  const objects = contents.flatMap((content) => [
    blobHeader(content.length),
    deflateSync(content, { level: constants.Z_BEST_SPEED }),
  ]);
  const pack = Buffer.concat([header, ...objects]);
  return Buffer.concat([pack, createHash(format).update(pack).digest()]);
}

/** Type 3 in bits 4 to 6 of the first byte, the size in the four below and seven in each byte that follows. */
function blobHeader(size: number): Buffer {
  const bytes: number[] = [];
  let rest = Math.floor(size / 16);
  bytes.push(0x30 | (size % 16) | (rest > 0 ? 0x80 : 0));
  while (rest > 0) {
    const next = Math.floor(rest / 128);
    bytes.push((rest % 128) | (next > 0 ? 0x80 : 0));
    rest = next;
  }
  return Buffer.from(bytes);
}
