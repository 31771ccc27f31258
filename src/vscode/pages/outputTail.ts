import type { OutputState } from "../../protocol/planView";

const keptLines = 12;
const keptColumns = 300;

/** The last lines that one check printed; another check starts afresh. */
export class OutputTail {
  #check = "";
  /** Whole lines, and at the end the one that is still being written. */
  #lines: string[] = [""];

  add(check: string, chunk: string): void {
    if (check !== this.#check) this.#lines = [""];
    this.#check = check;
    const [rest = "", ...more] = chunk.split("\n");
    const open = this.#lines.pop() ?? "";
    this.#lines.push(...[open + rest, ...more].map((line) => line.slice(0, keptColumns)));
    this.#lines = this.#lines.slice(-keptLines - 1);
  }

  state(): OutputState {
    const lines = this.#lines.at(-1) === "" ? this.#lines.slice(0, -1) : this.#lines;
    return { check: this.#check, lines: lines.slice(-keptLines) };
  }
}
