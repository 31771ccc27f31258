import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { CommandSpec } from "../../src/ports/commandRunner";

/** A fresh folder for each test of the file that calls this, for commands to run in. */
export function commandFolder() {
  const place = {
    folder: "",
    /** Writes a program into the folder and gives its path. */
    script: async (name: string, text: string): Promise<string> => {
      const file = path.join(place.folder, name);
      await writeFile(file, text, { mode: 0o755 });
      return file;
    },
    /** What to run there, with 20 s to do it in. */
    spec: (argv: readonly string[], more: Partial<CommandSpec> = {}): CommandSpec => ({
      argv,
      cwd: place.folder,
      timeout_ms: 20_000,
      ...more,
    }),
  };
  beforeEach(async () => {
    place.folder = await realpath(await mkdtemp(path.join(tmpdir(), "mp-commands-")));
  });
  afterEach(async () => {
    await rm(place.folder, { recursive: true, force: true });
  });
  return place;
}
