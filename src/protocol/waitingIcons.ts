/** The shape of each thing that waits for a person, the same in the sidebar and on a page; names of codicons. */
export const waitingIcons = {
  approval: "verified",
  review: "eye",
  manual: "person",
  failed: "error",
  blocked: "circle-slash",
  gate: "milestone",
  tree: "edit",
  interrupted: "debug-pause",
  question: "question",
  unknown_outcome: "warning",
} as const;
