import { isSecretFile } from "../../core/change/path/secretFile";
import { decodeText } from "../../core/change/text/textBytes";
import { parseWorkspacePath } from "../../core/change/path/workspacePath";
import { isMasterPlanError } from "../../core/errors";
import { err, ok, type Result } from "../../core/result";
import type { WorkspaceFiles } from "../../ports/workspaceFiles";

type Outcome = Result<{ readonly text: string; readonly note: string }, string>;

const mostPaths = 500;
const mostMatches = 100;
const mostLines = 1500;
const mostCharacters = 60_000;

export async function listFiles(
  files: WorkspaceFiles,
  args: { readonly path?: string; readonly glob?: string },
): Promise<Outcome> {
  const under = parseWorkspacePath(args.path ?? "", { allowRoot: true });
  if (!under.ok) return err(under.error.message);
  return guarded(async () => {
    const listing = await files.list({
      limit: mostPaths,
      ...(under.value === "" ? {} : { under: under.value }),
      ...(args.glob === undefined ? {} : { glob: args.glob }),
    });
    const more = listing.truncated ? `\n... more than ${mostPaths}; narrow it down with path or glob` : "";
    const text = listing.paths.length === 0 ? "No files" : `${listing.paths.join("\n")}${more}`;
    return ok({ text, note: args.glob ?? (under.value === "" ? "." : under.value) });
  });
}

export async function readFile(
  files: WorkspaceFiles,
  args: { readonly path: string; readonly start_line?: number; readonly end_line?: number },
): Promise<Outcome> {
  const path = parseWorkspacePath(args.path);
  if (!path.ok) return err(path.error.message);
  if (isSecretFile(path.value)) return err(secretText(path.value));
  return guarded(async () => {
    const content = await files.read(path.value);
    if (content === null) return err(await missingText(files, path.value));
    const text = decodeText(content.bytes);
    if (text === null) return err(`${path.value} is not a text file`);
    return ok({ text: numbered(text, args.start_line ?? 1, args.end_line), note: path.value });
  });
}

export async function searchText(
  files: WorkspaceFiles,
  args: { readonly query: string; readonly is_regex?: boolean; readonly glob?: string },
): Promise<Outcome> {
  if (args.is_regex === true) {
    try {
      new RegExp(args.query, "u");
    } catch (error) {
      return err(
        `The query is no JavaScript regular expression: ${error instanceof Error ? error.message : args.query}`,
      );
    }
  }
  return guarded(async () => {
    const matches = await files.search({
      query: args.query,
      is_regex: args.is_regex ?? false,
      limit: mostMatches,
      ...(args.glob === undefined ? {} : { glob: args.glob }),
    });
    const shown = matches.filter((match) => !isSecretFile(match.path));
    const lines = shown.map((match) => `${match.path}:${match.line}: ${match.text.slice(0, 300)}`);
    const more =
      matches.length >= mostMatches ? `\n... the first ${mostMatches}; narrow it down with glob` : "";
    return ok({ text: lines.length === 0 ? "No matches" : `${lines.join("\n")}${more}`, note: args.query });
  });
}

/** What the file adapter refuses, such as a link out of the workspace or a slow pattern, is the model's to know. */
async function guarded(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    if (isMasterPlanError(error, "usage.invalid")) return err(error.message);
    if (isMasterPlanError(error) && error.code.startsWith("path.")) return err(error.message);
    throw error;
  }
}

function numbered(text: string, start: number, end: number | undefined): string {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const last = Math.min(lines.length, end ?? lines.length, start + mostLines - 1);
  const kept: string[] = [];
  let size = 0;
  for (let number = start; number <= last; number += 1) {
    const line = `${String(number).padStart(5)}\t${(lines[number - 1] ?? "").replace(/\r$/u, "")}`;
    size += line.length + 1;
    if (size > mostCharacters) break;
    kept.push(line);
  }
  const shownTo = start + kept.length - 1;
  if (lines.length === 0) return "The file is empty";
  if (kept.length === 0) return `The file has ${lines.length} lines`;
  const rest =
    shownTo < Math.min(lines.length, end ?? lines.length)
      ? `\n... ${lines.length} lines in all; go on with start_line ${shownTo + 1}`
      : "";
  return `${kept.join("\n")}${rest}`;
}

function secretText(path: string): string {
  return `${path} holds secrets and is never read to a model. Work without it; ask for names of settings in finish if you need them`;
}

async function missingText(files: WorkspaceFiles, path: string): Promise<string> {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const similar = await files.list({ glob: `**/${name}`, limit: 5 });
  const hint =
    similar.paths.length === 0
      ? "Use list_files to see what there is"
      : `Did you mean ${similar.paths.join(" or ")}?`;
  return `There is no file ${path}. ${hint}`;
}
