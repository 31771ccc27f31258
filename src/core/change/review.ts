import type { ErrorCode } from "../errors";
import { err, ok, type Result } from "../result";
import { fillSentence } from "../translate";
import { blocks, type Evidence } from "../validation/evidence";
import { unknownHunks } from "./diff/applyHunks";
import type { ChangeSet, FileChange } from "./changeSet";
import { criteriaState, type Criterion, type CriterionState } from "./criteriaState";
import { parseWorkspacePath } from "./path/workspacePath";

export interface ReviewInput {
  readonly change: ChangeSet;
  readonly evidence: readonly Evidence[];
  readonly criteria: readonly Criterion[];
  /** `person`: somebody looked at this change. `automatic`: the run accepts by itself what the approval allows. */
  readonly mode: "person" | "automatic";
  /** Hunks that are to land; null means whatever may land without being named. */
  readonly hunks: readonly number[] | null;
  /** Protected files that this decision names. */
  readonly protected_files: readonly string[];
  /** Checks that this decision waives. */
  readonly waivers: readonly string[];
  /** What the approval granted: `protected:PATH`, `waive:CHECK`. */
  readonly grants: readonly string[];
  /** Hash of the change set that was looked at; null when the decision names none. */
  readonly change_hash: string | null;
}

export interface ReviewDecision {
  /** Hunks that land, ascending. */
  readonly hunks: readonly number[];
  /** True when something that was proposed does not land, so that what lands must be validated on its own. */
  readonly partial: boolean;
  readonly files: readonly { readonly change: FileChange; readonly hunks: readonly number[] }[];
  readonly left_out: readonly {
    readonly path: string;
    readonly hunks: readonly number[];
    readonly reason: LeftOut;
  }[];
  readonly protected_files: readonly string[];
  readonly waivers: readonly string[];
  /** Criteria that no check proves and that this acceptance signs off. */
  readonly sign_offs: readonly string[];
}

export type LeftOut = "out_of_scope" | "not_chosen";

export interface ReviewRefusal {
  readonly code: Extract<ErrorCode, `review.${string}` | "path.forbidden">;
  /** The file, check or hunks it is about. */
  readonly subject: string;
  readonly message: string;
}

/**
 * Decides what of a change lands, or everything that stands against it. Out-of-scope files land only when their hunks
 * are named; protected files only when the decision or the approval names them; checks that did not pass only when
 * they are waived one by one.
 */
export function decideReview(input: ReviewInput): Result<ReviewDecision, readonly ReviewRefusal[]> {
  const refusals: ReviewRefusal[] = [];
  if (input.change_hash !== null && input.change_hash !== input.change.hash) {
    refusals.push({
      code: "review.staleChange",
      subject: input.change_hash,
      message: "The change is not the one that was reviewed",
    });
  }
  const unknown = unknownHunks(input.change.files, input.hunks ?? []);
  if (unknown.length > 0) {
    const subject = unknown.join(", ");
    refusals.push({ code: "review.badHunk", subject, message: `The change has no hunk ${subject}` });
  }
  const files = input.change.files.map((change) => ({ change, hunks: landing(change, input) }));
  const taken = files.filter((file) => file.hunks.length > 0);
  if (taken.length === 0 && input.change.files.length > 0) {
    refusals.push({ code: "review.badHunk", subject: "", message: "No hunk is left that could land" });
  }
  const named = new Set([...input.protected_files, ...granted(input.grants, "protected:")]);
  refusals.push(...taken.flatMap(({ change }) => fileRefusals(change, named)));
  const waived = waivedChecks(input);
  refusals.push(
    ...input.evidence.filter((evidence) => blocks(evidence) && !waived.has(evidence.check)).map(checkRefusal),
  );
  if (refusals.length > 0) return err(refusals);

  const leftOut = files.flatMap(({ change, hunks }) => {
    const rest = numbersOf(change).filter((number) => !hunks.includes(number));
    const reason: LeftOut = change.out_of_scope && input.hunks === null ? "out_of_scope" : "not_chosen";
    return rest.length === 0 ? [] : [{ path: change.path, hunks: rest, reason }];
  });
  return ok({
    hunks: taken.flatMap((file) => file.hunks),
    partial: leftOut.length > 0,
    files: taken,
    left_out: leftOut,
    protected_files: taken.filter(({ change }) => change.protected).map(({ change }) => change.path),
    waivers: input.evidence.filter((evidence) => blocks(evidence)).map((evidence) => evidence.check),
    sign_offs: criteriaState(input.criteria, input.evidence, [])
      .filter(isOpen)
      .map((criterion) => criterion.text),
  });
}

/** Checks of a change that a person must waive before it can be accepted. */
export function checksToWaive(evidence: readonly Evidence[]): string[] {
  return [...new Set(evidence.filter(blocks).map((item) => item.check))];
}

function isOpen(criterion: CriterionState): boolean {
  return criterion.state === "open";
}

function numbersOf(change: FileChange): number[] {
  return change.hunks.map((hunk) => hunk.number);
}

function landing(change: FileChange, input: ReviewInput): readonly number[] {
  if (input.hunks === null) return change.out_of_scope ? [] : numbersOf(change);
  const chosen = new Set(input.hunks);
  if (input.mode === "automatic" && change.out_of_scope) return [];
  return numbersOf(change).filter((number) => chosen.has(number));
}

function fileRefusals(change: FileChange, named: ReadonlySet<string>): ReviewRefusal[] {
  const path = parseWorkspacePath(change.path);
  if (!path.ok) return [{ code: "path.forbidden", subject: change.path, message: path.error.message }];
  if (!change.protected || named.has(change.path)) return [];
  const message = `${change.path} is a protected file, which is accepted by name only`;
  return [{ code: "review.protectedFile", subject: change.path, message }];
}

/** The approval's word covers checks that could not be verified; a check that failed needs a person's at the review. */
function waivedChecks(input: ReviewInput): ReadonlySet<string> {
  const beforehand = new Set(granted(input.grants, "waive:"));
  const unverified = input.evidence.filter(
    (evidence) => evidence.status !== "failed" && beforehand.has(evidence.check),
  );
  const failed = new Set(
    input.evidence.filter((evidence) => evidence.status === "failed").map((evidence) => evidence.check),
  );
  const allowed = unverified.map((evidence) => evidence.check).filter((check) => !failed.has(check));
  return new Set(input.mode === "person" ? [...input.waivers, ...allowed] : allowed);
}

function granted(grants: readonly string[], prefix: string): string[] {
  return grants.filter((grant) => grant.startsWith(prefix)).map((grant) => grant.slice(prefix.length));
}

function checkRefusal(evidence: Evidence): ReviewRefusal {
  const said = {
    failed: "Check {0} failed, which a person must waive by name: {1}",
    timed_out: "Check {0} timed out, which a person must waive by name: {1}",
    not_verified: "Check {0} was not verified, which a person must waive by name: {1}",
    passed: "Check {0} passed, which a person must waive by name: {1}",
    not_applicable: "Check {0} does not apply, which a person must waive by name: {1}",
  };
  const message = fillSentence(said[evidence.status], [evidence.check, evidence.summary]);
  return { code: "review.notVerified", subject: evidence.check, message };
}
