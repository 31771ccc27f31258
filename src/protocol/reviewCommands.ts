/** What the editor's commands may ask of the review page in front. */
export const reviewCommands = [
  "nextHunk",
  "previousHunk",
  "acceptHunk",
  "rejectHunk",
  "commentHunk",
  "openHunk",
  "undoHunkDecision",
  "sendReview",
] as const;

export type ReviewCommand = (typeof reviewCommands)[number];
