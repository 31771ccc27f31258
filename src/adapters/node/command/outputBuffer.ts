/** Keeps the beginning and the end of a text that may be endless; the middle is counted, not stored. */
export class OutputBuffer {
  readonly #headLimit: number;
  readonly #tailLimit: number;
  #head = "";
  #headBytes = 0;
  #tail: { readonly text: string; readonly bytes: number }[] = [];
  #tailBytes = 0;
  #dropped = 0;

  /** `limit` in bytes of UTF-8, for everything `text()` can return. */
  constructor(limit: number) {
    const usable = Math.max(0, limit - noticeBytes);
    this.#headLimit = Math.floor(usable / 2);
    this.#tailLimit = usable - this.#headLimit;
  }

  add(text: string): void {
    if (text === "") return;
    const bytes = Buffer.byteLength(text);
    if (this.#headBytes < this.#headLimit && this.#tail.length === 0) {
      if (this.#headBytes + bytes <= this.#headLimit) {
        this.#head += text;
        this.#headBytes += bytes;
        return;
      }
      const encoded = Buffer.from(text);
      const cut = characterStart(encoded, this.#headLimit - this.#headBytes);
      this.#head += encoded.toString("utf8", 0, cut);
      this.#headBytes = this.#headLimit;
      this.#addTail(encoded.toString("utf8", cut), encoded.length - cut);
      return;
    }
    this.#addTail(text, bytes);
  }

  get truncated(): boolean {
    return this.#dropped > 0 || this.#tailBytes > this.#tailLimit;
  }

  text(): string {
    const tail = Buffer.from(this.#tail.map((part) => part.text).join(""));
    if (!this.truncated) return this.#head + tail.toString();
    const start = characterEnd(tail, Math.max(0, tail.length - this.#tailLimit));
    const left = this.#dropped + start;
    return `${this.#head}\n[... ${left} bytes left out ...]\n${tail.toString("utf8", start)}`;
  }

  #addTail(text: string, bytes: number): void {
    const last = this.#tail.at(-1);
    // Programs that write character by character must not make a list of as many parts.
    if (last !== undefined && last.bytes < smallPart) {
      this.#tail[this.#tail.length - 1] = { text: last.text + text, bytes: last.bytes + bytes };
    } else {
      this.#tail.push({ text, bytes });
    }
    this.#tailBytes += bytes;
    let stale = 0;
    for (const part of this.#tail) {
      if (this.#tailBytes - part.bytes < this.#tailLimit) break;
      this.#tailBytes -= part.bytes;
      this.#dropped += part.bytes;
      stale += 1;
    }
    if (stale > 0) this.#tail = this.#tail.slice(stale);
  }
}

/** Room for the line that says how much is missing. */
const noticeBytes = 64;
const smallPart = 4096;

/** The last position at or before `index` where a character begins. */
function characterStart(bytes: Buffer, index: number): number {
  let at = index;
  while (at > 0 && isContinuation(bytes[at])) at -= 1;
  return at;
}

/** The first position at or after `index` where a character begins. */
function characterEnd(bytes: Buffer, index: number): number {
  let at = index;
  while (at < bytes.length && isContinuation(bytes[at])) at += 1;
  return at;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
