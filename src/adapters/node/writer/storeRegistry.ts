import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { MasterPlanError } from "../../../core/errors";
import { holdsStore, readIdentity } from "../../sqljs/storeIdentity";
import { makeFolder } from "../files/makeFolder";
import { NodeDisk } from "../files/nodeDisk";

/** Where the state of a workspace is, the same for every window, address and front door. */
export interface StorePlace {
  readonly directory: string;
  /** Socket or pipe on which the writing process takes calls from others. */
  readonly socket: string;
  /** `override`: named by the person; `registry`: known from before; `new`: first opened now. */
  readonly source: "override" | "registry" | "new";
}

export interface ResolveStoreOptions {
  /** Workspace folder. */
  readonly workspace: string;
  /** Where a new store is made when none is known: the editor's storage for this workspace. */
  readonly preferred?: string;
  /** A folder named by the person; the registry is neither asked nor changed. */
  readonly override?: string;
  /** Folder for the registry and for stores without an editor; the platform's own by default. */
  readonly dataFolder?: string;
}

interface Entry {
  readonly workspace: string;
  readonly store: string;
  readonly socket: string;
}

/** Folder in which this product keeps a person's own data. */
export function userDataFolder(environment: NodeJS.ProcessEnv = process.env, home = os.homedir()): string {
  if (process.platform === "win32")
    return path.join(environment["LOCALAPPDATA"] ?? path.join(home, "AppData", "Local"), "MasterPlan");
  if (process.platform === "darwin") return path.join(home, "Library", "Application Support", "MasterPlan");
  const named = environment["XDG_DATA_HOME"];
  return path.join(
    named !== undefined && path.isAbsolute(named) ? named : path.join(home, ".local", "share"),
    "masterplan",
  );
}

/**
 * Finds the store of a workspace or decides where a new one goes, and notes the decision before anybody writes there,
 * so that two windows starting together agree. Never answers an empty folder while a known store can be read.
 */
export async function resolveStore(options: ResolveStoreOptions): Promise<StorePlace> {
  const workspace = await realPath(options.workspace);
  const key = createHash("sha256").update(workspace).digest("hex");
  const socket = await socketPath(key);
  if (options.override !== undefined) {
    const directory = path.resolve(options.override);
    const own = createHash("sha256")
      .update(await realPath(directory))
      .digest("hex");
    return { directory, socket: await socketPath(own), source: "override" };
  }
  const data = options.dataFolder ?? userDataFolder();
  const file = path.join(data, "registry", `${key}.json`);
  const disk = new NodeDisk();
  const known = await readEntry(file);
  if (known !== null && known.workspace === workspace && (await holdsStore(disk, known.store))) {
    return { directory: known.store, socket, source: "registry" };
  }
  const found = await storeNearby(options.preferred, workspace);
  const before = known !== null && known.store !== "" && options.preferred === undefined ? known.store : null;
  const directory = found ?? before ?? options.preferred ?? path.join(data, "stores", key);
  const noted = await note(file, { workspace, store: directory, socket }, known);
  return { directory: noted.store, socket, source: found === null ? "new" : "registry" };
}

/** An editor may hand out `ID-1` instead of `ID` after a crash: look at the preferred folder and its siblings. */
async function storeNearby(preferred: string | undefined, workspace: string): Promise<string | null> {
  if (preferred === undefined) return null;
  const disk = new NodeDisk();
  if (await holdsStore(disk, preferred)) return preferred;
  const parent = path.dirname(path.dirname(preferred));
  const id = path.basename(path.dirname(preferred)).replace(/-\d+$/u, "");
  for (const sibling of await disk.list(parent)) {
    if (sibling !== id && !sibling.startsWith(`${id}-`)) continue;
    const candidate = path.join(parent, sibling, path.basename(preferred));
    const identity = await readIdentity(disk, candidate);
    if (identity?.workspace === workspace) return candidate;
  }
  return null;
}

/** Writes the entry if nobody was quicker; answers what holds now. */
async function note(file: string, entry: Entry, stale: Entry | null): Promise<Entry> {
  await makeFolder(path.dirname(file), 0o700);
  const draft = `${file}.${process.pid}-${Date.now()}.tmp`;
  await fs.writeFile(draft, `${JSON.stringify(entry, null, 2)}\n`, { mode: 0o600, flag: "wx", flush: true });
  try {
    if (stale === null) await fs.link(draft, file);
    else await fs.rename(draft, file);
    return entry;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return (await readEntry(file)) ?? entry;
  } finally {
    await fs.rm(draft, { force: true });
  }
}

async function readEntry(file: string): Promise<Entry | null> {
  let text: string;
  try {
    text = await fs.readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new MasterPlanError("store.failed", `The list of stores cannot be read: ${file}`, {
      hint: "Make the file readable, or name the storage folder yourself",
      cause: error,
    });
  }
  try {
    const value = JSON.parse(text) as Partial<Entry>;
    if (typeof value.workspace === "string" && typeof value.store === "string")
      return { socket: "", ...value } as Entry;
  } catch {
    // A damaged entry is worth as much as none: the folders themselves are looked at next.
  }
  return { workspace: "", store: "", socket: "" };
}

/** Longest path that every platform's socket address can hold; longer ones are cut without a word by older Nodes. */
const longestSocket = 100;

async function socketPath(key: string): Promise<string> {
  const name = key.slice(0, 24);
  if (process.platform === "win32") return `\\\\.\\pipe\\masterplan-${name}`;
  const runtime = process.env["XDG_RUNTIME_DIR"];
  const user = process.getuid?.() ?? 0;
  const folders = [
    ...(runtime !== undefined && path.isAbsolute(runtime) ? [path.join(runtime, "masterplan")] : []),
    path.join(os.tmpdir(), `masterplan-${user}`),
    `/tmp/masterplan-${user}`,
  ];
  for (const folder of folders) {
    const socket = path.join(folder, `${name}.sock`);
    if (Buffer.byteLength(socket) <= longestSocket && (await isPrivate(folder))) return socket;
  }
  throw new MasterPlanError("store.failed", "No private folder for the local socket could be made", {
    hint: `Set XDG_RUNTIME_DIR to a folder of yours with a path of fewer than ${longestSocket - 40} characters`,
  });
}

/** Makes the folder for this person alone; false when it belongs to somebody else or is open to others. */
async function isPrivate(folder: string): Promise<boolean> {
  try {
    await makeFolder(folder, 0o700);
    const stat = await fs.lstat(folder);
    return stat.isDirectory() && stat.uid === (process.getuid?.() ?? stat.uid) && (stat.mode & 0o077) === 0;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EACCES" || code === "EROFS" || code === "EEXIST" || code === "ENOTDIR" || code === "ENOENT")
      return false;
    throw error;
  }
}

async function realPath(folder: string): Promise<string> {
  try {
    return await fs.realpath(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return path.resolve(folder);
    throw error;
  }
}
