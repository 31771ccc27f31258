import { describe, expect, it } from "vitest";
import type { PublicEvent } from "../../../src/engine/publicEvent";
import type { RunStatus } from "../../../src/core/run/run";
import { aStatus, call, FakeEvents, runId } from "./fakes";

const event = (type: PublicEvent["type"], fields: Record<string, unknown> = {}): PublicEvent => ({
  type,
  at: "2026-01-01T00:00:00.000Z",
  run: runId,
  ...fields,
});

function engine(status: RunStatus, reason: string | null = null) {
  const events = new FakeEvents();
  return {
    events,
    methods: {
      onEvent: events.onEvent,
      run: () => {
        events.tell(event("run.started", { branch: "masterplan/x" }));
        events.tell({ ...event("log", { level: "info", message: "not mine" }), run: "r_other" });
        return Promise.resolve({ run: runId });
      },
      settled: () => {
        events.tell(event("task.status", { task: "t1", from: "pending", to: "done" }));
        return Promise.resolve({ status, reason });
      },
      status: () => Promise.resolve(aStatus({ status, reason })),
    },
  };
}

describe("followRun", () => {
  it.each<[RunStatus, string | null, number]>([
    ["completed", null, 0],
    ["failed", "t1", 1],
    ["cancelled", "user", 1],
    ["waiting", "review", 3],
    ["paused", "user", 3],
    ["paused", "until p1", 0],
  ])("CL-11 a run that ends %s (%s) ends with %i", async (status, reason, exit) => {
    expect((await call(["run", "a_x"], engine(status, reason).methods)).code).toBe(exit);
  });

  it("CL-11 prints one JSON event per line, also those from before the run told its id, and no others", async () => {
    const { out } = await call(["run", "a_x", "--json"], engine("completed").methods);
    const lines = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as PublicEvent);
    expect(lines.map((line) => line.type)).toEqual(["run.started", "task.status"]);
  });

  it("CL-11 tells a person what happens and where the run stands", async () => {
    const { out } = await call(["run", "a_x"], engine("completed").methods);
    expect(out).toContain("started on masterplan/x");
    expect(out).toContain("t1  done");
    expect(out).toContain("1 of 1 tasks");
    expect(out).not.toContain("not mine");
  });

  it("CL-12 Ctrl+C pauses the run, a second one at once, a third changes nothing; it ends with 3", async () => {
    const { methods } = engine("paused", "user");
    const paused: unknown[] = [];
    let interrupt: () => void = () => undefined;
    const { code, err } = await call(
      ["run", "a_x"],
      {
        ...methods,
        pause: (params) => {
          paused.push(params);
          return Promise.resolve();
        },
        settled: () => {
          interrupt();
          interrupt();
          interrupt();
          return Promise.resolve({ status: "paused" as const, reason: "user" });
        },
      },
      {
        onInterrupt: (listener) => {
          interrupt = listener;
          return { dispose: () => undefined };
        },
      },
    );
    expect([code, paused]).toEqual([3, [{ run: runId }, { run: runId, now: true }]]);
    expect(err).toContain("Pausing");
  });

  it("CL-12 resume hands changed options over and follows the same run", async () => {
    const { methods } = engine("completed");
    let seen: unknown;
    const { code } = await call(["resume", runId, "--review", "accept", "--by", "ana"], {
      ...methods,
      resume: (params) => {
        seen = params;
        return Promise.resolve();
      },
    });
    expect([code, seen]).toEqual([0, { run: runId, by: "ana", options: { review: "accept" } }]);
  });
});
