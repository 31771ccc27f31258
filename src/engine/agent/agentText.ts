import type { WorkspaceFiles } from "../../ports/workspaceFiles";
import { readFile } from "./agentReads";

const mostReads = 20;

/** The files that a model without tools asks to see, as text to send back; null when it asks for none. */
export async function readRequested(
  files: WorkspaceFiles,
  answer: string,
): Promise<{ readonly paths: readonly string[]; readonly text: string } | null> {
  const wanted = [...answer.matchAll(/^\s*READ\s+`?([^`\n]+?)`?\s*$/gmu)].map((match) => match[1] ?? "");
  const paths = [...new Set(wanted)].slice(0, mostReads);
  if (paths.length === 0 || /^<{5,} ?SEARCH/mu.test(answer)) return null;
  const parts: string[] = [];
  for (const path of paths) {
    const read = await readFile(files, { path });
    parts.push(`## ${path}\n${read.ok ? read.value.text : `Error: ${read.error}`}`);
  }
  return {
    paths,
    text: `${parts.join("\n\n")}\n\nThe line numbers are not part of the files. Now write your edits.`,
  };
}
