/** A sentence of the product and the words that stand for its arguments. */
export interface FoundSentence {
  readonly message: string;
  readonly args: readonly string[];
}

interface Shape {
  readonly message: string;
  readonly pattern: RegExp;
  readonly fixed: number;
}

/** Letters of its own that a phrase needs to be told from anything else; below those of a sentence with single words in it. */
const shortest = 5;
const sentence = 8;

/**
 * Finds again which sentence a finished one was made from: failures come with their arguments filled in. Only messages
 * whose arguments come in order, each once, are found; the one with most words of its own is tried first.
 */
export function findSentence(messages: readonly string[]): (sentence: string) => FoundSentence | null {
  let shapes: readonly Shape[] | null = null;
  return (sentence) => {
    shapes ??= messages.flatMap(shapeOf).sort((a, b) => b.fixed - a.fixed);
    for (const { message, pattern } of shapes) {
      const found = pattern.exec(sentence);
      if (found !== null) return { message, args: found.slice(1) };
    }
    return null;
  };
}

function shapeOf(message: string): Shape[] {
  const parts = message.split(/\{\d+\}/u);
  const order = [...message.matchAll(/\{(\d+)\}/gu)].map(([, index]) => Number(index));
  const fixed = parts.join("").replace(/[^\p{L}]/gu, "").length;
  if (order.length === 0 || fixed < shortest || order.some((index, at) => index !== at)) return [];
  const argument = fixed < sentence ? String.raw`(\S+)` : "(.+)";
  return [{ message, fixed, pattern: new RegExp(`^${parts.map(escaped).join(argument)}$`, "su") }];
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");
}
