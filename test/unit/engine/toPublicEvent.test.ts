import { expect, test } from "vitest";
import type { NewEvent } from "../../../src/core/run/runEvent";
import { replayRun } from "../../../src/core/run/runReducer";
import { toPublicEvent } from "../../../src/engine/toPublicEvent";
import { aPlan, aTask, queued, someRun, started } from "../../support/builders";

function publicOf(event: NewEvent) {
  return toPublicEvent(someRun, {
    seq: 1,
    lsn: 1,
    actor: "a",
    correlation_id: "c",
    event: { ...event, at: 0 },
  });
}

test("EV-1 what a run waits for is told as status tells it, of older journals as well", () => {
  const item = { kind: "manual", task: "A", text: "Do A by hand, then sign it off" };
  expect(publicOf({ type: "run.waiting", waiting: [item] })).toMatchObject({
    type: "run.waiting",
    run: someRun,
    waiting: [{ ...item, run: someRun }],
  });
  expect(
    publicOf({ type: "run.waiting", waiting: ["Review A Task A", "Do B by hand"] })?.["waiting"],
  ).toEqual([
    { kind: "review", run: someRun, text: "Review A Task A" },
    { kind: "question", run: someRun, text: "Do B by hand" },
  ]);
});

test("EV-1 a run waits for the same, whichever form its journal has", () => {
  const waits = (waiting: Extract<NewEvent, { type: "run.waiting" }>["waiting"]) =>
    replayRun(null, [queued(aPlan([aTask("A")])), started, { at: 2_000, type: "run.waiting", waiting }]);
  const now = waits([{ kind: "review", task: "A", text: "Review A" }]);
  expect([now.status, now.reason]).toEqual(["waiting", "Review A"]);
  expect(waits(["Review A"])).toEqual(now);
});

test("EV-2 a proposed change tells the numbers of its hunks", () => {
  const ids = { attempt_id: "t_01JDABCDEFGHJKMNPQRSTVWXYZ", task_id: "A" } as const;
  const event = {
    type: "change.proposed",
    ...ids,
    change_hash: "c",
    blob: "b",
    hunks: 3,
    files: ["a"],
  } as const;
  expect(publicOf(event)?.["hunks"]).toEqual([1, 2, 3]);
});
