import path from "node:path";
import { MasterPlanError } from "../../../core/errors";
import type { Disk } from "../../../ports/disk";
import type { BlobKind } from "../../../ports/store";
import { sha256 } from "../../journal/frame";
import { journalNames } from "../../journal/journalHeader";
import { writeWhole } from "../../journal/writeWhole";
import type { BlobStore } from "../../node/files/blobStore";
import { codeOf } from "../../node/files/nodeDisk";

/** First line of an exported state; the entries follow, each a line of JSON and its bytes, and a last line. */
const firstLine = "MasterPlan state 1\n";

interface EntryLine {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface ExportedEntry {
  readonly name: string;
  readonly content: Uint8Array;
}

/** Writes the database, the journal and every blob into one new file, which appears only when it is whole. */
export async function writeExport(
  disk: Disk,
  directory: string,
  blobs: BlobStore,
  database: Uint8Array,
  target: string,
  unique: string,
): Promise<number> {
  const draft = `${target}.${unique}.tmp`;
  const file = await disk.create(draft).catch((error: unknown) => {
    throw unwritable(target, error);
  });
  let position = 0;
  let entries = 0;
  const write = async (bytes: Uint8Array): Promise<void> => {
    await writeWhole(file, bytes, position);
    position += bytes.length;
  };
  const add = async (name: string, content: Uint8Array): Promise<void> => {
    const line: EntryLine = { name, bytes: content.length, sha256: sha256(content).toString("hex") };
    await write(Buffer.from(`${JSON.stringify(line)}\n`));
    await write(content);
    entries += 1;
  };
  try {
    try {
      await write(Buffer.from(firstLine));
      await add("state.db", database);
      for (const name of journalNames(await disk.list(directory))) {
        const content = await disk.read(path.join(directory, name));
        if (content !== null) await add(`journal/${name}`, content);
      }
      for (const blob of await blobs.entries()) {
        const content = await blobs.get(blob.hash);
        if (content !== null) await add(`blobs/${blob.kind}/${blob.hash}`, content);
      }
      await write(Buffer.from(`${JSON.stringify({ entries })}\n`));
      await file.sync();
    } finally {
      await file.close();
    }
    await disk.rename(draft, target).catch((error: unknown) => {
      throw unwritable(target, error);
    });
  } catch (error) {
    await disk.remove(draft).catch(() => undefined);
    throw error;
  }
  await disk.syncDirectory(path.dirname(target));
  return position;
}

/** A place that cannot be: the person named it, so that they are told so. Anything else is handed on. */
function unwritable(target: string, error: unknown): unknown {
  const hint = "Nothing was changed. Name a file in a folder that exists and that you may write to";
  switch (codeOf(error)) {
    case "ENOENT":
    case "ENOTDIR":
      return new MasterPlanError("usage.invalid", `There is no folder for ${target}`, { hint, cause: error });
    case "EISDIR":
      return new MasterPlanError("usage.invalid", `${target} is a folder, not a file`, {
        hint,
        cause: error,
      });
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new MasterPlanError("store.failed", `${target} may not be written`, { hint, cause: error });
    default:
      return error;
  }
}

async function readNamed(disk: Disk, source: string): Promise<Uint8Array> {
  const hint = "Nothing was changed. Name a file that was made with: masterplan state export";
  try {
    const read = await disk.read(source);
    if (read !== null) return read;
  } catch (error) {
    const code = codeOf(error);
    if (code === "EISDIR")
      throw new MasterPlanError("usage.invalid", `${source} is a folder, not a file`, { hint, cause: error });
    if (code === "EACCES" || code === "EPERM")
      throw new MasterPlanError("store.failed", `The file ${source} may not be read`, { hint, cause: error });
    throw error;
  }
  throw new MasterPlanError("usage.invalid", `There is no file ${source}`, { hint });
}

/** Reads an exported state whole and checks every hash; throws `store.corrupt` with what is wrong. */
export async function readExport(disk: Disk, source: string): Promise<readonly ExportedEntry[]> {
  const read = await readNamed(disk, source);
  const bytes = Buffer.from(read.buffer, read.byteOffset, read.byteLength);
  const broken = (why: string): MasterPlanError =>
    new MasterPlanError("store.corrupt", `${source} is no whole exported state: ${why}`, {
      hint: "Nothing was changed; export it again or use another copy",
    });
  let offset = Buffer.byteLength(firstLine);
  if (bytes.subarray(0, offset).toString("utf8") !== firstLine) throw broken("it begins differently");
  const entries: ExportedEntry[] = [];
  for (;;) {
    const end = bytes.indexOf(0x0a, offset);
    if (end === -1 || end - offset > 4096) throw broken("it is cut off");
    const line = parseLine(bytes.subarray(offset, end).toString("utf8"));
    if (line === null) throw broken("an entry is damaged");
    if ("entries" in line) {
      if (line.entries !== entries.length) throw broken("entries are missing");
      return entries;
    }
    const content = bytes.subarray(end + 1, end + 1 + line.bytes);
    if (content.length !== line.bytes) throw broken("it is cut off");
    if (sha256(content).toString("hex") !== line.sha256) throw broken(`${line.name} does not match its hash`);
    entries.push({ name: line.name, content });
    offset = end + 1 + line.bytes;
  }
}

function parseLine(text: string): EntryLine | { readonly entries: number } | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    if ("entries" in value && typeof value.entries === "number") return { entries: value.entries };
    const line = value as Partial<EntryLine>;
    return typeof line.name === "string" &&
      Number.isSafeInteger(line.bytes) &&
      typeof line.sha256 === "string"
      ? (line as EntryLine)
      : null;
  } catch {
    return null;
  }
}

/** Blobs of an exported state with their kind. */
export function exportedBlobs(
  entries: readonly ExportedEntry[],
): readonly { readonly kind: BlobKind; readonly content: Uint8Array }[] {
  return entries.flatMap((entry) => {
    const match = /^blobs\/(transcript|diff|output|document)\/[0-9a-f]{64}$/u.exec(entry.name);
    return match === null ? [] : [{ kind: match[1] as BlobKind, content: entry.content }];
  });
}
