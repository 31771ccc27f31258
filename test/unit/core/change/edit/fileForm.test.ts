import { describe, expect, it } from "vitest";
import { applyOperations } from "../../../../../src/core/change/edit/applyOperations";
import {
  authorizeOperations,
  type CurrentFile,
} from "../../../../../src/core/change/edit/authorizeOperations";
import { parseToolEdits } from "../../../../../src/core/change/edit/parseToolEdits";
import { editForms, newText, oldText, type ParsedEdits } from "../../../../support/editForms";

/** What the edits leave in `f.txt`; null when they change nothing. */
function edited(parsed: ParsedEdits, before: Uint8Array): Buffer | null {
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  const files = new Map<string, CurrentFile | null>([["f.txt", { bytes: before, mode: 0o755 }]]);
  const authorized = authorizeOperations(parsed.value, { scope: null, files });
  if (!authorized.ok) throw new Error(JSON.stringify(authorized.error));
  const writes = applyOperations(files, authorized.value);
  if (!writes.ok) throw new Error(JSON.stringify(writes.error));
  const [write] = writes.value;
  if (write === undefined) return null;
  expect(write).toMatchObject({ kind: "write", mode: 0o755 });
  return write.kind === "write" ? Buffer.from(write.bytes) : null;
}

const lineEnds = { LF: "\n", CRLF: "\r\n", CR: "\r" } as const;
const encodings: Readonly<Record<string, (text: string) => Buffer>> = {
  "UTF-8": (text) => Buffer.from(text),
  "UTF-8 with a byte order mark": (text) => Buffer.from(`\ufeff${text}`),
  "UTF-16": (text) => Buffer.from(`\ufeff${text}`, "utf16le"),
};

const changing = editForms.filter(({ exists, name }) => exists && !/delete|move/u.test(name));

describe("the form of a file", () => {
  it.each(changing)(
    "CH-27 is kept by $name: line ends, final newline, mark, encoding and mode",
    ({ edits }) => {
      for (const [ends, end] of Object.entries(lineEnds))
        for (const [encoding, encode] of Object.entries(encodings))
          for (const final of [true, false]) {
            const form = (text: string) => encode((final ? text : text.trimEnd()).replace(/\n/gu, end));
            const label = `${ends}, ${encoding}, ${final ? "with" : "without"} a final newline`;
            expect(edited(edits("f.txt"), form(oldText)), label).toEqual(form(newText));
          }
    },
  );

  const whole = (content: string) => parseToolEdits("write_file", { path: "f.txt", content });

  it.each([
    ["a missing newline is an oversight", "a\nb\n", "a\nc", "a\nc\n"],
    ["also where it is all that differs", "a\nb\n", "a\nb", null],
    ["an extra newline is one, too", "a\nb", "a\nc\n", "a\nc"],
    ["but meant where it is all that is said", "a\nb", "a\nb\n", "a\nb\n"],
    ["an empty last line stays", "a\nb", "a\n\n", "a\n"],
    ["a single line without newline", "a", "b\n", "b"],
    ["an empty file takes what it is given", "", "a", "a"],
    ["a file that is emptied", "a\n", "", ""],
    ["lines of CR, sent as such", "a\rb\r", "a\rc\r", "a\rc\r"],
    ["lines of CR, sent as CRLF", "a\rb", "a\r\nc\r\n", "a\rc"],
    ["lines of CR that get more", "a\rb\r", "a\nb\nc\n", "a\rb\rc\r"],
    ["a CR inside a line of another file", "a\rb\nc\n", "a\rb\nd\n", "a\rb\nd\n"],
  ])("CH-27 a whole file ends as the present one does: %s", (_, before, content, after) => {
    expect(edited(whole(content), Buffer.from(before))?.toString() ?? null).toBe(after);
  });

  it("CH-27 a search finds lines that end with CR, however it writes them", () => {
    for (const end of ["\n", "\r\n", "\r"]) {
      const edits = [{ search: `one${end}two`, replace: `one${end}1.5${end}2` }];
      const parsed = parseToolEdits("edit_file", { path: "f.txt", edits });
      expect(edited(parsed, Buffer.from("one\rtwo\rthree"))?.toString()).toBe("one\r1.5\r2\rthree");
    }
  });
});
