import { expect, test } from "vitest";
import { SnapshotLoop } from "../../../src/vscode/pages/snapshotLoop";

/** A loop whose pauses and snapshots end when the test says so. */
function startLoop() {
  const pauses: { readonly ms: number; readonly end: () => void }[] = [];
  const made: (() => void)[] = [];
  let now = 0;
  const loop = new SnapshotLoop({
    clock: {
      now: () => now,
      sleep: (ms) => new Promise<void>((resolve) => pauses.push({ ms, end: resolve })),
    },
    pauseMs: 100,
    make: () => new Promise((resolve) => made.push(resolve)),
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const endPause = async () => {
    pauses.at(-1)?.end();
    await settle();
  };
  const endSnapshot = async (tookMs = 0) => {
    now += tookMs;
    made.at(-1)?.();
    await settle();
  };
  return { loop, pauses, made, endPause, endSnapshot };
}

test("WV-29 a burst of changes makes one snapshot, and what happens meanwhile exactly one more", async () => {
  const { loop, pauses, made, endPause, endSnapshot } = startLoop();
  for (let index = 0; index < 50; index += 1) loop.request();
  expect(pauses).toHaveLength(1);
  await endPause();
  expect(made).toHaveLength(1);
  for (let index = 0; index < 50; index += 1) loop.request();
  expect([pauses.length, made.length]).toEqual([1, 1]);
  await endSnapshot();
  await endPause();
  expect([pauses.length, made.length]).toEqual([2, 2]);
  await endSnapshot();
  loop.dispose();
  loop.request();
  expect([pauses.length, made.length]).toEqual([2, 2]);
});

test("WV-30 the pause before a snapshot is at least as long as the last one took", async () => {
  const { loop, pauses, endPause, endSnapshot } = startLoop();
  for (const took of [20, 2500, 400, 0]) {
    loop.request();
    await endPause();
    loop.request();
    await endSnapshot(took);
    await endPause();
    await endSnapshot(took);
  }
  expect(pauses.map(({ ms }) => ms)).toEqual([100, 100, 100, 2500, 2500, 400, 400, 100]);
});

test("WV-31 out of sight nothing is made; what was missed is made once when somebody looks", async () => {
  const { loop, pauses, made, endPause, endSnapshot } = startLoop();
  loop.setSeen(false);
  for (let index = 0; index < 50; index += 1) loop.request();
  expect([pauses.length, made.length]).toEqual([0, 0]);
  loop.setSeen(true);
  await endPause();
  await endSnapshot();
  expect([pauses.length, made.length]).toEqual([1, 1]);

  loop.request();
  loop.setSeen(false);
  await endPause();
  expect(made).toHaveLength(1);
  loop.setSeen(true);
  await endPause();
  await endSnapshot();
  expect(made).toHaveLength(2);
  loop.setSeen(false);
  loop.setSeen(true);
  expect(pauses).toHaveLength(3);
});
