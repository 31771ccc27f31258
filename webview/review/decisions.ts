import type { AcceptParams, HunkDecision, OpenReview, SendBackParams } from "../../src/protocol/reviewView";

/** Decisions that the person made and did not send, in the order they were made, so that the last can be undone. */
export interface Decisions {
  readonly change_hash: string;
  readonly hunks: Readonly<Record<number, HunkDecision>>;
  /** What stood before each decision, oldest first. */
  readonly undo: readonly { readonly hunk: number; readonly before: HunkDecision }[];
  readonly waivers: readonly string[];
  readonly note: string;
}

export const openDecision: HunkDecision = { state: "open", reason: "", comment: "" };

export function noDecisions(change_hash: string): Decisions {
  return { change_hash, hunks: {}, undo: [], waivers: [], note: "" };
}

export function decisionOf(decisions: Decisions, hunk: number): HunkDecision {
  return decisions.hunks[hunk] ?? openDecision;
}

export function decide(decisions: Decisions, hunk: number, change: Partial<HunkDecision>): Decisions {
  const before = decisionOf(decisions, hunk);
  return {
    ...decisions,
    hunks: { ...decisions.hunks, [hunk]: { ...before, ...change } },
    undo: [...decisions.undo, { hunk, before }],
  };
}

/** Takes the last decision back; `hunk` is the one it was about, null when there was none. */
export function undoLast(decisions: Decisions): {
  readonly decisions: Decisions;
  readonly hunk: number | null;
} {
  const last = decisions.undo.at(-1);
  if (last === undefined) return { decisions, hunk: null };
  return {
    decisions: {
      ...decisions,
      hunks: { ...decisions.hunks, [last.hunk]: last.before },
      undo: decisions.undo.slice(0, -1),
    },
    hunk: last.hunk,
  };
}

export function allHunks(review: OpenReview): number[] {
  return review.files.flatMap((file) => [...file.hunk_numbers]);
}

/** What one word accepts: files of the task that are not protected. */
export function inScopeHunks(review: OpenReview): number[] {
  return review.files
    .filter((file) => !file.out_of_scope && !file.protected)
    .flatMap((file) => [...file.hunk_numbers]);
}

export interface Tally {
  readonly accepted: readonly number[];
  readonly rejected: readonly number[];
  readonly open: readonly number[];
}

export function tally(review: OpenReview, decisions: Decisions): Tally {
  const numbers = allHunks(review);
  const only = (state: HunkDecision["state"]): number[] =>
    numbers.filter((number) => decisionOf(decisions, number).state === state);
  return { accepted: only("accepted"), rejected: only("rejected"), open: only("open") };
}

/** The request that lands `hunks`: names the change that was shown, each protected file and each waived check. */
export function acceptParams(
  review: OpenReview,
  decisions: Decisions,
  hunks: readonly number[],
): AcceptParams {
  const landing = new Set(hunks);
  const protectedFiles = review.files
    .map((file, index) => ({ file, index }))
    .filter(({ file }) => file.protected && file.hunk_numbers.some((number) => landing.has(number)))
    .map(({ index }) => index);
  return {
    change_hash: review.change_hash,
    hunks: [...hunks],
    protected_files: protectedFiles,
    waivers: decisions.waivers.filter((check) => review.needs_waiver.includes(check)),
    comments: notes(review, decisions, "comment"),
  };
}

export function sendBackParams(review: OpenReview, decisions: Decisions): SendBackParams {
  return {
    change_hash: review.change_hash,
    keep_hunks: [...tally(review, decisions).accepted],
    reasons: notes(review, decisions, "reason"),
    comments: notes(review, decisions, "comment"),
    note: decisions.note.trim(),
  };
}

function notes(
  review: OpenReview,
  decisions: Decisions,
  field: "reason" | "comment",
): { readonly hunk: number; readonly text: string }[] {
  return allHunks(review)
    .filter((hunk) => field === "comment" || decisionOf(decisions, hunk).state === "rejected")
    .map((hunk) => ({ hunk, text: decisionOf(decisions, hunk)[field].trim() }))
    .filter(({ text }) => text !== "");
}
