/** What becomes of the branch of a run that has ended, in the order in which it is offered. */
export const branchEnds = ["merge", "squash", "keep", "drop"] as const;

export type BranchEnd = (typeof branchEnds)[number];

/** A kept branch may still be merged later; every other end is the last. */
export function isFinalEnd(end: BranchEnd | null): boolean {
  return end !== null && end !== "keep";
}

/** What may still become of a branch. */
export function openEnds(end: BranchEnd | null): readonly BranchEnd[] {
  return isFinalEnd(end) ? [] : branchEnds.filter((one) => one !== end);
}
