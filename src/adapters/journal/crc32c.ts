/** Table `k` says what a byte does to the checksum when `k` more bytes follow it. */
const tables = buildTables();

function buildTables(): Uint32Array {
  const entries = new Uint32Array(4 * 256);
  for (let index = 0; index < 256; index += 1) {
    let value = index;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
    entries[index] = value;
  }
  for (let index = 256; index < entries.length; index += 1) {
    const shorter = at(entries, index - 256);
    entries[index] = at(entries, shorter & 0xff) ^ (shorter >>> 8);
  }
  return entries;
}

/** CRC-32C (Castagnoli), four bytes at a time: finds every single flip and every burst up to 32 bits. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  let next = 0;
  for (const whole = bytes.length - 3; next < whole; next += 4) {
    const word =
      crc ^
      (at(bytes, next) |
        (at(bytes, next + 1) << 8) |
        (at(bytes, next + 2) << 16) |
        (at(bytes, next + 3) << 24));
    crc =
      at(tables, 768 + (word & 0xff)) ^
      at(tables, 512 + ((word >>> 8) & 0xff)) ^
      at(tables, 256 + ((word >>> 16) & 0xff)) ^
      at(tables, word >>> 24);
  }
  for (; next < bytes.length; next += 1) crc = at(tables, (crc ^ at(bytes, next)) & 0xff) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** An entry whose index is known to be inside. */
function at(entries: Uint8Array | Uint32Array, index: number): number {
  return entries[index] ?? 0;
}
