import type { Task } from "../plan/plan";

/**
 * Whether two tasks may run side by side: they share no named resource and no file they may write. A task that
 * declares no files may write anywhere, so it runs beside nothing else that writes.
 */
export function mayRunTogether(a: Task, b: Task): boolean {
  if ((a.resources ?? []).some((name) => b.resources?.includes(name))) return false;
  const left = a.file_scope?.write;
  const right = b.file_scope?.write;
  if (left === undefined || right === undefined) return a.executor === "manual" || b.executor === "manual";
  return !left.some((one) => right.some((other) => overlaps(one, other)));
}

/** Two globs may name one file. Errs on the side of yes: it compares the fixed folders in front of the wildcards. */
function overlaps(a: string, b: string): boolean {
  if (a === b) return true;
  const left = fixedPart(a);
  const right = fixedPart(b);
  if (left.glob && right.glob) return isPrefix(left.parts, right.parts) || isPrefix(right.parts, left.parts);
  if (left.glob) return isPrefix(left.parts, right.parts);
  if (right.glob) return isPrefix(right.parts, left.parts);
  return false;
}

function fixedPart(glob: string): { readonly parts: readonly string[]; readonly glob: boolean } {
  const parts = glob.split("/");
  const wild = parts.findIndex((part) => /[*?[{!(]/u.test(part));
  return wild === -1 ? { parts, glob: false } : { parts: parts.slice(0, wild), glob: true };
}

function isPrefix(prefix: readonly string[], whole: readonly string[]): boolean {
  return prefix.every((part, index) => whole[index] === part);
}
