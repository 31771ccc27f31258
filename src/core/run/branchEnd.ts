/** What becomes of the branch of a run that has ended. */
export type BranchEnd = "merge" | "squash" | "keep" | "drop";

/** A kept branch may still be merged later; every other end is the last. */
export function isFinalEnd(end: BranchEnd | null): boolean {
  return end !== null && end !== "keep";
}

/** What may still become of a branch, in the order in which it is offered. */
export function openEnds(end: BranchEnd | null): readonly BranchEnd[] {
  if (isFinalEnd(end)) return [];
  return end === "keep" ? ["merge", "squash", "drop"] : ["merge", "squash", "keep", "drop"];
}
