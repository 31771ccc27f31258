// @ts-check
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

/**
 * A fresh, private folder for one run of the editor; short, because socket paths in it must be.
 * @returns {Promise<{ folder: string, env: NodeJS.ProcessEnv, remove: () => Promise<void> }>}
 */
export async function createProfile() {
  const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), "mpe-")));
  /** @param {string} name */
  const sub = (name) => path.join(folder, name);
  const runtime = sub("run");
  await mkdir(runtime, { mode: 0o700 });
  const env = {
    XDG_DATA_HOME: sub("data"),
    XDG_STATE_HOME: sub("state"),
    XDG_CONFIG_HOME: sub("config"),
    XDG_CACHE_HOME: sub("cache"),
    XDG_RUNTIME_DIR: runtime,
    APPDATA: sub("appdata"),
    LOCALAPPDATA: sub("localappdata"),
  };
  // Windows keeps files of a process that has just ended for a moment.
  return {
    folder,
    env,
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }),
  };
}
