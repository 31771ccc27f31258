import { copyFile, rm, stat, utimes } from "node:fs/promises";

/**
 * Copies an index with its time rounded down: git takes entries as young as the index itself for doubtful and compares
 * their content, which is the safe side.
 */
export async function copyIndex(from: string, to: string): Promise<void> {
  await rm(to, { force: true });
  await copyFile(from, to);
  const { mtimeMs } = await stat(from);
  const time = Math.floor(mtimeMs) / 1000;
  await utimes(to, time, time);
}
