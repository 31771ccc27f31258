import fs from "node:fs";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { openStore } from "../../src/adapters/sqljs/openStore";
import type { SqlJsStore } from "../../src/adapters/sqljs/sqlJsStore";
import type { RunEvent } from "../../src/core/run/runEvent";
import type { StoreCommit } from "../../src/ports/store";
import type { LessonRow } from "../../src/ports/storeRows";
import {
  commitOf,
  countedIds,
  draftCommit,
  eventCommit,
  planId,
  planOf,
  queuedEvent,
  quietLogger,
  runId,
} from "../support/storeFixtures";

export interface BenchOptions {
  readonly work: string;
  readonly workerFile: string;
  readonly rounds: number;
  readonly reopenings: number;
}

const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };
let ids = 0;

export async function open(
  directory: string,
  workerFile: string,
  checkpointBytes = Number.MAX_SAFE_INTEGER,
): Promise<SqlJsStore> {
  ids += 1_000_000;
  return openStore({
    directory,
    workspace: "/w",
    clock,
    ids: countedIds(ids),
    logger: quietLogger,
    workerFile,
    limits: { idleMs: 0, checkpointBytes },
  });
}

/** A store whose image has about `megabytes`, with a run of 200 tasks in progress. */
export async function filled(directory: string, megabytes: number, workerFile: string): Promise<SqlJsStore> {
  const store = await open(directory, workerFile);
  const plan = planOf(4, 5, 10);
  await store.commit(draftCommit(1, plan));
  await store.commit(eventCommit(1, queuedEvent(1, 1, plan), started()));
  const lesson = (n: number): LessonRow => ({
    id: `l${n}`,
    plan_id: planId(1),
    run_id: runId(1),
    task_id: "T1.1.1",
    kind: "example",
    signature: `s${n % 100}`,
    root_cause: null,
    context: { text: "x".repeat(3600), n },
    missing: null,
    solution: null,
    worked_ms: 1,
    at: n,
  });
  const rows = megabytes * 256 - 200;
  for (let n = 0; n < rows; n += 200) {
    const changes = Array.from({ length: 200 }, (_, index) => ({
      kind: "lesson.add" as const,
      row: lesson(n + index),
    }));
    await store.commit(commitOf(changes));
  }
  await store.checkpoint();
  return store;
}

export function started(): RunEvent {
  const base = {
    head: "a".repeat(40),
    snapshot: null,
    original_branch: "main",
    run_branch: "x",
    private_repository: false,
  };
  return { type: "run.started", at: 1_700_000_001_500, base };
}

/** Status changes that go to and fro for ever, over many tasks. */
export class Changes {
  readonly #tasks: readonly string[];
  readonly #status = new Map<string, "pending" | "in_progress">();
  #next = 0;

  constructor(tasks: readonly string[]) {
    this.#tasks = tasks;
  }

  next(): StoreCommit {
    const task_id = this.#tasks[this.#next % this.#tasks.length] ?? "";
    this.#next += 1;
    const from = this.#status.get(task_id) ?? "pending";
    const to = from === "pending" ? "in_progress" : "pending";
    this.#status.set(task_id, to);
    const event: RunEvent = {
      type: "task.status",
      at: 1_700_000_002_000 + this.#next,
      task_id,
      from,
      to,
      cause: "scheduler",
      by: "scheduler",
    };
    // History in the reduced state grows with every change; forty to and fro per task stay realistic.
    return eventCommit(1, event);
  }
}

export const roots = (count: number): readonly string[] => {
  const all = Array.from({ length: 4 }, (_, p) =>
    Array.from({ length: 5 }, (_u, m) =>
      Array.from({ length: 10 }, (_v, t) => `T${p + 1}.${m + 1}.${t + 1}`),
    ),
  ).flat(2);
  return all.slice(0, count);
};

/** The best native engine with the interface that the applier uses, over the same image. */
export class NativeDatabase {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string) {
    this.#database = new DatabaseSync(file);
    this.#database.exec(
      "PRAGMA journal_mode=wal; PRAGMA synchronous=full; PRAGMA foreign_keys=on; PRAGMA cache_size=-65536;",
    );
  }

  script(sql: string): void {
    this.#database.exec(sql);
  }
  run(sql: string, values: readonly SQLInputValue[] = []): void {
    this.#prepare(sql).run(...values);
  }
  change(sql: string, values: readonly SQLInputValue[] = []): number {
    return Number(this.#prepare(sql).run(...values).changes);
  }
  get(sql: string, values: readonly SQLInputValue[] = []): unknown {
    return this.#prepare(sql).get(...values);
  }
  all(sql: string, values: readonly SQLInputValue[] = []): unknown[] {
    return this.#prepare(sql).all(...values);
  }
  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, known);
    return known;
  }
}

export async function nativeCopy(store: SqlJsStore, file: string): Promise<NativeDatabase> {
  fs.writeFileSync(
    file,
    store.withDatabase((database) => database.image()),
  );
  return new NativeDatabase(file);
}

export const now = (): number => performance.now();

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export const round = (value: number): number => Math.round(value * 1000) / 1000;
