import { expect, test } from "vitest";
import { SnapshotLoop } from "../../../src/vscode/snapshotLoop";

test("WV-29 a burst of changes makes one snapshot, and what happens meanwhile exactly one more", async () => {
  const sleeps: (() => void)[] = [];
  const made: (() => void)[] = [];
  const clock = { now: () => 0, sleep: () => new Promise<void>((resolve) => sleeps.push(resolve)) };
  const loop = new SnapshotLoop({
    clock,
    pauseMs: 100,
    make: () => new Promise((resolve) => made.push(resolve)),
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  for (let index = 0; index < 50; index += 1) loop.request();
  expect(sleeps).toHaveLength(1);
  sleeps[0]?.();
  await settle();
  expect(made).toHaveLength(1);
  for (let index = 0; index < 50; index += 1) loop.request();
  await settle();
  expect([sleeps.length, made.length]).toEqual([1, 1]);
  made[0]?.();
  await settle();
  sleeps[1]?.();
  await settle();
  expect([sleeps.length, made.length]).toEqual([2, 2]);
  made[1]?.();
  await settle();
  loop.dispose();
  loop.request();
  await settle();
  expect([sleeps.length, made.length]).toEqual([2, 2]);
});
