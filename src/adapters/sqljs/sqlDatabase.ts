import type { Database, SqlJsStatic, SqlValue, Statement } from "sql.js";

export type Row = Readonly<Record<string, SqlValue>>;

/** One in-memory database with its prepared statements. Everything is synchronous. */
export class SqlDatabase {
  readonly #database: Database;
  readonly #statements = new Map<string, Prepared>();

  /** Takes over `image`, which must not be used afterwards. */
  constructor(engine: SqlJsStatic, image?: Uint8Array) {
    this.#database = image === undefined ? new engine.Database() : new engine.Database(image);
    // The journal makes commits durable; these only spare the private copy work that nobody would ever read back.
    this.#database.exec(
      "PRAGMA journal_mode=memory; PRAGMA synchronous=off; PRAGMA locking_mode=exclusive; PRAGMA temp_store=memory;" +
        "PRAGMA cache_size=-65536; PRAGMA foreign_keys=on;",
    );
  }

  /** Runs statements without parameters, several at once if need be. */
  script(sql: string): void {
    this.#database.exec(sql);
  }

  run(sql: string, parameters: readonly SqlValue[] = []): void {
    this.#prepare(sql).statement.run(parameters as SqlValue[]);
  }

  /** Like `run`, and answers how many rows changed. */
  change(sql: string, parameters: readonly SqlValue[] = []): number {
    this.run(sql, parameters);
    return this.#database.getRowsModified();
  }

  all(sql: string, parameters: readonly SqlValue[] = []): Row[] {
    const { statement, columns } = this.#prepare(sql);
    const rows: Row[] = [];
    try {
      statement.bind(parameters as SqlValue[]);
      while (statement.step()) rows.push(toRow(columns, statement.get()));
    } finally {
      statement.reset();
    }
    return rows;
  }

  get(sql: string, parameters: readonly SqlValue[] = []): Row | undefined {
    const { statement, columns } = this.#prepare(sql);
    try {
      statement.bind(parameters as SqlValue[]);
      return statement.step() ? toRow(columns, statement.get()) : undefined;
    } finally {
      statement.reset();
    }
  }

  /** Rows as arrays, one at a time, for reading much without holding it. */
  *rows(sql: string): Generator<SqlValue[], void> {
    const statement = this.#database.prepare(sql);
    try {
      while (statement.step()) yield statement.get();
    } finally {
      statement.free();
    }
  }

  /** The database as file content; never inside a transaction. */
  image(): Uint8Array {
    return this.#database.export();
  }

  close(): void {
    this.#database.close();
  }

  #prepare(sql: string): Prepared {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    // Asked once: the names are decoded from the engine's memory each time.
    const prepared = { statement, columns: statement.getColumnNames() };
    this.#statements.set(sql, prepared);
    return prepared;
  }
}

interface Prepared {
  readonly statement: Statement;
  readonly columns: readonly string[];
}

function toRow(columns: readonly string[], values: readonly SqlValue[]): Row {
  const row: Record<string, SqlValue> = {};
  for (const [index, column] of columns.entries()) row[column] = values[index] ?? null;
  return row;
}

/** A value as a column of JSON text; null stays NULL. */
export function json(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

export function flag(value: boolean): number {
  return value ? 1 : 0;
}
