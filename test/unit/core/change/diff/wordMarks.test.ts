import { describe, expect, it } from "vitest";
import { buildHunks } from "../../../../../src/core/change/diff/buildHunks";
import { wordMarks } from "../../../../../src/core/change/diff/wordMarks";

function marked(before: string, after: string): string[] {
  const lines = buildHunks(before, after)[0]?.lines ?? [];
  const marks = wordMarks(lines);
  return lines.map((line, index) => {
    let text = "";
    let position = 0;
    for (const mark of marks[index] ?? []) {
      text += `${line.text.slice(position, mark.start)}[${line.text.slice(mark.start, mark.end)}]`;
      position = mark.end;
    }
    return { context: " ", remove: "-", add: "+" }[line.kind] + text + line.text.slice(position);
  });
}

describe("wordMarks", () => {
  it.each([
    [
      "a word",
      "const sum = first + second;\n",
      "const total = first + second;\n",
      ["-const [sum] = first + second;", "+const [total] = first + second;"],
    ],
    ["an insertion", "call(a);\n", "call(a, b);\n", ["-call(a);", "+call(a[, b]);"]],
    [
      "letters outside ASCII",
      "el año nuevo es otro\n",
      "el mes nuevo es otro\n",
      ["-el [año] nuevo es otro", "+el [mes] nuevo es otro"],
    ],
    [
      "lines with nothing in common",
      "alpha beta\n",
      "completely different text\n",
      ["-alpha beta", "+completely different text"],
    ],
    [
      "pairs, then what is over",
      "one two three\nfour five six\n",
      "one 2 three\nfour five 6\nseven\n",
      ["-one [two] three", "-four five [six]", "+one [2] three", "+four five [6]", "+seven"],
    ],
  ])("WM-1 marks %s", (_, before, after, expected) => {
    expect(marked(before, after)).toEqual(expected);
  });

  it("WM-2 very long lines have no marks", () => {
    const long = "x ".repeat(5000);
    expect(
      wordMarks([
        { kind: "remove", text: long },
        { kind: "add", text: `${long}y` },
      ]),
    ).toEqual([[], []]);
  });
});
