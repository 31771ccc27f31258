import type { ModelPart } from "../../ports/languageModel";

const open = "<think>";
const close = "</think>";

/** Separates a leading `<think>` block from the answer, however the stream cuts the marks into pieces. */
export class ThinkSplitter {
  #state: "start" | "thinking" | "answer" = "start";
  #held = "";

  push(text: string): ModelPart[] {
    if (this.#state === "answer") return part("text", text);
    this.#held += text;
    if (this.#state === "start") {
      const seen = this.#held.trimStart();
      if (seen.length < open.length && open.startsWith(seen)) return [];
      if (!seen.startsWith(open)) return this.#release("answer", "text");
      this.#state = "thinking";
      this.#held = seen.slice(open.length);
    }
    return this.#think();
  }

  /** What was held back to see whether a mark would come. */
  flush(): ModelPart[] {
    return this.#release("answer", this.#state === "thinking" ? "reasoning" : "text");
  }

  #think(): ModelPart[] {
    const end = this.#held.indexOf(close);
    if (end >= 0) {
      const thought = this.#held.slice(0, end);
      const rest = this.#held.slice(end + close.length).replace(/^\s+/u, "");
      this.#held = "";
      this.#state = "answer";
      return [...part("reasoning", thought), ...part("text", rest)];
    }
    const keep = partialMark(this.#held);
    const thought = this.#held.slice(0, this.#held.length - keep);
    this.#held = this.#held.slice(this.#held.length - keep);
    return part("reasoning", thought);
  }

  #release(state: "answer", type: "text" | "reasoning"): ModelPart[] {
    const held = this.#held;
    this.#held = "";
    this.#state = state;
    return part(type, held);
  }
}

/** Length of the longest end of `text` that may be the beginning of the closing mark. */
function partialMark(text: string): number {
  for (let length = Math.min(close.length - 1, text.length); length > 0; length -= 1) {
    if (close.startsWith(text.slice(-length))) return length;
  }
  return 0;
}

function part(type: "text" | "reasoning", text: string): ModelPart[] {
  return text === "" ? [] : [{ type, text }];
}
