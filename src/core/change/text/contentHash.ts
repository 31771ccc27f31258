import { sha1 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { encodeText } from "./textBytes";

/** Lower-case hex sha256 of bytes, or of a text's UTF-8. */
export function sha256Hex(content: Uint8Array | string): string {
  return bytesToHex(sha256(typeof content === "string" ? encodeText(content) : content));
}

/** The id git gives to a file with this content, in a repository with sha1 objects. */
export function gitBlobId(bytes: Uint8Array): string {
  return bytesToHex(
    sha1
      .create()
      .update(encodeText(`blob ${bytes.length}\0`))
      .update(bytes)
      .digest(),
  );
}
