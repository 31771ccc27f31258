import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One attack: what it does under plain git or plain writes, and what came of it here. */
export interface HostileRow {
  readonly name: string;
  /** The control was seen to execute, to escape or to land what is ordinary. */
  readonly shown: boolean;
  /** Variations that this row stands for. */
  readonly cases: number;
  readonly executions: number;
  readonly outside: number;
  /** Protected files that landed without a review of their own. */
  readonly unreviewed: number;
}

const rows: HostileRow[] = [];

export function recordRow(row: Pick<HostileRow, "name"> & Partial<HostileRow>): void {
  rows.push({ shown: true, cases: 1, executions: 0, outside: 0, unreviewed: 0, ...row });
}

export function recordedRows(): readonly HostileRow[] {
  return rows;
}

/** Writes the table as JSON and returns it as text for people, one line a row, totals first. */
export function writeTable(name: string): string {
  const total = (key: "cases" | "executions" | "outside" | "unreviewed"): number =>
    rows.reduce((sum, row) => sum + row[key], 0);
  const totals = {
    rows: rows.length,
    cases: total("cases"),
    shown: rows.filter((row) => row.shown).length,
    executions: total("executions"),
    outside: total("outside"),
    unreviewed: total("unreviewed"),
  };
  const folder = join(import.meta.dirname, "..", "output");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify({ totals, rows }, null, 2)}\n`);
  const head =
    `hostile sweep: ${totals.rows} rows with ${totals.cases} cases, ${totals.shown} controls shown; ` +
    `${totals.executions} executions, ${totals.outside} writes outside, ` +
    `${totals.unreviewed} protected files changed without their own review`;
  const lines = rows.map(
    (row) =>
      `  ${row.shown ? "shown" : "NOT SHOWN"}, ${row.cases} cases, ${row.executions} ran, ${row.outside} outside, ${row.unreviewed} unreviewed: ${row.name}`,
  );
  return [head, ...lines].join("\n");
}
