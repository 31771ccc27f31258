import { applyOperations } from "../../src/core/change/edit/applyOperations";
import {
  authorizeOperations,
  pathsToRead,
  type CurrentFile,
} from "../../src/core/change/edit/authorizeOperations";
import { buildChangeSet } from "../../src/core/change/buildChangeSet";
import { decideReview } from "../../src/core/change/review";
import { oldText, type EditForm } from "./editForms";

/**
 * What of an edit lands when nobody names anything: the paths of the landed files, by a person who accepts the whole
 * change and by a run that accepts by itself. Null when the edit itself is refused.
 */
export function landsInBulk(form: EditForm, path: string): readonly string[] | null {
  const edits = form.edits(path);
  if (!edits.ok || edits.value.length === 0) return null;
  const old: CurrentFile = { bytes: new TextEncoder().encode(oldText), mode: 0o644 };
  const files = new Map<string, CurrentFile | null>();
  for (const name of pathsToRead(edits.value))
    files.set(name, name === "plain.txt" || (form.exists && name !== "elsewhere.txt") ? old : null);
  const authorized = authorizeOperations(edits.value, { scope: null, files });
  if (!authorized.ok) return null;
  const writes = applyOperations(files, authorized.value);
  if (!writes.ok) return null;
  const change = buildChangeSet(
    writes.value.map((write) => {
      const before = files.get(write.path) ?? null;
      return {
        path: write.path,
        before: before?.bytes ?? null,
        after: write.kind === "write" ? write.bytes : null,
        mode_before: before === null ? null : "100644",
        mode_after: write.kind === "write" ? "100644" : null,
      };
    }),
    { scope: null },
  );
  const decided = (["person", "automatic"] as const).flatMap((mode) => {
    const decision = decideReview({
      change,
      evidence: [],
      criteria: [],
      mode,
      hunks: null,
      protected_files: [],
      waivers: [],
      grants: [],
      change_hash: null,
    });
    return decision.ok ? decision.value.files.map((file) => file.change.path) : [];
  });
  return [...new Set(decided)];
}
