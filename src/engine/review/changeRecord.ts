import type { ChangeSet } from "../../core/change/changeSet";
import { buildChangeSet } from "../../core/change/buildChangeSet";
import { MasterPlanError } from "../../core/errors";
import type { Attempt } from "../../core/run/run";
import type { RawChange } from "../../ports/git";
import type { EngineDeps } from "../engineDeps";

/**
 * Both sides of every file that an attempt changed, kept as one blob; the change set is computed from it again
 * whenever it is needed, so what is shown, hashed and landed cannot drift apart.
 */
export interface ChangeRecord {
  readonly change: ChangeSet;
  readonly raw: readonly RawChange[];
}

interface StoredChange {
  readonly scope: readonly string[] | null;
  readonly files: readonly {
    readonly path: string;
    readonly before: string | null;
    readonly after: string | null;
    readonly mode_before: string | null;
    readonly mode_after: string | null;
  }[];
}

export async function keepChange(
  deps: EngineDeps,
  raw: readonly RawChange[],
  scope: readonly string[] | null,
): Promise<{ readonly record: ChangeRecord; readonly blob: string }> {
  const stored: StoredChange = {
    scope,
    files: raw.map((file) => ({
      path: file.path,
      before: file.before === null ? null : toBase64(file.before),
      after: file.after === null ? null : toBase64(file.after),
      mode_before: file.mode_before,
      mode_after: file.mode_after,
    })),
  };
  const blob = await deps.store.putBlob(new TextEncoder().encode(JSON.stringify(stored)), "diff");
  return { record: { change: buildChangeSet(raw, { scope }), raw }, blob };
}

export async function loadChange(deps: EngineDeps, attempt: Attempt): Promise<ChangeRecord> {
  const bytes = attempt.change_blob === null ? null : await deps.store.blob(attempt.change_blob);
  if (bytes === null) {
    throw new MasterPlanError(
      "review.notOpen",
      `Attempt ${attempt.number} of ${attempt.task_id} has no change to look at`,
      {
        hint: "Send the task back for another attempt",
      },
    );
  }
  const stored = JSON.parse(new TextDecoder().decode(bytes)) as StoredChange;
  const raw = stored.files.map((file) => ({
    ...file,
    before: file.before === null ? null : fromBase64(file.before),
    after: file.after === null ? null : fromBase64(file.after),
  }));
  const change = buildChangeSet(raw, { scope: stored.scope });
  if (change.hash !== attempt.change_hash) {
    throw new MasterPlanError(
      "store.corrupt",
      `The stored change of ${attempt.task_id} does not match its recorded hash`,
    );
  }
  return { change, raw };
}

function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x8000) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  }
  return btoa(parts.join(""));
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
