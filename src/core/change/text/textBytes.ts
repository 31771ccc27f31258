/**
 * Text and bytes without loss: a file is text only if decoding and encoding give the same bytes back. The byte order
 * mark stays part of the text.
 */
export function decodeText(bytes: Uint8Array): string | null {
  if (bytes.length > maxTextBytes || bytes.subarray(0, sniffedBytes).includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    // The decoder's way of saying that the bytes are not UTF-8.
    if (error instanceof TypeError || error instanceof RangeError) return null;
    throw error;
  }
}

export function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Larger files are handled as one piece, like binary ones. */
const maxTextBytes = 16 * 1024 * 1024;
/** What git looks at to tell binary files. */
const sniffedBytes = 8000;

/** Both exist in every runtime this code meets, Node and browser, but in no library file that fits them all. */
declare const TextDecoder: new (
  label: "utf-8",
  options: { readonly fatal: true; readonly ignoreBOM: true },
) => { decode(bytes: Uint8Array): string };
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
