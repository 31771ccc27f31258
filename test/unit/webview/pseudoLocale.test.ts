// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";
import { planLabels } from "../../../src/protocol/planLabels";
import { reviewLabels } from "../../../src/protocol/reviewLabels";
import type { OpenReview } from "../../../src/protocol/reviewView";
import { translateLabels } from "../../../src/vscode/pages/translateLabels";
import { planPage } from "../../../webview/plan/planPage";
import { initialArrangement as planArrangement, type PlanActions } from "../../../webview/plan/planUi";
import { noDecisions } from "../../../webview/review/decisions";
import { reviewPage } from "../../../webview/review/reviewPage";
import {
  initialArrangement as reviewArrangement,
  type ReviewActions,
} from "../../../webview/review/reviewUi";
import { patch } from "../../../webview/shared/dom";
import { createWords } from "../../../webview/shared/words";
import { pseudoTranslate, strayWords } from "../../support/pseudoLocale";
import { planHistory } from "../../webview/planParts";
import { planStates } from "../../webview/planStates";
import { reviewStates } from "../../webview/reviewStates";

/** Every text of a state in Greek letters, as a person's own; words that stand for states stay, and must be translated. */
function inGreek(value: unknown): unknown {
  if (typeof value === "string") return /^[a-z]+(?:[._-][a-z]+)*$/u.test(value) ? value : greek(value);
  if (Array.isArray(value)) return value.map(inGreek);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inGreek(one)]));
}

/** Times stay readable. */
function greek(text: string): string {
  if (/^\d{4}-\d\d-\d\dT/u.test(text)) return text;
  return text.replace(/[A-Za-z]/gu, (letter) =>
    String.fromCodePoint(0x3b1 + (((letter.toLowerCase().codePointAt(0) ?? 97) - 97) % 17)),
  );
}

/** What a person sees or hears of the page. */
function saidBy(root: HTMLElement): string {
  const all = [...root.querySelectorAll("*")];
  const texts = all.flatMap((element) =>
    [...element.childNodes].flatMap((node) => (node.nodeType === 3 ? (node.textContent ?? "") : [])),
  );
  const spoken = all.flatMap((element) =>
    ["title", "aria-label", "placeholder", "aria-description", "alt"].flatMap(
      (name) => element.getAttribute(name) ?? [],
    ),
  );
  return [...texts, ...spoken].join("\n");
}

function render(node: Parameters<typeof patch>[1][number]): string {
  const root = document.createElement("div");
  patch(root, [node]);
  return saidBy(root);
}

const anyAction: unknown = new Proxy({}, { get: () => vi.fn() });
const planWords = createWords(translateLabels(planLabels, pseudoTranslate));
const reviewWords = createWords(translateLabels(reviewLabels, pseudoTranslate));

/** Names of checks, tools and programs, by which plans, terminals and people call them. */
const known = [
  "read_file",
  "run_command",
  "write_file",
  "test-integrity",
  "typecheck",
  "npm",
  "node",
  "test",
  "lint",
  "run",
  "types",
  "npx",
  "tsc",
  "tsconfig.json",
  "package.json",
  "syntax",
  "security",
  "sha",
  "build",
];

test.each(Object.entries(planStates))(
  "AR-20 every word of the plan page is translated or data: %s",
  (_, state) => {
    for (const phase of [null, ...state.phases.map(({ id }) => id)]) {
      const said = render(
        planPage({
          state: inGreek(state) as typeof state,
          arranged: planArrangement,
          loaded: new Map(),
          history: phase === null ? null : (inGreek(planHistory) as typeof planHistory),
          busy: null,
          error: null,
          now: Date.parse("2026-11-21T10:00:00Z"),
          language: "el",
          words: planWords,
          actions: anyAction as PlanActions,
        }),
      );
      expect(said).toContain("⟦");
      expect(strayWords(said, known)).toEqual([]);
    }
  },
);

test.each(Object.entries(reviewStates))(
  "AR-20 every word of the review page is translated or data: %s",
  (_, state) => {
    const hash = state.kind === "open" ? (inGreek(state) as OpenReview).change_hash : "";
    for (const wide of [false, true]) {
      const said = render(
        reviewPage({
          state: inGreek(state) as typeof state,
          arranged: { ...reviewArrangement, decisions: noDecisions(hash) },
          fetched: new Map(),
          shownLines: new Map(),
          wide,
          busy: null,
          error: null,
          problem: null,
          words: reviewWords,
          actions: anyAction as ReviewActions,
        }),
      );
      expect(said).toContain("⟦");
      expect(strayWords(said, known)).toEqual([]);
    }
  },
);
