import { MasterPlanError } from "../../../core/errors";
import type { RawChange } from "../../../ports/git";

/** Bytes of both sides of a change that can still be kept as one record, and looked at. */
export const maxChangeBytes = 22_000_000;
const maxChangedFiles = 10_000;

/** Rejects with `git.tooLarge` where nobody could keep, show or review all of it. */
export function refuseLargeChange(changes: readonly RawChange[]): void {
  const sizes = changes.map(({ path, before, after }) => ({
    path,
    bytes: (before?.length ?? 0) + (after?.length ?? 0),
  }));
  const bytes = sizes.reduce((sum, one) => sum + one.bytes, 0);
  if (bytes > maxChangeBytes) {
    const [largest] = sizes.sort((a, b) => b.bytes - a.bytes);
    throw tooLarge(largest?.path ?? "", bytes);
  }
  if (changes.length > maxChangedFiles) {
    throw new MasterPlanError(
      "git.tooLarge",
      `What was changed is too much for a review: ${changes.length} files, expected at most ${maxChangedFiles}`,
      { hint: nextStep, details: { files: changes.length } },
    );
  }
}

/** `bytes` of the file, or of all that was changed with it. */
export function tooLarge(path: string, bytes: number): MasterPlanError {
  return new MasterPlanError(
    "git.tooLarge",
    `What was changed is too much for a review: ${megabytes(bytes)} MB, expected at most ${megabytes(maxChangeBytes)} MB; the largest file is ${path}`,
    { hint: nextStep, details: { path, bytes } },
  );
}

const nextStep = "Leave out what can be made again, with a line in .gitignore, or split the task";

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1_000_000);
}
