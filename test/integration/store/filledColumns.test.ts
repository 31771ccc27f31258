import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SqlJsStore } from "../../../src/adapters/sqljs/sqlJsStore";
import type { RunEvent } from "../../../src/core/run/runEvent";
import {
  commitOf,
  draftCommit,
  eventCommit,
  planId,
  planOf,
  planRow,
  queuedEvent,
  runId,
} from "../../support/storeFixtures";
import { openTestStore } from "../../support/openTestStore";
import { storeFolder } from "../../support/storeFolder";

const plan = planOf(1, 1, 2);
let directory: string;
let store: SqlJsStore;

beforeEach(async () => {
  directory = storeFolder();
  store = await openTestStore(directory);
  await store.commit(draftCommit(1, plan));
  await store.commit(eventCommit(1, queuedEvent(1, 1, plan)));
});

afterEach(() => store.close());

function subtask(task: string, status: "in_progress" | "completed", at: number): RunEvent {
  const subtask_id = task === "T1.1.1" ? "S1" : "S2";
  return { type: "subtask.status", at, task_id: task, subtask_id, status };
}

const shown = () =>
  store
    .rows("masterplan_subtasks")
    .map((row) => [
      row["subtask_id"],
      row["status"],
      row["started_at"],
      row["completed_at"],
      row["actual_minutes"],
    ]);

describe("columns that a run fills", () => {
  it("ST-90 subtasks keep when they began and ended and how long they took, also when the plan changes or is read again", async () => {
    await store.commit(eventCommit(1, subtask("T1.1.1", "in_progress", 1_000_000)));
    await store.commit(eventCommit(1, subtask("T1.1.1", "completed", 1_035_000)));
    await store.commit(eventCommit(1, subtask("T1.1.2", "completed", 1_040_000)));
    const expected = [
      ["S1", "completed", 1_000_000, 1_035_000, 0.58],
      ["S2", "completed", null, 1_040_000, null],
    ];
    expect(shown()).toEqual(expected);
    await store.commit(
      commitOf([
        { kind: "plan.put", row: planRow(1, { current_version: 2 }) },
        {
          kind: "version.put",
          row: {
            plan_id: planId(1),
            version: 2,
            hash: "hash-2",
            plan: { ...plan, project_name: "Shop 2" },
            change_type: "modification",
            change_summary: "Named anew",
            changes_detail: null,
            parent_version: 1,
            created_at: 1_700_000_000_900,
            created_by: "ana",
          },
        },
      ]),
    );
    expect(shown()).toEqual(expected);
    await store.close();
    store = await openTestStore(directory);
    expect(shown()).toEqual(expected);
    expect((await store.verify()).problems).toEqual([]);
  });

  it("ST-91 a snapshot keeps what the next attempts go on from", async () => {
    const scratchpad_state = { "T1.1.1": { feedback: [{ text: "Use the helper" }], kept: null } };
    const row = {
      id: "s_1",
      plan_id: planId(1),
      run_id: runId(1),
      paused_at: 5,
      paused_by: "ana",
      reason: "user",
      tasks_state: {},
      in_progress_tasks: [],
      can_resume: true,
      resumed_at: null,
    };
    await store.commit(commitOf([{ kind: "snapshot.put", row: { ...row, scratchpad_state } }]));
    await store.commit(commitOf([{ kind: "snapshot.put", row: { ...row, id: "s_2" } }]));
    const rows = store.rows("masterplan_execution_snapshots");
    expect(rows.map((one) => JSON.parse(String(one["scratchpad_state"])) as unknown)).toEqual([
      scratchpad_state,
      null,
    ]);
  });
});
