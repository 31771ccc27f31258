import type { ReviewCommand } from "../../src/protocol/reviewCommands";
import { decisionOf, tally } from "./decisions";
import type { ReviewPage } from "./reviewUi";

/** Single keys of the review page, in the order they are listed. */
export const shortcuts = ["n", "p", "a", "r", "c", "o", "u", "?"] as const;

export type Shortcut = (typeof shortcuts)[number];

/** The key that does what a command of the editor asks for; sending has none, so that no slip sends. */
export const keyOfCommand: Readonly<Record<Exclude<ReviewCommand, "sendReview">, Shortcut>> = {
  nextHunk: "n",
  previousHunk: "p",
  acceptHunk: "a",
  rejectHunk: "r",
  commentHunk: "c",
  openHunk: "o",
  undoHunkDecision: "u",
};

/**
 * The shortcut that a key press means, or null: never while something is being written, and never with a modifier,
 * which belongs to the editor.
 */
export function shortcutOf(event: KeyboardEvent): Shortcut | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented)
    return null;
  const target = event.composedPath()[0];
  if (target instanceof HTMLElement && isWriting(target)) return null;
  return shortcuts.find((key) => key === event.key) ?? null;
}

function isWriting(target: HTMLElement): boolean {
  return target.matches("input, textarea, select") || target.isContentEditable;
}

/** Does what the key stands for, to the hunk in hand. */
export function runShortcut(key: Shortcut, page: ReviewPage): void {
  const { actions, arranged, state } = page;
  if (state.kind === "closed") return;
  if (key === "n" || key === "p") {
    actions.step(key === "n" ? 1 : -1);
    return;
  }
  if (key === "u") {
    actions.undo();
    return;
  }
  if (key === "?") {
    actions.arrange({ showKeys: !arranged.showKeys });
    return;
  }
  const hunk = arranged.current ?? firstOpen(page);
  if (hunk === null) return;
  if (key === "a") {
    actions.accept(hunk);
    return;
  }
  if (key === "o") {
    actions.openInEditor(hunk);
    return;
  }
  actions.openForm(key === "r" ? "reason" : "comment", hunk);
}

/** Does what a command of the editor asks for. Sending sends what was decided hunk by hunk, and nothing else. */
export function runCommand(command: ReviewCommand, page: ReviewPage): void {
  if (command !== "sendReview") {
    runShortcut(keyOfCommand[command], page);
    return;
  }
  const { state, arranged, actions } = page;
  if (state.kind === "closed") return;
  const { accepted, rejected } = tally(state, arranged.decisions);
  if (rejected.length > 0) actions.sendBack();
  else actions.acceptHunks(accepted);
}

function firstOpen({ state, arranged }: ReviewPage): number | null {
  if (state.kind === "closed") return null;
  const numbers = state.files.flatMap((file) => [...file.hunk_numbers]);
  return (
    numbers.find((number) => decisionOf(arranged.decisions, number).state === "open") ?? numbers[0] ?? null
  );
}
