import { parseTextEdits } from "../../src/core/change/edit/parseTextEdits";
import { parseToolEdits } from "../../src/core/change/edit/parseToolEdits";

export type ParsedEdits = ReturnType<typeof parseTextEdits>;

/** The content that every form starts from and the one it leads to. */
export const oldText = "one\ntwo\nthree\n";
export const newText = "one\nchanged\nthree\n";

export interface EditForm {
  readonly name: string;
  /** A file exists at the path before. */
  readonly exists: boolean;
  readonly edits: (path: string) => ParsedEdits;
}

const patchBody = "@@ -1,3 +1,3 @@\n one\n-two\n+changed\n three\n";
const added = newText
  .trimEnd()
  .split("\n")
  .map((line) => `+${line}\n`)
  .join("");
const block = "<<<<<<< SEARCH\ntwo\n=======\nchanged\n>>>>>>> REPLACE\n";

/** Bodies that a patch tool and the text of an answer both take. */
const patches: readonly (readonly [string, boolean, (path: string) => string])[] = [
  ["unified diff", true, (path) => `--- a/${path}\n+++ b/${path}\n${patchBody}`],
  ["unified diff that adds", false, (path) => `--- /dev/null\n+++ b/${path}\n@@ -0,0 +1,3 @@\n${added}`],
  [
    "unified diff that deletes",
    true,
    (path) => `--- a/${path}\n+++ /dev/null\n@@ -1,3 +0,0 @@\n-one\n-two\n-three\n`,
  ],
  [
    "git diff that renames",
    false,
    (path) =>
      `diff --git a/plain.txt b/${path}\nsimilarity index 100%\nrename from plain.txt\nrename to ${path}\n`,
  ],
  [
    "envelope",
    true,
    (path) => `*** Begin Patch\n*** Update File: ${path}\n@@\n one\n-two\n+changed\n*** End Patch\n`,
  ],
  ["envelope that adds", false, (path) => `*** Begin Patch\n*** Add File: ${path}\n${added}*** End Patch\n`],
  ["envelope that deletes", true, (path) => `*** Begin Patch\n*** Delete File: ${path}\n*** End Patch\n`],
  [
    "envelope that moves",
    false,
    (path) =>
      `*** Begin Patch\n*** Update File: plain.txt\n*** Move to: ${path}\n@@\n one\n-two\n+changed\n*** End Patch\n`,
  ],
];

/** Every form in which a model can change, create, delete or move a file: by tool and in the text of its answer. */
export const editForms: readonly EditForm[] = [
  {
    name: "write_file",
    exists: true,
    edits: (path) => parseToolEdits("write_file", { path, content: newText }),
  },
  {
    name: "write_file that adds",
    exists: false,
    edits: (path) => parseToolEdits("write_file", { path, content: newText }),
  },
  {
    name: "edit_file",
    exists: true,
    edits: (path) => parseToolEdits("edit_file", { path, edits: [{ search: "two", replace: "changed" }] }),
  },
  { name: "delete_file", exists: true, edits: (path) => parseToolEdits("delete_file", { path }) },
  {
    name: "move_file to it",
    exists: false,
    edits: (path) => parseToolEdits("move_file", { from: "plain.txt", to: path }),
  },
  {
    name: "move_file from it",
    exists: true,
    edits: (path) => parseToolEdits("move_file", { from: path, to: "elsewhere.txt" }),
  },
  { name: "SEARCH block in text", exists: true, edits: (path) => parseTextEdits(`${path}\n${block}`) },
  {
    name: "whole file in text",
    exists: true,
    edits: (path) => parseTextEdits(`${path}\n\`\`\`\n${newText}\`\`\`\n`),
  },
  ...patches.flatMap(([name, exists, text]): EditForm[] => [
    {
      name: `${name} by apply_patch`,
      exists,
      edits: (path) => parseToolEdits("apply_patch", { patch: text(path) }),
    },
    { name: `${name} in text`, exists, edits: (path) => parseTextEdits(text(path)) },
  ]),
];
