import { accessSync, constants, mkdtempSync, readFileSync, rmSync, statfsSync } from "node:fs";
import path from "node:path";
import { afterAll } from "vitest";

/** Where Linux keeps files in memory. */
const memory = "/dev/shm";
const enoughBytes = 4 * 1024 ** 3;

/**
 * What the integration tests write is thrown away again, so where there is room in memory it goes there: no waiting for
 * a disk. What a disk loses or refuses is tested on modelled and on full disks, which say so themselves.
 */
if (isFit()) {
  const before = process.env["TMPDIR"];
  // A short name, because sockets in it may not have long ones.
  const folder = mkdtempSync(path.join(memory, "mp-"));
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
