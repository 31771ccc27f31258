// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import { reviewLabels } from "../../../src/protocol/reviewLabels";
import type { OpenReview, ReviewState } from "../../../src/protocol/reviewView";
import { patch } from "../../../webview/shared/dom";
import { createWords } from "../../../webview/shared/words";
import { decide, noDecisions, type Decisions } from "../../../webview/review/decisions";
import { reviewPage } from "../../../webview/review/reviewPage";
import { initialArrangement, type ReviewActions, type ReviewPage } from "../../../webview/review/reviewUi";
import { runShortcut, shortcutOf } from "../../../webview/review/shortcuts";
import { reviewStates } from "../../webview/reviewStates";

let root: HTMLElement;
let actions: ReviewActions;
const review = reviewStates["review"] as OpenReview;

beforeEach(() => {
  root = document.createElement("div");
  document.body.replaceChildren(root);
  actions = new Proxy({} as ReviewActions, {
    get: (target, name) =>
      (Reflect.get(target, name) ??
        (Reflect.set(target, name, vi.fn()), Reflect.get(target, name))) as unknown,
  });
});

function pageOf(
  state: ReviewState,
  decisions: Decisions = noDecisions(review.change_hash),
  wide = false,
): ReviewPage {
  return {
    state,
    arranged: { ...initialArrangement, decisions },
    fetched: new Map(),
    shownLines: new Map(),
    wide,
    busy: null,
    error: null,
    problem: null,
    words: createWords(reviewLabels),
    actions,
  };
}

function show(page: ReviewPage): string {
  patch(root, [reviewPage(page)]);
  return root.textContent;
}

const labels = (): string[] =>
  [...root.querySelectorAll(".action-bar .send vscode-button")].map((item) => item.textContent);

test("WV-22 evidence says its result in words beside its shape, for each of the five", () => {
  const statuses = ["passed", "failed", "not_verified", "timed_out", "not_applicable"] as const;
  const evidence = statuses.map((status) => ({ ...review.evidence[0]!, check: `check ${status}`, status }));
  show(pageOf({ ...review, evidence }));
  const chips = [...root.querySelectorAll(".chip")].map((chip) => chip.textContent);
  expect(chips).toEqual([
    "check passedpassed",
    "check failedfailed",
    "check not_verifiednot verified",
    "check timed_outtimed out",
    "check not_applicablenot applicable",
  ]);
  const shapes = [...root.querySelectorAll(".chip .codicon")].map((item) => item.className);
  expect(new Set(shapes).size).toBe(5);
});

test("WV-23 a file outside the task or protected says so and is not among what one click accepts", () => {
  const text = show(pageOf(review));
  expect(text).toContain("outside the task's files");
  expect(text).toContain("protected file");
  expect(labels()).toEqual(["Accept all 2 in scope", "Send back with reasons"]);
  root.querySelector<HTMLElement>(".action-bar .send vscode-button")?.click();
  expect(actions.acceptHunks).toHaveBeenCalledWith([1, 2]);
});

test("the buttons follow the decisions", () => {
  const accepted = decide(noDecisions(review.change_hash), 1, { state: "accepted" });
  show(pageOf(review, accepted));
  expect(labels()).toEqual(["Accept 1 of 3 and finish", "Send back with reasons"]);
  show(pageOf(review, decide(accepted, 2, { state: "rejected", reason: "no" })));
  expect(labels()).toEqual(["Send back, keep 1", "Accept 1 of 3 and finish"]);
  expect(root.querySelector("#hunk-2")?.textContent).toContain("no");
});

test("lines carry both numbers, signs that can be heard, and marked words", () => {
  show(pageOf(review));
  const rows = [...root.querySelectorAll("#hunk-1 tbody tr")];
  expect(
    rows.map((row) => [...row.querySelectorAll(".line-number")].map((cell) => cell.textContent).join("|")),
  ).toEqual(["9|9", "10|10", "11|", "|11", "12|12", "13|13", "14|", "|14", "15|15"]);
  expect(rows[2]?.textContent).toContain("removed ");
  expect(rows[3]?.querySelectorAll("mark.word").length).toBeGreaterThan(0);
  show(pageOf(review, noDecisions(review.change_hash), true));
  expect(root.querySelectorAll("#hunk-1 table.split tbody tr")).toHaveLength(7);
});

test("WV-24 a long hunk is rendered a piece at a time, with a button for the next", () => {
  show(pageOf(reviewStates["special"]!));
  expect(root.querySelectorAll("#hunk-3 tbody tr")).toHaveLength(300);
  root.querySelector<HTMLElement>("#hunk-3 .diff-more button")?.click();
  expect(actions.showMore).toHaveBeenCalledWith(3);
});

test("binary files, modes and deletions are decided on without lines", () => {
  const text = show(pageOf(reviewStates["special"]!));
  for (const part of ["Binary file, nothing to show", "Mode 100644 → 100755", "deleted", "new file"]) {
    expect(text).toContain(part);
  }
  expect(root.querySelectorAll("#hunk-1 table")).toHaveLength(0);
});

test("WV-25 single keys act on the hunk in hand, and never while something is written or with a modifier", () => {
  const press = (target: EventTarget, init: KeyboardEventInit): string | null => {
    let found: string | null = null;
    const listen = (event: Event): void => {
      found = shortcutOf(event as KeyboardEvent);
    };
    document.addEventListener("keydown", listen);
    target.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, composed: true, ...init }));
    document.removeEventListener("keydown", listen);
    return found;
  };
  expect(press(document.body, { key: "a" })).toBe("a");
  expect(press(document.body, { key: "a", ctrlKey: true })).toBeNull();
  expect(press(document.body, { key: "z" })).toBeNull();
  const field = document.createElement("textarea");
  root.append(field);
  expect(press(field, { key: "a" })).toBeNull();
  const shadow = document.createElement("div");
  root.append(shadow);
  const inner = document.createElement("textarea");
  shadow.attachShadow({ mode: "open" }).append(inner);
  expect(press(inner, { key: "r" })).toBeNull();

  const page = { ...pageOf(review), arranged: { ...pageOf(review).arranged, current: 2 } };
  for (const key of ["n", "p", "a", "r", "c", "o", "u", "?"] as const) runShortcut(key, page);
  expect(actions.step).toHaveBeenNthCalledWith(1, 1);
  expect(actions.step).toHaveBeenNthCalledWith(2, -1);
  expect(actions.accept).toHaveBeenCalledWith(2);
  expect(actions.openForm).toHaveBeenNthCalledWith(1, "reason", 2);
  expect(actions.openForm).toHaveBeenNthCalledWith(2, "comment", 2);
  expect(actions.openInEditor).toHaveBeenCalledWith(2);
  expect(actions.undo).toHaveBeenCalledTimes(1);
  expect(actions.arrange).toHaveBeenCalledWith({ showKeys: true });
});

test("nothing to review says so and leads back", () => {
  expect(show(pageOf(reviewStates["settled"]!))).toContain("Nothing waits for review");
});
