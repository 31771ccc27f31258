import fc from "fast-check";
import { expect, test } from "vitest";
import type { Task } from "../../../../src/core/plan/plan";
import { remainingWork } from "../../../../src/core/run/remainingWork";
import type { TaskStatus } from "../../../../src/core/run/run";
import { taskTransitions } from "../../../../src/core/run/transitions";
import { aPlan, aTask } from "../../../support/builders";

interface Part {
  readonly status: TaskStatus;
  readonly minutes: number;
  readonly worked?: number;
  readonly more?: Partial<Task>;
}

function remaining(parts: readonly Part[]) {
  const plan = aPlan(
    parts.map(({ minutes, more }, at) =>
      aTask(`T-${String(at)}`, { estimated_time_minutes: minutes, ...more }),
    ),
  );
  return remainingWork(
    plan,
    parts.map(({ status, worked = 0 }, at) => ({
      task_id: `T-${String(at)}`,
      status,
      worked_ms: worked * 60_000,
    })),
  );
}

test("RN-14 what is left is planned time at the pace of what was worked", () => {
  const finished = [
    { status: "done", minutes: 10, worked: 5 },
    { status: "in_review", minutes: 10, worked: 10 },
  ] as const;
  expect(remaining([...finished, { status: "pending", minutes: 20 }])).toEqual({ min: 10, max: 20 });
  // The plan's own range comes on top, and a person takes the time that was planned.
  const own = { estimate_min_minutes: 10, estimate_max_minutes: 40 };
  expect(remaining([...finished, { status: "failed", minutes: 20, more: own }])).toEqual({ min: 5, max: 40 });
  const byHand = { executor: "manual" } as const;
  expect(remaining([...finished, { status: "in_progress", minutes: 20, more: byHand }])).toEqual({
    min: 20,
    max: 20,
  });
});

test("RN-14 nothing is said of it while there is too little to go on, or when nothing is left", () => {
  const open = { status: "pending", minutes: 20 } as const;
  const one = { status: "done", minutes: 10, worked: 5 } as const;
  expect(remaining([one, open])).toBeNull();
  expect(remaining([one, { status: "claimed", minutes: 10 }, open])).toBeNull();
  expect(remaining([one, { ...one, more: { executor: "manual" } }, open])).toBeNull();
  expect(remaining([one, one, one])).toBeNull();
  expect(remaining([one, one, { status: "skipped", minutes: 20 }])).toBeNull();
});

test("RN-14 the range is never upside down", () => {
  const statuses = Object.keys(taskTransitions) as TaskStatus[];
  const part = fc.record({
    status: fc.constantFrom(...statuses),
    minutes: fc.integer({ min: 0, max: 600 }),
    worked: fc.double({ min: 0, max: 600, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
      const found = remaining(parts);
      if (found === null) return;
      expect(found.min).toBeGreaterThanOrEqual(0);
      expect(found.max).toBeGreaterThanOrEqual(found.min);
      expect(Number.isFinite(found.max)).toBe(true);
    }),
  );
});
