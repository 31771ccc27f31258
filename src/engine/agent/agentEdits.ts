import { applyOperations } from "../../core/change/edit/applyOperations";
import {
  authorizeOperations,
  pathsToRead,
  type CurrentFile,
} from "../../core/change/edit/authorizeOperations";
import { pathsOf, type EditOperation, type EditProblem } from "../../core/change/edit/editOperation";
import { parseTextEdits } from "../../core/change/edit/parseTextEdits";
import { parseToolEdits, type EditTool } from "../../core/change/edit/parseToolEdits";
import { isSecretFile } from "../../core/change/path/secretFile";
import { isMasterPlanError } from "../../core/errors";
import { err, ok, type Result } from "../../core/result";
import type { AgentRequest } from "./agentOutcome";

export type AgentEdit =
  | { readonly kind: "tool"; readonly tool: EditTool; readonly args: unknown }
  | { readonly kind: "text"; readonly text: string };

export interface AppliedEdits {
  readonly paths: readonly string[];
  readonly created: readonly string[];
  /** Files outside the task's scope; a person decides about them. */
  readonly outOfScope: readonly string[];
}

/**
 * Applies the edits of one call or answer to the attempt's files, all or none; null when there are none. What is wrong
 * comes back as text for the model. `created`: files that the attempt has made so far.
 */
export async function applyAgentEdits(
  request: AgentRequest,
  edit: AgentEdit,
  created: readonly string[],
): Promise<Result<AppliedEdits, string> | null> {
  const parsed = edit.kind === "tool" ? parseToolEdits(edit.tool, edit.args) : parseTextEdits(edit.text);
  if (!parsed.ok) return err(problemText(parsed.error));
  if (parsed.value.length === 0) return null;
  try {
    return await applyTo(request, parsed.value, created);
  } catch (error) {
    // A link that leaves the workspace shows only on disk.
    if (isMasterPlanError(error) && error.code.startsWith("path.")) return err(error.message);
    throw error;
  }
}

async function applyTo(
  request: AgentRequest,
  operations: readonly EditOperation[],
  created: readonly string[],
): Promise<Result<AppliedEdits, string>> {
  const secret = operations.flatMap(pathsOf).find(isSecretFile);
  // Even a refused edit would show the nearest text of the file, so nothing of it is looked at.
  if (secret !== undefined) return err(`${secret} may hold secrets and is not edited by a model`);
  const files = new Map<string, CurrentFile | null>();
  const paths = pathsToRead(operations);
  for (const path of paths) files.set(path, await request.files.read(path));
  const scope = request.task.file_scope?.write ?? null;
  const authorized = authorizeOperations(operations, {
    scope,
    files,
    created,
    unchangeable: (await request.unchangeable?.(paths)) ?? [],
  });
  if (!authorized.ok) return err(problemText(authorized.error));
  const writes = applyOperations(files, authorized.value);
  if (!writes.ok) return err(problemText(writes.error));
  if (writes.value.length === 0) return err("The edit changes nothing: the file holds this text already");
  await request.files.apply(writes.value);
  return ok({
    paths: writes.value.map((write) => write.path),
    created: writes.value.flatMap((write) =>
      write.kind === "write" && files.get(write.path) === null ? [write.path] : [],
    ),
    outOfScope: authorized.value.out_of_scope,
  });
}

function problemText(problems: readonly EditProblem[]): string {
  return problems
    .map(({ path, message }) => (path === null || message.startsWith(path) ? message : `${path}: ${message}`))
    .join("\n");
}
