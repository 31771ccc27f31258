import type { FileChange } from "../../change/changeSet";

/** Numbers of the lines that a change adds, in the file after it; 1-based. */
export function addedLines(file: FileChange): ReadonlySet<number> {
  const added = new Set<number>();
  for (const hunk of file.hunks) {
    let line = hunk.after_start;
    for (const { kind } of hunk.lines) {
      if (kind === "add") added.add(line);
      if (kind !== "remove") line += 1;
    }
  }
  return added;
}
