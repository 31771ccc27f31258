import type { BranchEnd } from "../../src/core/run/branchEnd";
import type { PlanLabel } from "../../src/protocol/planLabels";
import type { HistoryState, PlanRowState, PlanState, RunAction } from "../../src/protocol/planView";
import type { WireError } from "../../src/protocol/rpc";
import type { Words } from "../shared/words";

/** What the person arranged on the plan page; survives hiding and reloading. */
export interface PlanArrangement {
  /** Phases that are open, by id; null until the person touched one, which leaves the page's own choice. */
  readonly openPhases: readonly string[] | null;
  readonly openTasks: readonly string[];
  readonly form: PlanForm | null;
  readonly drafts: { readonly changes: string; readonly reject: string; readonly gate: string };
  /** Comments not sent yet, by task id. */
  readonly comments: Readonly<Record<string, string>>;
  readonly commentOn: string | null;
  /** The phase, or the plan at the end of a run, that is about to get a NO-GO. */
  readonly gateOn: string | null;
  /** Positions of the protected files that are ticked, for the version with this hash. */
  readonly granted: { readonly hash: string; readonly files: readonly number[] };
}

export type PlanForm = "changes" | "reject" | "cancelRun" | "drop";

export const initialArrangement: PlanArrangement = {
  openPhases: null,
  openTasks: [],
  form: null,
  drafts: { changes: "", reject: "", gate: "" },
  comments: {},
  commentOn: null,
  gateOn: null,
  granted: { hash: "", files: [] },
};

/** Rows of a phase that the page fetched. */
export interface LoadedPhase {
  readonly stamp: string;
  readonly total: number;
  readonly rows: readonly PlanRowState[];
}

/** Everything a render needs; renders are functions of it. */
export interface PlanPage {
  readonly state: PlanState;
  readonly arranged: PlanArrangement;
  readonly loaded: ReadonlyMap<string, LoadedPhase>;
  /** null until somebody opened it. */
  readonly history: readonly HistoryState[] | null;
  /** The request under way, by method; its button spins and the others wait. */
  readonly busy: string | null;
  readonly error: WireError | null;
  /** Epoch milliseconds, for what has no end yet. */
  readonly now: number;
  readonly language: string;
  readonly words: Words<PlanLabel>;
  readonly actions: PlanActions;
}

export interface PlanActions {
  readonly arrange: (change: Partial<PlanArrangement>) => void;
  readonly approve: (run: boolean) => void;
  readonly startRun: () => void;
  readonly reject: () => void;
  readonly requestChanges: () => void;
  readonly editAsDocument: () => void;
  /** As `editAsDocument`, at the place of a task or phase. */
  readonly editNode: (node: string) => void;
  readonly control: (action: RunAction) => void;
  readonly retry: (task: string) => void;
  readonly gate: (phase: string, go: boolean) => void;
  readonly openWaiting: (key: string) => void;
  readonly openTask: (task: string) => void;
  readonly showOutput: () => void;
  readonly finishBranch: (how: BranchEnd) => void;
  readonly togglePhase: (phase: string) => void;
  readonly toggleTask: (task: string) => void;
  readonly toggleAll: () => void;
  readonly toggleHistory: () => void;
  readonly loadMore: (phase: string) => void;
  readonly dismissError: () => void;
}

/** The mark in `openTasks` that unfolds every task that is on the page. */
export const allDetails = "*";

/** The mark for the folded part of a run's page that shows what was approved. */
export const approvedPart = "*approved";

/** The mark for the history of the plan, which is asked for when it is opened. */
export const historyPart = "*history";

/** Whether a phase is unfolded: the person's choice, else open while the plan is small enough to read at a glance. */
export function isPhaseOpen(page: Pick<PlanPage, "state" | "arranged">, phase: string): boolean {
  if (page.arranged.openPhases !== null) return page.arranged.openPhases.includes(phase);
  return page.state.tasks <= 40;
}

export function rowsOf(page: PlanPage, phase: string): LoadedPhase | null {
  const inline = page.state.phases.find((item) => item.id === phase);
  if (inline?.rows != null) return { stamp: inline.stamp, total: inline.rows.length, rows: inline.rows };
  return page.loaded.get(phase) ?? null;
}
