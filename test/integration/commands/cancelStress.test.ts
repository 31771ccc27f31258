import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createCommandRunner } from "../../../src/adapters/node/command/nodeCommandRunner";
import { hostileCommands, livePids } from "../../support/hostileCommands";

const cancels = Number(process.env["MASTERPLAN_CANCELS"] ?? "8");
const atOnce = 4;
const limitMs = 5000;

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), "mp-cancels-")));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Starts one of the programs, cancels it once it runs, and tells how long that took and what is left. */
async function cancelOne(
  number: number,
): Promise<{ readonly took: number; readonly left: readonly number[] }> {
  const kinds = Object.values(hostileCommands);
  const place = path.join(folder, String(number));
  await mkdir(place);
  const pids = path.join(place, "pids");
  const [name, text] = kinds[number % kinds.length]!(pids);
  const program = path.join(place, name);
  await writeFile(program, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  const abort = new AbortController();
  const running = createCommandRunner().run(
    { argv: [program], cwd: place, timeout_ms: 120_000 },
    abort.signal,
  );
  while (!existsSync(pids)) await new Promise(setImmediate);
  const told = performance.now();
  abort.abort();
  const result = await running;
  const took = performance.now() - told;
  expect(result).toMatchObject({ cancelled: true, survivors: [] });
  return { took, left: await livePids(pids) };
}

it(
  `CM-19 ${cancels} of ${cancels} cancelled commands end within 5 s and leave nothing alive`,
  { timeout: 60_000 + cancels * 6000 },
  async () => {
    let next = 0;
    const times: number[] = [];
    const worker = async (): Promise<void> => {
      while (next < cancels) {
        const { took, left } = await cancelOne(next++);
        expect(left).toEqual([]);
        times.push(took);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    times.sort((a, b) => a - b);
    const ended = times.filter((took) => took <= limitMs).length;
    console.log(
      `cancels: ${ended} of ${times.length} within 5 s, median ${Math.round(times[times.length >> 1]!)} ms, longest ${Math.round(times.at(-1)!)} ms`,
    );
    expect(ended).toBe(cancels);
  },
);
