import type { Attempt, Run } from "../../../core/run/run";
import { json, type SqlDatabase } from "../sqlDatabase";

/** Writes an attempt and the evidence it gained. */
export function putAttempt(database: SqlDatabase, run: Run, attempt: Attempt, before: Attempt | null): void {
  database.run(
    `INSERT INTO attempts (attempt_id, run_id, task_id, number, kind, base, worktree, started_at, ended_at, outcome,
       reason, summary, change_hash, change_blob, hunk_count) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (attempt_id) DO UPDATE SET ended_at = excluded.ended_at, outcome = excluded.outcome,
       reason = excluded.reason, summary = excluded.summary, change_hash = excluded.change_hash,
       change_blob = excluded.change_blob, hunk_count = excluded.hunk_count`,
    [
      attempt.id,
      run.id,
      attempt.task_id,
      attempt.number,
      attempt.kind,
      attempt.base,
      attempt.worktree,
      attempt.started_at,
      attempt.ended_at,
      attempt.outcome,
      attempt.reason,
      attempt.summary,
      attempt.change_hash,
      attempt.change_blob,
      attempt.hunk_count,
    ],
  );
  const known = new Set(before?.evidence);
  for (const evidence of attempt.evidence) {
    if (known.has(evidence)) continue;
    database.run(
      `INSERT OR REPLACE INTO evidence (attempt_id, check_name, run_id, task_id, layer, severity, status, summary,
         command, exit_code, output_hash, duration_ms, proves, counts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        attempt.id,
        evidence.check,
        run.id,
        attempt.task_id,
        evidence.layer,
        evidence.severity,
        evidence.status,
        evidence.summary,
        json(evidence.command),
        evidence.exit_code ?? null,
        evidence.output_hash ?? null,
        evidence.duration_ms,
        json(evidence.proves),
        json(evidence.counts),
      ],
    );
  }
}
