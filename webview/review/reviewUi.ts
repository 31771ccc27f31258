import type { ReviewLabel } from "../../src/protocol/reviewLabels";
import type { HunkState, ReviewState } from "../../src/protocol/reviewView";
import type { WireError } from "../../src/protocol/rpc";
import type { Words } from "../shared/words";
import { noDecisions, type Decisions } from "./decisions";

/** What the person arranged on the review page; kept by the editor until it is sent. */
export interface ReviewArrangement {
  readonly decisions: Decisions;
  /** The hunk in hand. */
  readonly current: number | null;
  readonly form: { readonly kind: "reason" | "comment"; readonly hunk: number; readonly text: string } | null;
  readonly openEvidence: string | null;
  readonly layout: "auto" | "inline" | "split";
  readonly showKeys: boolean;
  readonly foldedFiles: readonly string[];
}

export const initialArrangement: ReviewArrangement = {
  decisions: noDecisions(""),
  current: null,
  form: null,
  openEvidence: null,
  layout: "auto",
  showKeys: false,
  foldedFiles: [],
};

export interface ReviewPage {
  readonly state: ReviewState;
  readonly arranged: ReviewArrangement;
  /** Hunks of long files that were fetched, by position of the file. */
  readonly fetched: ReadonlyMap<number, readonly HunkState[]>;
  /** How many lines of a hunk are on the page, where it is long. */
  readonly shownLines: ReadonlyMap<number, number>;
  /** True where there is room for two columns. */
  readonly wide: boolean;
  readonly busy: "accept" | "sendBack" | "open" | null;
  readonly error: WireError | null;
  /** What is missing before the decision can be sent. */
  readonly problem: string | null;
  readonly words: Words<ReviewLabel>;
  readonly actions: ReviewActions;
}

export interface ReviewActions {
  readonly arrange: (change: Partial<ReviewArrangement>) => void;
  readonly setNote: (text: string) => void;
  readonly setWaiver: (check: string, on: boolean) => void;
  /** Takes a hunk in hand, without moving the focus. */
  readonly select: (hunk: number) => void;
  readonly goTo: (hunk: number) => void;
  readonly step: (direction: 1 | -1) => void;
  readonly accept: (hunk: number) => void;
  readonly openForm: (kind: "reason" | "comment", hunk: number) => void;
  readonly saveForm: () => void;
  readonly closeForm: () => void;
  readonly undo: () => void;
  readonly openInEditor: (hunk: number) => void;
  readonly openFile: (file: number) => void;
  readonly openAll: () => void;
  readonly openPlan: () => void;
  readonly acceptHunks: (hunks: readonly number[]) => void;
  readonly sendBack: () => void;
  readonly showMore: (hunk: number) => void;
  readonly fetchFile: (file: number) => void;
  readonly dismissError: () => void;
}

export function isSplit(page: Pick<ReviewPage, "arranged" | "wide">): boolean {
  return page.arranged.layout === "auto" ? page.wide : page.arranged.layout === "split";
}
