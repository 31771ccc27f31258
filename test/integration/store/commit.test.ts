import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SqlJsStore } from "../../../src/adapters/sqljs/sqlJsStore";
import { stateHash } from "../../../src/adapters/sqljs/verify/stateHash";
import type { RunEvent } from "../../../src/core/run/runEvent";
import { taskTransitions } from "../../../src/core/run/transitions";
import type { TaskStatus } from "../../../src/core/run/run";
import { ModelDisk } from "../../support/modelDisk";
import { seeded } from "../../support/seededRandom";
import { open as openModel } from "../../torture/scenario";
import {
  commitOf,
  draftCommit,
  eventCommit,
  planId,
  planOf,
  planRow,
  queuedEvent,
  runId,
  wholeRun,
} from "../../support/storeFixtures";

const move = (task_id: string, from: string, to: string, cause = "scheduler"): RunEvent =>
  ({ type: "task.status", at: 1_700_000_003_000, task_id, from, to, cause, by: cause }) as RunEvent;

async function started(disk: ModelDisk, plan = planOf(1, 1, 4)): Promise<SqlJsStore> {
  const store = await openModel(disk);
  await store.commit(draftCommit(1, plan));
  await store.commit(eventCommit(1, queuedEvent(1, 1, plan), ...[...wholeRun(plan)].slice(0, 2)));
  return store;
}

describe("commit", () => {
  it("ST-2 refuses an event that does not follow, before anything is written", async () => {
    const disk = new ModelDisk(seeded(1));
    const store = await started(disk);
    const { lsn, journal_bytes } = store.info();
    await expect(
      store.commit(eventCommit(1, move("T1.1.1", "done", "pending", "person"))),
    ).rejects.toMatchObject({ code: "run.illegalTransition" });
    expect([store.info().lsn, store.info().journal_bytes]).toEqual([lsn, journal_bytes]);
    await store.close();
  });

  it("ST-3 checks against what is queued, and refuses what rests on something refused", async () => {
    const store = await started(new ModelDisk(seeded(1)));
    const results = await Promise.allSettled([
      store.commit(eventCommit(1, move("T1.1.1", "pending", "in_progress"))),
      store.commit(eventCommit(1, move("T1.1.1", "pending", "in_progress"))),
      store.commit(eventCommit(1, move("T1.1.1", "in_progress", "pending"))),
    ]);
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    await store.close();
  });

  it("ST-4 a row that does not fit is refused alone; its neighbours in the same sync are kept", async () => {
    const store = await started(new ModelDisk(seeded(1)));
    const results = await Promise.allSettled([
      store.commit(commitOf([{ kind: "setting.put", key: "a", value: { n: 1 } }])),
      store.commit(commitOf([{ kind: "plan.put", row: planRow(5, { status: "bogus" as "draft" }) }])),
      store.commit(commitOf([{ kind: "setting.put", key: "b", value: { n: 2 } }])),
    ]);
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(results[1]).toMatchObject({ reason: { code: "store.failed" } });
    expect([store.setting("a"), store.setting("b"), store.plan(planId(5))]).toEqual([
      { n: 1 },
      { n: 2 },
      null,
    ]);
    expect(await store.verify()).toMatchObject({ ok: true });
    await store.close();
  });

  it("ST-5 commits that wait together share one sync", async () => {
    const disk = new ModelDisk(seeded(1));
    const store = await started(disk, planOf(1, 8, 1));
    await store.commit(commitOf([{ kind: "setting.put", key: "a", value: {} }]));
    disk.plan(null);
    await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        store.commit(eventCommit(1, move(`T1.${n + 1}.1`, "pending", "in_progress"))),
      ),
    );
    // One write, one sync, two looks at the lease, one mark.
    expect(disk.calls).toBe(5);
    await store.close();
  });

  it("ST-6 a read while the disk works sees what is acknowledged and nothing else", async () => {
    const store = await started(new ModelDisk(seeded(1)));
    const waiting = store.commit(eventCommit(1, move("T1.1.1", "pending", "in_progress")));
    const seen: unknown[] = [];
    for (let turn = 0; turn < 80; turn += 1) {
      seen.push(store.rows("masterplan_tasks", { task_id: "T1.1.1" })[0]?.["status"]);
      await Promise.resolve();
    }
    const lsn = await waiting;
    expect(new Set(seen)).toEqual(new Set(["pending", "in_progress"]));
    expect(seen[0]).toBe("pending");
    expect(store.info().lsn).toBe(lsn);
    expect(store.rows("masterplan_tasks", { task_id: "T1.1.1" })[0]?.["status"]).toBe("in_progress");
    expect(await store.verify()).toMatchObject({ ok: true });
    await store.close();
  });

  it("ST-15 what is acknowledged is shown by the next look, however late its rows are written", async () => {
    const store = await started(new ModelDisk(seeded(1)), planOf(1, 8, 1));
    const tasks = Array.from({ length: 8 }, (_, n) => `T1.${n + 1}.1`);
    const rowsOf = (task_id: string): unknown => store.rows("masterplan_tasks", { task_id })[0]?.["status"];
    const seen: unknown[] = [];
    await Promise.all(
      tasks.map(async (task) => {
        await store.commit(eventCommit(1, move(task, "pending", "in_progress")));
        seen.push(store.run(runId(1))?.tasks.get(task)?.status);
      }),
    );
    expect(new Set(seen)).toEqual(new Set(["in_progress"]));
    const later = store.commit(eventCommit(1, move("T1.1.1", "in_progress", "pending")));
    expect(store.run(runId(1))?.tasks.get("T1.1.1")?.status).toBe("in_progress");
    expect(tasks.map(rowsOf)).toEqual(tasks.map(() => "in_progress"));
    await later;
    expect([rowsOf("T1.1.1"), store.run(runId(1))?.tasks.get("T1.1.1")?.status]).toEqual([
      "pending",
      "pending",
    ]);
    expect(await store.verify()).toMatchObject({ ok: true });
    await store.close();
  });

  it.each([0, 2, 1000])(
    "ST-16 a large plan is taken in piece by piece, and %i readers meanwhile see all of it or nothing",
    async (readers) => {
      const store = await openModel(new ModelDisk(seeded(1)));
      const plan = planOf(2, 5, 30);
      const states = { committing: true };
      const seen = new Set<number>();
      let turns = 0;
      const look = (): void => {
        if (!states.committing) return;
        turns += 1;
        if (turns <= readers) seen.add(store.rows("masterplan_tasks").length);
        setImmediate(look);
      };
      setImmediate(look);
      const results = await Promise.allSettled([
        store.commit(draftCommit(1, plan)),
        store.commit(commitOf([{ kind: "plan.put", row: planRow(5, { status: "bogus" as "draft" }) }])),
        store.commit(eventCommit(1, queuedEvent(1, 1, plan))),
      ]);
      states.committing = false;
      expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      expect(turns).toBeGreaterThan(4);
      expect([...seen].filter((count) => count !== 0 && count !== 300)).toEqual([]);
      expect(store.readyTasks(runId(1))).toHaveLength(10);
      expect(store.info().lsn).toBe(2);
      expect(await store.verify()).toMatchObject({ ok: true });
      await store.close();
    },
  );

  it("ST-7 tells listeners in order, after the commit is there", async () => {
    const store = await started(new ModelDisk(seeded(1)));
    const heard: number[] = [];
    const listener = store.onDidCommit((_commit, lsn) =>
      heard.push(lsn - (store.info().lsn - lsn >= 0 ? 0 : 1000)),
    );
    await Promise.all(
      ["a", "b", "c"].map((key) => store.commit(commitOf([{ kind: "setting.put", key, value: {} }]))),
    );
    listener.dispose();
    await store.commit(commitOf([{ kind: "setting.put", key: "d", value: {} }]));
    expect(heard).toEqual([3, 4, 5]);
    await store.close();
  });
});

describe("rows", () => {
  it("ST-8 whatever legal things happen, replay and the live store say the same, and the ready set is right", async () => {
    const plan = planOf(2, 2, 3);
    const tasks = plan.phases.flatMap((phase) => phase.milestones.flatMap((milestone) => milestone.tasks));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(), fc.nat(), fc.boolean()), { minLength: 5, maxLength: 60 }),
        async (choices) => {
          const disk = new ModelDisk(seeded(1));
          const store = await started(disk, plan);
          const pending: Promise<number>[] = [];
          const status = new Map<string, TaskStatus>(tasks.map((task) => [task.task_id, "pending"]));
          for (const [which, where, wait] of choices) {
            const task = tasks[which % tasks.length]?.task_id ?? "";
            const from = status.get(task) ?? "pending";
            const steps = Object.entries(taskTransitions[from]);
            const step = steps[where % Math.max(1, steps.length)];
            if (step === undefined) continue;
            status.set(task, step[0] as TaskStatus);
            pending.push(store.commit(eventCommit(1, move(task, from, step[0], step[1][0]))));
            if (wait) await Promise.all(pending);
          }
          await Promise.all(pending);
          const hash = await store.withDatabase((database) => stateHash(database));
          const ready = store.readyTasks(runId(1));
          const run = store.run(runId(1));
          const expected = tasks
            .filter(
              (task) =>
                status.get(task.task_id) === "pending" &&
                task.depends_on.every((on) => status.get(on) === "done"),
            )
            .map((task) => task.task_id);
          expect([...ready].sort()).toEqual(expected.sort());
          expect(store.rows("masterplan_executable_tasks").map((row) => row["task_id"])).toEqual(ready);
          for (const row of store.rows("masterplan_milestone_progress")) {
            const own = tasks.filter((task) =>
              task.task_id.startsWith(String(row["milestone_id"]).replace("M", "T")),
            );
            const count = (wanted: TaskStatus): number =>
              own.filter((task) => status.get(task.task_id) === wanted).length;
            expect(row).toMatchObject({
              total_tasks: 3,
              completed_tasks: count("done"),
              failed_tasks: count("failed"),
              blocked_tasks: count("blocked"),
              total_story_points: 6,
              completed_story_points: 2 * count("done"),
            });
          }
          expect(await store.verify()).toMatchObject({ ok: true });
          await store.close();
          const again = await openModel(disk);
          expect(await again.withDatabase((database) => stateHash(database))).toBe(hash);
          expect(again.run(runId(1))).toEqual(run);
          await again.close();
        },
      ),
      { numRuns: 25 },
    );
  });

  it("ST-9 the views show progress, times and points of a finished run", async () => {
    const plan = planOf(1, 1, 2);
    const store = await openModel(new ModelDisk(seeded(1)));
    await store.commit(draftCommit(1, plan));
    await store.commit(eventCommit(1, queuedEvent(1, 1, plan)));
    for (const event of wholeRun(plan)) await store.commit(eventCommit(1, event));
    expect(store.rows("masterplan_phase_progress")).toEqual([
      {
        phase_id: "P1",
        masterplan_id: planId(1),
        phase_name: "Phase 1",
        phase_status: "completed",
        total_milestones: 1,
        completed_milestones: 1,
        total_tasks: 2,
        completed_tasks: 2,
        claimed_tasks: 0,
        progress_percent: 100,
        estimated_time_minutes: 60,
        actual_time_minutes: 0.16,
      },
    ]);
    expect(store.rows("masterplan_milestone_progress")).toMatchObject([
      {
        milestone_id: "M1.1",
        phase_id: "P1",
        milestone_name: "Milestone 1.1",
        milestone_status: "completed",
        total_tasks: 2,
        completed_tasks: 2,
        failed_tasks: 0,
        blocked_tasks: 0,
        progress_percent: 100,
        total_story_points: 4,
        completed_story_points: 4,
      },
    ]);
    expect(store.rows("masterplan_tasks", { task_id: "T1.1.1" })[0]).toMatchObject({
      status: "done",
      worked_ms: 5000,
      definition_of_done_satisfied: 1,
    });
    expect(() => store.rows("sqlite_master")).toThrow(/no table or view/u);
    await store.close();
  });
});
