import type { ChangeSet, FileChange, Hunk } from "../../core/change/changeSet";
import { wordMarks } from "../../core/change/diff/wordMarks";
import type { Evidence } from "../../core/validation/evidence";
import type { ReviewView } from "../../engine/personDecisions";
import type { EvidenceState, FileState, HunkState, LineState, OpenReview } from "../../protocol/reviewView";

/** Files with more changed lines than this are sent when the page asks for them. */
export const longFileLines = 2000;

/** Everything the review page shows of an open change. */
export function reviewState(view: ReviewView, revision: number): OpenReview {
  return {
    kind: "open",
    revision,
    run: view.run,
    task: view.task_id,
    title: view.title,
    attempt: view.attempt,
    max_attempts: view.max_attempts,
    recorded: view.recorded,
    summary: view.summary ?? "",
    change_hash: view.change.hash,
    evidence: view.evidence.map(evidenceState),
    criteria: view.criteria,
    feedback: view.feedback,
    needs_waiver: view.needs_waiver,
    files: view.change.files.map(fileState),
  };
}

/** Every hunk of one file with its marks, however long it is. */
export function fileHunks(change: ChangeSet, file: number): HunkState[] {
  return (change.files[file]?.hunks ?? []).map(hunkState);
}

function evidenceState(evidence: Evidence): EvidenceState {
  return {
    check: evidence.check,
    layer: evidence.layer,
    status: evidence.status,
    summary: evidence.summary,
    command: (evidence.command ?? []).join(" "),
    duration_ms: evidence.duration_ms,
    passed: evidence.counts?.passed ?? null,
    total: evidence.counts?.total ?? null,
    output: evidence.output_hash?.slice(0, 12) ?? "",
  };
}

function fileState(file: FileChange): FileState {
  const lines = file.hunks.flatMap((hunk) => hunk.lines.map(({ kind }) => kind));
  return {
    path: file.path,
    kind: file.kind,
    binary: file.binary,
    out_of_scope: file.out_of_scope,
    protected: file.protected,
    mode: modeChange(file),
    added: lines.filter((kind) => kind === "add").length,
    removed: lines.filter((kind) => kind === "remove").length,
    hunk_numbers: file.hunks.map(({ number }) => number),
    hunks: lines.length > longFileLines ? null : file.hunks.map(hunkState),
  };
}

function modeChange({ mode_before, mode_after }: FileChange): string | null {
  if (mode_before === null || mode_after === null || mode_before === mode_after) return null;
  return `${mode_before} → ${mode_after}`;
}

function hunkState(hunk: Hunk): HunkState {
  return { ...hunk, lines: markedLines(hunk) };
}

function markedLines(hunk: Hunk): LineState[] {
  const marks = wordMarks(hunk.lines);
  return hunk.lines.map((line, index) => {
    const own = (marks[index] ?? []).map(({ start, end }) => [start, end] as const);
    return own.length === 0 ? line : { ...line, marks: own };
  });
}
