/** Where the lines of a text begin, so that a large text need not be cut up to look at a few of its lines. */
export class LineIndex {
  readonly text: string;
  readonly count: number;
  /** Start of each line, and the end of the text behind the last. */
  readonly #starts: Int32Array;

  constructor(text: string) {
    this.text = text;
    let starts = new Int32Array(Math.max(16, text.length >> 4));
    let count = 0;
    for (let start = 0; start < text.length;) {
      if (count + 1 >= starts.length) starts = grown(starts);
      starts[count++] = start;
      const end = text.indexOf("\n", start);
      start = end < 0 ? text.length : end + 1;
    }
    starts[count] = text.length;
    this.#starts = starts;
    this.count = count;
  }

  /** A line (0-based) with its newline character, `""` past the end. */
  line(index: number): string {
    return this.slice(index, index + 1);
  }

  lines(start: number, end: number): string[] {
    const lines: string[] = [];
    for (let index = start; index < end; index++) lines.push(this.line(index));
    return lines;
  }

  /** The text of lines `start` to `end`, half open. */
  slice(start: number, end: number): string {
    return this.text.slice(this.#starts[start], this.#starts[end]);
  }

  /** How many characters these lines have. */
  size(start: number, end: number): number {
    return (this.#starts[end] ?? 0) - (this.#starts[start] ?? 0);
  }
}

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
