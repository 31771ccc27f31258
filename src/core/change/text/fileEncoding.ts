import { err, ok, type Result } from "../../result";
import { decodeText, encodeText } from "./textBytes";
import { hasReturnsOnly, restoreLineEnds } from "./lineEnds";

/**
 * A file as lines of text that can be written back in its own form. `text` has LF line ends and no byte order mark;
 * what the form needs to be restored stays beside it.
 */
export interface DecodedFile {
  readonly text: string;
  readonly encoding: "utf-8" | "utf-16le" | "utf-16be" | "bytes";
  readonly byteOrderMark: boolean;
  /** The text as it is, with its own line ends. */
  readonly original: string;
}

/** Null for binary files. Bytes that are no known encoding are read one character per byte, which loses nothing. */
export function decodeFile(bytes: Uint8Array): DecodedFile | null {
  const wide =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? "utf-16le"
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? "utf-16be"
        : null;
  if (wide !== null && bytes.length % 2 === 0)
    return decoded(decodeWide(bytes, wide === "utf-16le"), wide, true);
  const text = decodeText(bytes);
  if (text !== null) return decoded(text.replace(/^\ufeff/u, ""), "utf-8", text.startsWith("\ufeff"));
  return bytes.includes(0) || bytes.length > maxBytes ? null : decoded(decodeBytes(bytes), "bytes", false);
}

/** The new text in the form of the file it replaces: encoding, byte order mark, line ends. */
export function encodeLike(file: DecodedFile, text: string): Result<Uint8Array, string> {
  const restored = restoreLineEnds(file.original, text);
  if (file.encoding === "utf-8") return ok(encodeText(file.byteOrderMark ? `\ufeff${restored}` : restored));
  if (file.encoding !== "bytes") return ok(encodeWide(restored, file.encoding === "utf-16le"));
  const known = new Set(file.original);
  for (const character of restored) {
    if (character > "\u007f" && !known.has(character)) {
      return err("the file is not encoded in UTF-8, so that only ASCII text can be put into it");
    }
  }
  return ok(Uint8Array.from(restored, (character) => character.charCodeAt(0)));
}

/** A text, such as a model writes for a file, with LF at the end of each line as the file `original` divides them. */
export function linesLike(original: string, text: string): string {
  return text.replace(hasReturnsOnly(original) ? /\r\n?/gu : /\r\n/gu, "\n");
}

const maxBytes = 16 * 1024 * 1024;

function decoded(original: string, encoding: DecodedFile["encoding"], byteOrderMark: boolean): DecodedFile {
  return { text: linesLike(original, original), encoding, byteOrderMark, original };
}

function decodeBytes(bytes: Uint8Array): string {
  let text = "";
  for (let start = 0; start < bytes.length; start += 8192) {
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return text;
}

function decodeWide(bytes: Uint8Array, little: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = "";
  for (let index = 2; index < bytes.length; index += 2)
    text += String.fromCharCode(view.getUint16(index, little));
  return text;
}

function encodeWide(text: string, little: boolean): Uint8Array {
  const bytes = new Uint8Array(text.length * 2 + 2);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xfeff, little);
  for (let index = 0; index < text.length; index++)
    view.setUint16(index * 2 + 2, text.charCodeAt(index), little);
  return bytes;
}
