/** Ids are ULIDs behind a prefix, so that a stray id in a log or an argument says what it names. */
export type PlanId = `d_${string}`;
export type ApprovalId = `a_${string}`;
export type RunId = `r_${string}`;
export type AttemptId = `t_${string}`;
export type DiscoveryId = `y_${string}`;

const ulid = "[0-9A-HJKMNP-TV-Z]{26}";
const planId = new RegExp(`^d_${ulid}$`, "u");
const approvalId = new RegExp(`^a_${ulid}$`, "u");
const runId = new RegExp(`^r_${ulid}$`, "u");

export function isPlanId(text: string): text is PlanId {
  return planId.test(text);
}

export function isApprovalId(text: string): text is ApprovalId {
  return approvalId.test(text);
}

export function isRunId(text: string): text is RunId {
  return runId.test(text);
}
