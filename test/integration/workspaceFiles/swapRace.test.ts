import { Worker } from "node:worker_threads";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { recordRow } from "../../support/hostileRows";
import { createNodeWorkspaceFiles } from "../../../src/adapters/node/files/nodeWorkspaceFiles";

const races = Number(process.env["MASTERPLAN_RACES"] ?? "2000");

/** In memory there are many more swaps in the same time. */
const fast = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

let folder: string;
let racer: Worker;

/** Swaps a folder for a link to a place outside, and back, as fast as one thread can. */
const script = `
const { workerData } = require("node:worker_threads");
const { renameSync, symlinkSync, unlinkSync } = require("node:fs");
const { real, aside, outside, stop } = workerData;
const flag = new Int32Array(stop);
let seed = 1;
/** A short wait of changing length, so that both states meet every step of a write. */
function spin() {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  for (let index = seed % 40000; index > 0; index--) Atomics.load(flag, 1);
}
let junk = 0;
function attempt(action) {
  try { action(); return true; } catch { return false; }
}
while (Atomics.load(flag, 0) === 0) {
  spin();
  if (!attempt(() => renameSync(real, aside))) continue;
  // A writer that finds no folder may make one in the meantime; it is put away, so that the race goes on.
  while (!attempt(() => symlinkSync(outside, real))) attempt(() => renameSync(real, aside + ++junk));
  Atomics.add(flag, 1, 1);
  Atomics.notify(flag, 1);
  spin();
  attempt(() => unlinkSync(real));
  while (!attempt(() => renameSync(aside, real))) attempt(() => renameSync(real, aside + ++junk));
}
`;

const stop = new SharedArrayBuffer(8);
const flag = new Int32Array(stop);

beforeEach(async () => {
  folder = mkdtempSync(join(fast, "masterplan-race-"));
  mkdirSync(join(folder, "root/sub/inner"), { recursive: true });
  mkdirSync(join(folder, "outside/inner"), { recursive: true });
  writeFileSync(join(folder, "outside/inner/file.txt"), "outside");
  writeFileSync(join(folder, "root/sub/inner/file.txt"), "inside");
  flag.fill(0);
  const real = join(folder, "root/sub");
  racer = new Worker(script, {
    eval: true,
    workerData: { real, aside: join(folder, "aside"), outside: join(folder, "outside"), stop },
  });
  const first = Atomics.waitAsync(flag, 1, 0, 30_000);
  if (first.async) await first.value;
});

afterEach(async () => {
  Atomics.store(flag, 0, 1);
  await new Promise<void>((resolve) => racer.once("exit", () => resolve()));
  rmSync(folder, { recursive: true, force: true });
});

function outsideFiles(): string[] {
  return readdirSync(join(folder, "outside"), { recursive: true }).map(String).sort();
}

describe("a folder that is swapped for a link meanwhile", () => {
  it(`WF-6 no write leaves the root in ${races} tries`, { timeout: 60_000 + races * 10 }, async () => {
    const files = createNodeWorkspaceFiles({ root: join(folder, "root") });
    let [written, refused] = [0, 0];
    for (let index = 0; index < races; index++) {
      const bytes = Buffer.from(`inside ${index}`);
      const path = index % 2 === 0 ? "sub/inner/file.txt" : `sub/inner/new${index % 50}.txt`;
      const outcome = await files.apply([{ kind: "write", path, bytes, mode: 0o644 }]).then(
        () => "written",
        (error: unknown) => String((error as { code?: string }).code),
      );
      if (outcome === "written") written++;
      else {
        expect(outcome).toMatch(/^(?:path|edit)\./u);
        refused++;
      }
      if (index % 200 === 0) expect(outsideFiles()).toEqual(["inner", "inner/file.txt"]);
    }
    console.log(
      `race: ${races} writes, ${written} inside, ${refused} refused, ${Atomics.load(flag, 1)} swaps`,
    );
    const escaped = outsideFiles().filter((name) => !["inner", "inner/file.txt"].includes(name)).length;
    recordRow({ name: `WF-6 folders swapped for links, ${races} writes`, outside: escaped });
    expect(outsideFiles()).toEqual(["inner", "inner/file.txt"]);
    expect(readFileSync(join(folder, "outside/inner/file.txt"), "utf8")).toBe("outside");
    expect(Atomics.load(flag, 1)).toBeGreaterThan(100);
    expect(written).toBeGreaterThan(0);
  });

  it(`WF-6 no read leaves the root in ${races} tries`, { timeout: 60_000 + races * 10 }, async () => {
    const files = createNodeWorkspaceFiles({ root: join(folder, "root") });
    for (let index = 0; index < races; index++) {
      const content = await files.read("sub/inner/file.txt").catch(() => null);
      if (content !== null) expect(Buffer.from(content.bytes).toString()).not.toBe("outside");
    }
  });

  it("WF-6 plain writing does leave it, so the race is real", { timeout: 120_000 }, () => {
    let escaped = false;
    for (let index = 0; index < 200_000 && !escaped; index++) {
      try {
        writeFileSync(join(folder, "root/sub/inner/plain.txt"), "x");
      } catch {
        // The folder is away for a moment.
      }
      if (index % 20 === 0) escaped = outsideFiles().includes("inner/plain.txt");
    }
    expect(escaped).toBe(true);
  });
});
