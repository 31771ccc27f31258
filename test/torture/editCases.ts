import { applyHunks } from "../../src/core/change/diff/applyHunks";
import { applyOperations } from "../../src/core/change/edit/applyOperations";
import { authorizeOperations, type CurrentFile } from "../../src/core/change/edit/authorizeOperations";
import { buildChangeSet } from "../../src/core/change/buildChangeSet";
import type { EditOperation } from "../../src/core/change/edit/editOperation";
import { parseToolEdits } from "../../src/core/change/edit/parseToolEdits";
import { parseTextEdits } from "../../src/core/change/edit/parseTextEdits";
import { seeded, type Random } from "../support/seededRandom";

export interface EditOutcome {
  readonly cases: number;
  readonly applied: number;
  readonly refused: number;
  /** Each with the seed that brings it back. */
  readonly wrong: readonly string[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Two texts, their hunks applied: all of them give the second, none of them the first. */
export function diffCases(seed: number, count: number): EditOutcome {
  const wrong: string[] = [];
  for (let index = 0; index < count; index++) {
    const random = seeded(seed + index);
    // Now and then a large file, which is compared in another way.
    const before = index % 250 === 0 ? manyLines(random) : randomBytes(random);
    const after = random() < 0.8 ? mutated(random, before) : randomBytes(random);
    const files = [
      { path: "f", before, after, mode_before: "100644", mode_after: random() < 0.1 ? "100755" : "100644" },
    ];
    const change = buildChangeSet(files, { scope: null }).files[0];
    if (change === undefined) continue;
    const sides = { before, after: change.binary ? after : null };
    const all = applyHunks(sides, change, null);
    const none = applyHunks(sides, change, []);
    const some = change.hunks.map((hunk) => hunk.number).filter(() => random() < 0.5);
    const part = applyHunks(sides, change, some);
    if (!all.ok || !same(all.value.bytes, after) || all.value.mode !== change.mode_after)
      wrong.push(`seed ${seed + index}: all`);
    else if (!none.ok || !same(none.value.bytes, before)) wrong.push(`seed ${seed + index}: none`);
    else if (!part.ok) wrong.push(`seed ${seed + index}: part`);
  }
  return { cases: count, applied: count - wrong.length, refused: 0, wrong };
}

/**
 * A known edit of a known file, written in every format the way models write it (other white space, wrong numbers),
 * while the file has drifted since the model read it. The result is exactly the edit on the drifted file, or a refusal.
 */
export function driftCases(seed: number, count: number): EditOutcome {
  const wrong: string[] = [];
  let [applied, refused] = [0, 0];
  for (let index = 0; index < count; index++) {
    const random = seeded(seed + index);
    const edit = randomEdit(random);
    const operations = written(random, edit);
    const result = carriedOut(operations, edit.fileNow);
    if (result === null) refused++;
    else if (result === edit.expected) applied++;
    else wrong.push(`seed ${seed + index}: ${edit.format}`);
  }
  return { cases: count, applied, refused, wrong };
}

interface Line {
  readonly text: string;
  /** Which line of the model's view it is; -1 for lines that came since. */
  readonly origin: number;
}

interface KnownEdit {
  readonly format: "replace" | "block" | "diff" | "envelope";
  readonly seen: readonly string[];
  /** Lines `start` to `end` of what the model saw become `lines`. */
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
  readonly fileNow: string;
  readonly expected: string;
}

const formats = ["replace", "block", "diff", "envelope"] as const;

function randomEdit(random: Random): KnownEdit {
  const seen = randomLines(random, 5 + integer(random, 40));
  const start = integer(random, seen.length - 1);
  const end = Math.min(seen.length, start + integer(random, 4) + (random() < 0.15 ? 0 : 1));
  const depth = /^ */u.exec(seen[start] ?? "")?.[0] ?? "";
  const lines = Array.from(
    { length: integer(random, 4) + (start === end ? 1 : 0) },
    () => `${depth}new_${integer(random, 1e6)}();`,
  );
  const now = drift(random, seen, start, end);
  const edited: string[] = [];
  const first = now.findIndex((line) => line.origin >= start);
  now.forEach((line, at) => {
    if (at === first || (first === -1 && at === now.length)) edited.push(...lines);
    if (line.origin < start || line.origin >= end) edited.push(line.text);
  });
  if (first === -1) edited.push(...lines);
  const windows = random() < 0.2;
  const eol = windows ? "\r\n" : "\n";
  const finish = (texts: readonly string[]): string => texts.map((text) => text + eol).join("");
  const format = formats[integer(random, formats.length)] ?? "replace";
  return {
    format,
    seen,
    start,
    end,
    lines,
    fileNow: finish(now.map((line) => line.text)),
    expected: finish(edited),
  };
}

/** Other lines came and went meanwhile, everywhere but at the lines that the edit replaces and their neighbors. */
function drift(random: Random, seen: readonly string[], start: number, end: number): Line[] {
  const now: Line[] = [];
  seen.forEach((text, origin) => {
    const near = origin >= start - 1 && origin <= end;
    if (!near && random() < 0.06) return;
    now.push({ text: !near && random() < 0.06 ? `${text} // changed` : text, origin });
    if (!near && random() < 0.06) now.push({ text: `other_${integer(random, 1e6)}();`, origin: -1 });
  });
  // Lines that came since are never counted as the first line of the edit.
  return now;
}

function written(random: Random, edit: KnownEdit): readonly EditOperation[] {
  const context = 1 + integer(random, 4);
  const from = Math.max(0, edit.start - context);
  const to = Math.min(edit.seen.length, edit.end + context);
  const chosen = disguises[integer(random, disguises.length)] ?? plain;
  const asChosen = edit.seen.slice(from, to).map(chosen.change).join("\n");
  // Text that is in the file letter by letter, only elsewhere, would be another edit and not a disguise of this one.
  const disguise = edit.fileNow.replace(/\r/gu, "").includes(asChosen) ? plain : chosen;
  const old = edit.seen.slice(from, to).map(disguise.change);
  const before = edit.seen.slice(from, edit.start).map(disguise.change);
  const after = edit.seen.slice(edit.end, to).map(disguise.change);
  // What a model adds it means as it writes it, but in its own idea of the indentation.
  const middle = edit.lines.map(disguise.indents ? disguise.change : (line) => line);
  const removed = edit.seen.slice(edit.start, edit.end).map(disguise.change);
  const body = [
    ...before.map((line) => ` ${line}`),
    ...removed.map((line) => `-${line}`),
    ...middle.map((line) => `+${line}`),
    ...after.map((line) => ` ${line}`),
  ];
  const search = `${old.join("\n")}\n`;
  const replace = [...before, ...middle, ...after].map((line) => `${line}\n`).join("");
  if (edit.format === "replace")
    return valueOf(parseToolEdits("edit_file", { path: "f.ts", edits: [{ search, replace }] }));
  if (edit.format === "block")
    return valueOf(parseTextEdits(`f.ts\n<<<<<<< SEARCH\n${search}=======\n${replace}>>>>>>> REPLACE\n`));
  const patch = body.join("\n");
  if (edit.format === "envelope") {
    return valueOf(
      parseToolEdits("apply_patch", {
        patch: `*** Begin Patch\n*** Update File: f.ts\n@@\n${patch}\n*** End Patch\n`,
      }),
    );
  }
  const count = random() < 0.3 ? integer(random, 9) : old.length;
  const header =
    random() < 0.2
      ? "@@ ... @@"
      : `@@ -${from + 1},${count} +${from + 1},${before.length + middle.length + after.length} @@`;
  return valueOf(parseToolEdits("apply_patch", { patch: `--- a/f.ts\n+++ b/f.ts\n${header}\n${patch}\n` }));
}

interface Disguise {
  readonly change: (line: string) => string;
  readonly indents: boolean;
}

const plain: Disguise = { change: (line) => line, indents: false };

const disguises: readonly Disguise[] = [
  plain,
  plain,
  { change: (line) => `${line}  `, indents: false },
  { change: (line) => line.replace(/ = /u, "  =  "), indents: false },
  { change: (line) => (line === "" ? line : `  ${line}`), indents: true },
  { change: (line) => line.replace(/^( {2})+/u, (indent) => "\t".repeat(indent.length / 2)), indents: true },
  { change: (line) => line.replace(/^( {2})+/u, (indent) => indent + indent), indents: true },
];

function carriedOut(operations: readonly EditOperation[], text: string): string | null {
  const files = new Map<string, CurrentFile | null>([["f.ts", { bytes: encoder.encode(text), mode: 0o644 }]]);
  const authorized = authorizeOperations(operations, { scope: null, files });
  if (!authorized.ok) return null;
  const writes = applyOperations(files, authorized.value);
  const write = writes.ok ? writes.value[0] : undefined;
  return write?.kind === "write" ? decoder.decode(write.bytes) : null;
}

function valueOf(parsed: ReturnType<typeof parseTextEdits>): readonly EditOperation[] {
  if (!parsed.ok) throw new Error(parsed.error.map((problem) => problem.message).join("; "));
  return parsed.value;
}

function randomLines(random: Random, count: number): string[] {
  const lines: string[] = [];
  let depth = 0;
  for (let index = 0; index < count; index++) {
    const choice = random();
    if (choice < 0.12) lines.push("");
    else if (choice < 0.24 && depth > 0) lines.push(`${"  ".repeat(--depth)}}`);
    else if (choice < 0.36) lines.push(`${"  ".repeat(depth++)}if (check_${integer(random, 5)}) {`);
    else lines.push(`${"  ".repeat(depth)}const value_${integer(random, 30)} = call(${integer(random, 3)});`);
  }
  return lines;
}

const pieces = [
  "a\n",
  "b\n",
  "\n",
  "}\n",
  "  c\r\n",
  "é\n",
  "\ufeff",
  "x",
  "日本\n",
  "\r",
  "long line of text\n",
];

function randomBytes(random: Random): Uint8Array {
  if (random() < 0.03) return Uint8Array.from({ length: integer(random, 50) }, () => integer(random, 256));
  return encoder.encode(
    Array.from({ length: integer(random, 60) }, () => pieces[integer(random, pieces.length)] ?? "").join(""),
  );
}

function manyLines(random: Random): Uint8Array {
  const kinds = [3, 40, 100_000][integer(random, 3)] ?? 3;
  const lines = Array.from(
    { length: 1000 + integer(random, 2000) },
    () => `line ${integer(random, kinds)}\n`,
  );
  return encoder.encode(lines.join(""));
}

function mutated(random: Random, bytes: Uint8Array): Uint8Array {
  const lines = decoder.decode(bytes).split("\n");
  for (let edits = 1 + integer(random, Math.max(6, lines.length / 20)); edits > 0; edits--) {
    const at = integer(random, lines.length + 1);
    lines.splice(
      at,
      integer(random, 3),
      ...Array.from({ length: integer(random, 3) }, () => `new ${integer(random, 4)}`),
    );
  }
  return encoder.encode(lines.join("\n"));
}

function integer(random: Random, below: number): number {
  return Math.floor(random() * below);
}

function same(a: Uint8Array | null, b: Uint8Array): boolean {
  return a !== null && a.length === b.length && a.every((byte, index) => byte === b[index]);
}
