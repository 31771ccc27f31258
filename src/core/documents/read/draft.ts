import type { Argv, ClaimedState, Phase, Plan } from "../../plan/plan";
import type { StepState } from "./stepState";

/** What a reader found in a document, before ids are given and everything is checked as a plan. */
export interface DraftStep {
  readonly title: string;
  /** What stands below the step, as written; empty when nothing does. */
  readonly description: string;
  /** The name that the document gives it, such as `T001` or `1.2`. */
  readonly label?: string;
  /** Number that orders it among its neighbors. */
  readonly order?: number;
  /** The document says that it may run beside its neighbors. */
  readonly parallel: boolean;
  readonly optional: boolean;
  readonly state: StepState | null | undefined;
  readonly at?: string;
  readonly note?: string;
  readonly labels: readonly string[];
  readonly commands: readonly Argv[];
  /** A command that no argument vector can say, so that a person must run it. */
  readonly unrunnable?: string;
  /** Steps below it that have a box of their own. */
  readonly children: readonly DraftStep[];
  /** It has a box, or some other mark of state. */
  readonly boxed: boolean;
  /** It has a box that can be ticked. */
  readonly checkbox: boolean;
  readonly line: number;
  /** Where its box stands in the document, brackets included; undefined when it has none. */
  readonly box?: { readonly start: number; readonly end: number };
}

export interface DraftMilestone {
  readonly name: string;
  readonly description: string;
  readonly criteria: readonly string[];
  readonly steps: readonly DraftStep[];
}

export interface DraftPhase {
  readonly name: string;
  /** `phase 2`: how other places of the document refer to it. */
  readonly key: string | null;
  /** Null: not begun. Undefined: the document does not say. */
  readonly state: StepState | null | undefined;
  readonly at?: string;
  readonly fields: Partial<Omit<Phase, "phase_id" | "name" | "milestones" | "depends_on_phases">>;
  /** Keys of phases it waits for; undefined means the one before. */
  readonly after?: readonly string[];
  readonly milestones: readonly DraftMilestone[];
}

export interface DraftDocument {
  readonly name: string;
  readonly request: string;
  readonly fields: Partial<
    Omit<Plan, "schema_version" | "project_name" | "user_request_original" | "phases">
  >;
  readonly phases: readonly DraftPhase[];
  readonly claimed: Partial<Pick<ClaimedState, "decisions" | "surprises" | "progress" | "outcomes">>;
  readonly warnings: readonly string[];
}
