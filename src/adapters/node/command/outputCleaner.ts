/**
 * Takes terminal control out of text that arrives in pieces: escape sequences of all kinds (links, titles, clipboard
 * writes, colors), even when a piece ends in the middle of one, other control characters, and the marks that reorder
 * text. Line feeds and tabs stay; a carriage return, which overwrites on a terminal, starts a new line.
 */
export class OutputCleaner {
  #state: State = "text";
  #length = 0;
  #afterReturn = false;

  clean(piece: string): string {
    if (this.#state === "text" && !this.#afterReturn && !hasSpecial(piece)) return piece;
    let result = "";
    let from = 0;
    for (let index = 0; index < piece.length; index += 1) {
      const code = piece.charCodeAt(index);
      if (this.#state === "text") {
        if (!isSpecial(code) && !this.#afterReturn) continue;
        result += piece.slice(from, index) + this.#control(code);
        from = index + 1;
      } else {
        const kept = this.#inSequence(code);
        from = kept ? index : index + 1;
        if (kept) index -= 1;
      }
    }
    return this.#state === "text" ? result + piece.slice(from) : result;
  }

  /** In plain text, at a character that may not stay as it is: what stays of it. */
  #control(code: number): string {
    const afterReturn = this.#afterReturn;
    this.#afterReturn = false;
    if (afterReturn && code === lineFeed) return "";
    if (code === escape) return this.#begin("escape");
    if (code === 0x9b) return this.#begin("csi");
    if (code === 0x9d || code === 0x90 || code === 0x98 || code === 0x9e || code === 0x9f)
      return this.#begin("string");
    if (code === carriageReturn) {
      this.#afterReturn = true;
      return "\n";
    }
    return isSpecial(code) && code !== lineFeed ? "" : String.fromCharCode(code);
  }

  #begin(state: State): string {
    this.#state = state;
    this.#length = 0;
    return "";
  }

  /** Inside a sequence; true when the character does not belong to it and must be read again as text. */
  #inSequence(code: number): boolean {
    this.#length += 1;
    // A sequence that never ends must not swallow the rest of the output.
    if (code === lineFeed || this.#length > maxSequenceLength) {
      this.#state = "text";
      return code === lineFeed;
    }
    switch (this.#state) {
      case "escape":
        if (code === 0x5b) this.#state = "csi";
        else if (code === 0x5d || code === 0x50 || code === 0x58 || code === 0x5e || code === 0x5f)
          this.#state = "string";
        else if (code < 0x20 || code > 0x2f) this.#state = "text";
        return false;
      case "csi":
        if (code === escape) this.#state = "escape";
        else if (code >= 0x40 && code <= 0x7e) this.#state = "text";
        return false;
      case "string":
        if (code === 0x07 || code === 0x9c) this.#state = "text";
        else if (code === escape) this.#state = "escape";
        return false;
      case "text":
        return true;
    }
  }
}

type State = "text" | "escape" | "csi" | "string";

const escape = 0x1b;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const maxSequenceLength = 65_536;

function hasSpecial(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (isSpecial(text.charCodeAt(index))) return true;
  }
  return false;
}

/** C0 but tab and line feed, DEL, C1, and the marks and isolates of bidirectional text. */
function isSpecial(code: number): boolean {
  if (code < 0x20) return code !== 0x09 && code !== lineFeed;
  if (code < 0x7f) return false;
  if (code <= 0x9f) return true;
  if (code < 0x200e) return code === 0x061c;
  return code <= 0x200f || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x206f);
}
