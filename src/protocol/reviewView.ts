import type { JsonObject } from "../core/json";
import type { CheckStatus } from "../core/validation/evidence";
import { noParams, type NoParams, type ParamSchemas, type Ready } from "./rpc";
import type { ReviewCommand } from "./reviewCommands";
import type { ReviewLabel } from "./reviewLabels";

/** What the review page may ask. Files and hunks are named by their number in the change set whose hash goes along. */
export interface ReviewHost {
  ready(params: NoParams): Promise<Ready<ReviewLabel, ReviewState>>;
  /** Hunks of a file that was too long for the snapshot. */
  fileHunks(params: {
    readonly change_hash: string;
    readonly file: number;
  }): Promise<{ readonly hunks: readonly HunkState[] }>;
  accept(params: AcceptParams): Promise<{ readonly commit: string | null }>;
  sendBack(params: SendBackParams): Promise<NoParams>;
  /** The native diff editor of one file. */
  openFile(params: {
    readonly change_hash: string;
    readonly file: number;
    readonly line: number;
  }): Promise<NoParams>;
  /** The native multi-file diff. */
  openAll(params: { readonly change_hash: string }): Promise<NoParams>;
  openPlan(params: NoParams): Promise<NoParams>;
}

export interface ReviewEvents {
  readonly stateChanged: ReviewState;
  /** A command of the editor asks the page for what one of its keys or buttons does. */
  readonly invoked: { readonly command: ReviewCommand };
}

export interface HunkNote {
  readonly hunk: number;
  readonly text: string;
}

export interface AcceptParams {
  readonly change_hash: string;
  /** Numbers of the hunks that land. */
  readonly hunks: readonly number[];
  /** Positions in `files` of protected files that the person accepted by name. */
  readonly protected_files: readonly number[];
  /** Names of checks that the person waives. */
  readonly waivers: readonly string[];
  readonly comments: readonly HunkNote[];
}

export interface SendBackParams {
  readonly change_hash: string;
  /** Hunks that the next attempt keeps. */
  readonly keep_hunks: readonly number[];
  readonly reasons: readonly HunkNote[];
  readonly comments: readonly HunkNote[];
  readonly note: string;
}

export type ReviewState = OpenReview | ClosedReview;

/** No change of this task waits for a decision, and why. */
export interface ClosedReview {
  readonly kind: "closed";
  readonly revision: number;
  readonly run: string;
  readonly task: string;
  readonly title: string;
  readonly text: string;
}

export interface OpenReview {
  readonly kind: "open";
  readonly revision: number;
  readonly run: string;
  readonly task: string;
  readonly title: string;
  readonly attempt: number;
  readonly max_attempts: number;
  readonly recorded: boolean;
  readonly summary: string;
  readonly change_hash: string;
  readonly evidence: readonly EvidenceState[];
  readonly criteria: readonly ReviewCriterion[];
  /** What earlier attempts were told, oldest first. */
  readonly feedback: readonly string[];
  readonly needs_waiver: readonly string[];
  readonly files: readonly FileState[];
}

export interface EvidenceState {
  readonly check: string;
  readonly layer: string;
  readonly status: CheckStatus;
  readonly summary: string;
  readonly command: string;
  readonly duration_ms: number;
  readonly passed: number | null;
  readonly total: number | null;
  /** Hash of the stored output, shortened for the eye; empty when there was none. */
  readonly output: string;
}

export interface ReviewCriterion {
  readonly text: string;
  readonly state: "proved" | "signed_off" | "open";
  readonly check: string | null;
}

export interface FileState {
  readonly path: string;
  readonly kind: "add" | "modify" | "delete" | "mode";
  readonly binary: boolean;
  readonly out_of_scope: boolean;
  readonly protected: boolean;
  readonly mode: string | null;
  readonly added: number;
  readonly removed: number;
  /** Always complete, also when `hunks` is null. */
  readonly hunk_numbers: readonly number[];
  /** null when the file is too long for the snapshot; ask with `fileHunks`. */
  readonly hunks: readonly HunkState[] | null;
}

export interface HunkState {
  readonly number: number;
  readonly before_start: number;
  readonly before_lines: number;
  readonly after_start: number;
  readonly after_lines: number;
  readonly lines: readonly LineState[];
}

export interface LineState {
  readonly kind: "context" | "remove" | "add";
  readonly text: string;
  readonly no_newline?: boolean;
  /** Changed stretches inside the line: start and end, in UTF-16 code units. */
  readonly marks?: readonly (readonly [number, number])[];
}

/** Where a decision stands; kept by the page under the change's hash until it is sent. */
export interface HunkDecision {
  readonly state: "accepted" | "rejected" | "open";
  readonly reason: string;
  readonly comment: string;
}

const changeHash = { type: "string", minLength: 8, maxLength: 128, pattern: "^[0-9a-z:_-]+$" } as const;
const numbers = {
  type: "array",
  maxItems: 100_000,
  uniqueItems: true,
  items: { type: "integer", minimum: 1 },
} as const;
const positions = {
  type: "array",
  maxItems: 100_000,
  uniqueItems: true,
  items: { type: "integer", minimum: 0 },
} as const;
const text = { type: "string", maxLength: 20_000 } as const;
const notes = {
  type: "array",
  maxItems: 10_000,
  items: {
    type: "object",
    additionalProperties: false,
    required: ["hunk", "text"],
    properties: { hunk: { type: "integer", minimum: 1 }, text: { ...text, minLength: 1 } },
  },
} as const;

function params(properties: JsonObject): JsonObject {
  return { type: "object", additionalProperties: false, required: Object.keys(properties), properties };
}

export const reviewParams = {
  ready: noParams,
  fileHunks: params({ change_hash: changeHash, file: { type: "integer", minimum: 0 } }),
  accept: params({
    change_hash: changeHash,
    hunks: numbers,
    protected_files: positions,
    waivers: {
      type: "array",
      maxItems: 1000,
      uniqueItems: true,
      items: { type: "string", minLength: 1, maxLength: 300 },
    },
    comments: notes,
  }),
  sendBack: params({
    change_hash: changeHash,
    keep_hunks: numbers,
    reasons: notes,
    comments: notes,
    note: text,
  }),
  openFile: params({
    change_hash: changeHash,
    file: { type: "integer", minimum: 0 },
    line: { type: "integer", minimum: 1 },
  }),
  openAll: params({ change_hash: changeHash }),
  openPlan: noParams,
} as const satisfies ParamSchemas<ReviewHost>;
