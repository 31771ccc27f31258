import fs from "node:fs/promises";
import path from "node:path";
import initSqlJs, { type SqlJsStatic } from "sql.js";
import { MasterPlanError } from "../../core/errors";

const file = "sql-wasm.wasm";

/** Loads the SQLite build: beside the bundle when packaged, from the package's folder when run from source. */
export async function loadSqlJs(): Promise<SqlJsStatic> {
  for (const candidate of candidates(__dirname)) {
    const bytes = await readOrNull(candidate);
    if (bytes === null) continue;
    const wasmBinary = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    return initSqlJs({ wasmBinary: wasmBinary as ArrayBuffer });
  }
  throw new MasterPlanError(
    "store.failed",
    `The database engine is missing: ${file} was expected in ${__dirname}`,
    {
      hint: "Install the extension again",
    },
  );
}

function candidates(start: string): readonly string[] {
  const found = [path.join(start, file)];
  for (let folder = start; ; folder = path.dirname(folder)) {
    found.push(path.join(folder, "node_modules", "sql.js", "dist", file));
    if (path.dirname(folder) === folder) return found;
  }
}

async function readOrNull(candidate: string): Promise<Buffer | null> {
  try {
    return await fs.readFile(candidate);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
