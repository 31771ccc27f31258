import {
  accessSync,
  constants,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
} from "node:fs";
import path from "node:path";
import { afterAll } from "vitest";

/** Where Linux keeps files in memory. */
const memory = "/dev/shm";
const enoughBytes = 4 * 1024 ** 3;
const prefix = "mp-";
const staleMs = 2 * 3_600_000;

/**
 * What the integration tests write is thrown away again, so where there is room in memory it goes there: no waiting for
 * a disk. What a disk loses or refuses is tested on modelled and on full disks, which say so themselves.
 */
if (isFit()) {
  const before = process.env["TMPDIR"];
  removeAbandoned();
  // A short name, because sockets in it may not have long ones.
  const folder = mkdtempSync(path.join(memory, `${prefix}${process.pid}-`));
  process.env["TMPDIR"] = folder;
  afterAll(() => {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
}

/** There is a file system in memory, with room, where programs may run. */
function isFit(): boolean {
  try {
    accessSync(memory, constants.W_OK);
    const { bavail, bsize } = statfsSync(memory);
    const mounted = readFileSync("/proc/mounts", "utf8")
      .split("\n")
      .map((line) => line.split(" "))
      .find((fields) => fields[1] === memory);
    return (
      mounted?.[2] === "tmpfs" &&
      !(mounted[3] ?? "noexec").split(",").includes("noexec") &&
      bavail * bsize >= enoughBytes
    );
  } catch {
    return false;
  }
}

/** What was left by test processes that were killed. */
function removeAbandoned(): void {
  for (const name of readdirSync(memory)) {
    const pid = /^mp-(\d+)-/u.exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    const folder = path.join(memory, name);
    // Another container may have the memory in common and processes of its own.
    const info = statSync(folder, { throwIfNoEntry: false });
    if (info !== undefined && Date.now() - info.mtimeMs > staleMs)
      rmSync(folder, { recursive: true, force: true });
  }
}
