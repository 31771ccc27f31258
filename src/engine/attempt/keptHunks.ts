import { applyHunks } from "../../core/change/diff/applyHunks";
import { isSecretFile } from "../../core/change/path/secretFile";
import { MasterPlanError } from "../../core/errors";
import type { TaskState } from "../../core/run/run";
import type { FileWrite } from "../../ports/workspaceFiles";
import type { OpenAttempt } from "./openAttempt";
import { loadChange, type ChangeRecord } from "../review/changeRecord";
import type { RunContext } from "../run/runContext";

/** Files as they are with just some hunks of a change: what lands, and what a sent-back attempt starts from. */
export function filesWithHunks(record: ChangeRecord, hunks: readonly number[] | null): readonly FileWrite[] {
  return record.change.files.flatMap((file): FileWrite[] => {
    const sides = record.raw.find((one) => one.path === file.path);
    if (sides === undefined) return [];
    const taken = hunks === null || file.hunks.some((hunk) => hunks.includes(hunk.number));
    if (!taken) return [];
    const result = applyHunks(sides, file, hunks);
    if (!result.ok) throw new MasterPlanError(result.error.code, result.error.message);
    const { bytes, mode } = result.value;
    if (bytes === null) return [{ kind: "delete", path: file.path }];
    return [{ kind: "write", path: file.path, bytes, mode: mode === "100755" ? 0o755 : 0o644 }];
  });
}

/** Puts the hunks that a person wanted kept into the next attempt's worktree before any work starts. */
export async function applyKeptHunks(context: RunContext, attempt: OpenAttempt): Promise<void> {
  const found = await keptRecord(context, attempt.state);
  if (found === null) return;
  await attempt.files.apply(filesWithHunks(found.record, found.hunks));
}

/** The kept hunks as unified text, for the model to see; of a secret file only its name. Null when there are none. */
export async function keptDiff(context: RunContext, state: TaskState): Promise<string | null> {
  const found = await keptRecord(context, state);
  if (found === null) return null;
  const marks = { context: " ", add: "+", remove: "-" } as const;
  return found.record.change.files
    .flatMap((file) => {
      const hunks = file.hunks.filter((hunk) => found.hunks.includes(hunk.number));
      if (hunks.length === 0) return [];
      const names = [`--- a/${file.path}`, `+++ b/${file.path}`];
      if (isSecretFile(file.path)) return [...names, "(a secret file: its lines are not shown)"];
      const body = hunks.flatMap((hunk) => [
        `@@ -${hunk.before_start},${hunk.before_lines} +${hunk.after_start},${hunk.after_lines} @@`,
        ...hunk.lines.map((line) => `${marks[line.kind]}${line.text}`),
      ]);
      return [...names, ...body];
    })
    .join("\n");
}

async function keptRecord(
  context: RunContext,
  state: TaskState,
): Promise<{ readonly record: ChangeRecord; readonly hunks: readonly number[] } | null> {
  if (state.kept === null || state.kept.hunks.length === 0) return null;
  const attempt = context.recorder.state().attempts.get(state.kept.attempt_id);
  if (attempt === undefined) return null;
  return { record: await loadChange(context.deps, attempt), hunks: state.kept.hunks };
}
