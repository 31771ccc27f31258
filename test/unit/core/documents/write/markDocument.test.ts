import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { importDocument } from "../../../../../src/core/documents/read/importDocument";
import { markDocument } from "../../../../../src/core/documents/write/markDocument";
import { spliceText } from "../../../../../src/core/documents/write/spliceText";
import { tasksOf } from "../../../../../src/core/plan/plan";

const folder = path.join(import.meta.dirname, "../../../../fixtures/documents");
const at = Date.UTC(2026, 0, 2, 3, 4);

function marked(text: string, marks: [string, { done: boolean; at?: number }][]): string {
  const result = markDocument(text, "x.md", "auto", new Map(marks));
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

describe("markDocument", () => {
  it("DO-19 ticks a box with the time and changes nothing else", () => {
    const text =
      "\uFEFF# P\r\n\r\n## Tasks\r\n\r\n* [ ] **One**  \r\n    more\r\n1) [ ] Two\r\n\r\n<!-- kept -->";
    const first = tasksOf(read(text))[0]?.task.task_id ?? "";
    expect(marked(text, [[first, { done: true, at }]])).toBe(
      text.replace("[ ] **One**", "[x] (2026-01-02T03:04Z) **One**"),
    );
  });

  it("DO-19 opens a box again, keeps a time that is there, and leaves what is right alone", () => {
    const text = "# P\n\n## Tasks\n\n- [x] (2025-01-01 10:00Z) One\n- [ ] Two\n";
    const [one = "", two = ""] = tasksOf(read(text)).map(({ task }) => task.task_id);
    expect(
      marked(text, [
        [one, { done: true, at }],
        [two, { done: false }],
      ]),
    ).toBe(text);
    expect(marked(text, [[one, { done: false }]])).toBe(text.replace("[x]", "[ ]"));
  });

  it.each(readdirSync(folder).filter((file) => file.endsWith(".md")))(
    "DO-19 ticks every open step of %s, and only boxes and times differ",
    (file) => {
      const text = readFileSync(path.join(folder, file), "utf8");
      const ids = tasksOf(read(text)).map(({ task }) => task.task_id);
      const after = marked(
        text,
        ids.map((id) => [id, { done: true, at }]),
      );
      const bare = (source: string): string =>
        source.replaceAll(/\[[ xX]\](?: \(2026-01-02T03:04Z\))?/gu, "[]");
      expect(bare(after)).toBe(bare(text));
      const again = importDocument(after, file, "auto");
      expect(again.ok && tasksOf(again.value.plan).map(({ task }) => task.title)).toEqual(
        tasksOf(read(text)).map(({ task }) => task.title),
      );
    },
  );
});

function read(text: string) {
  const imported = importDocument(text, "x.md", "auto");
  if (!imported.ok) throw new Error(JSON.stringify(imported.error));
  return imported.value.plan;
}

it("DO-20 splices keep every byte between them", () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.array(fc.tuple(fc.nat(50), fc.nat(3), fc.string({ maxLength: 3 })), { maxLength: 5 }),
      (text, raw) => {
        let free = 0;
        const edits = raw
          .sort((a, b) => a[0] - b[0])
          .flatMap(([start, length, piece]) => {
            const end = start + length;
            if (start < free || end > text.length) return [];
            free = end + 1;
            return [{ start, end, text: piece }];
          });
        const expected = [...edits]
          .reverse()
          .reduce((now, edit) => now.slice(0, edit.start) + edit.text + now.slice(edit.end), text);
        expect(spliceText(text, edits)).toBe(expected);
      },
    ),
  );
});
