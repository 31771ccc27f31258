import fc from "fast-check";
import { expect, test } from "vitest";
import {
  acceptParams,
  allHunks,
  decide,
  decisionOf,
  inScopeHunks,
  noDecisions,
  sendBackParams,
  tally,
  undoLast,
} from "../../../webview/review/decisions";
import { reviewStates } from "../../webview/reviewStates";
import type { OpenReview } from "../../../src/protocol/reviewView";

const review = reviewStates["review"] as OpenReview;
const none = noDecisions(review.change_hash);

test("WV-4 one word accepts what is in scope and not protected, nothing else", () => {
  expect(allHunks(review)).toEqual([1, 2, 3]);
  expect(inScopeHunks(review)).toEqual([1, 2]);
});

test("WV-5 accepting names the change, the hunks, each protected file among them and the waived checks", () => {
  const waived = { ...none, waivers: ["security", "no longer asked"] };
  expect(acceptParams(review, waived, [1, 2])).toEqual({
    change_hash: review.change_hash,
    hunks: [1, 2],
    protected_files: [],
    waivers: ["security"],
    comments: [],
  });
  expect(acceptParams(review, waived, [3]).protected_files).toEqual([1]);
});

test("WV-6 sending back keeps the accepted hunks and gives a reason for each rejected one", () => {
  let decisions = decide(none, 1, { state: "accepted" });
  decisions = decide(decisions, 2, { state: "rejected", reason: " too long " });
  decisions = decide(decisions, 3, { comment: "why here?" });
  expect(tally(review, decisions)).toEqual({ accepted: [1], rejected: [2], open: [3] });
  expect(sendBackParams(review, { ...decisions, note: " and be quick\n" })).toEqual({
    change_hash: review.change_hash,
    keep_hunks: [1],
    reasons: [{ hunk: 2, text: "too long" }],
    comments: [{ hunk: 3, text: "why here?" }],
    note: "and be quick",
  });
});

test("WV-7 undoing takes decisions back one by one, newest first, to where it began", () => {
  const step = fc.record({
    hunk: fc.constantFrom(1, 2, 3),
    state: fc.constantFrom("accepted" as const, "rejected" as const),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const path = [none];
      for (const { hunk, state } of steps) path.push(decide(path.at(-1)!, hunk, { state, reason: state }));
      let current = path.at(-1)!;
      for (const { hunk } of [...steps].reverse()) {
        path.pop();
        const undone = undoLast(current);
        expect(undone.hunk).toBe(hunk);
        current = undone.decisions;
        expect(allHunks(review).map((number) => decisionOf(current, number))).toEqual(
          allHunks(review).map((number) => decisionOf(path.at(-1)!, number)),
        );
      }
      expect(undoLast(current)).toEqual({ decisions: current, hunk: null });
    }),
  );
});
