import { expect, test } from "vitest";
import { QueuedRuns } from "../../../../src/adapters/sqljs/apply/queuedRuns";
import type { StoreCommit } from "../../../../src/ports/store";
import { commitOf, eventCommit, planOf, queuedEvent, runId, wholeRun } from "../../../support/storeFixtures";

const plan = planOf(1, 1, 1);
const [begun] = [...wholeRun(plan)];
const nobody = () => null;

function waiting(commit: StoreCommit) {
  const refused: unknown[] = [];
  return { commit, refused, reject: (error: unknown) => void refused.push(error) };
}

test("ST-35 what waits about a removed run is refused, the rest waits on, and nothing is built on what was refused", () => {
  const runs = new QueuedRuns();
  // One commit about two runs: whoever refuses it takes both of them back.
  const both = waiting(
    commitOf([
      ...eventCommit(1, queuedEvent(1, 1, plan)).changes,
      ...eventCommit(2, queuedEvent(2, 2, plan)).changes,
    ]),
  );
  const other = waiting(eventCommit(3, queuedEvent(3, 3, plan)));
  runs.check(both.commit, nobody);
  runs.check(other.commit, nobody);
  expect(runs.doubted).toBe(false);

  expect(runs.close([runId(1)], [both, other])).toEqual([other]);
  expect(both.refused).toMatchObject([{ code: "run.unknown" }]);
  expect(other.refused).toEqual([]);
  expect(runs.doubted, "the second run was never begun").toBe(true);
  expect(() => runs.check(eventCommit(2, begun!), nobody)).toThrow("there is no such run");
  expect(() => runs.check(eventCommit(1, queuedEvent(1, 1, plan)), nobody)).toThrow("has been removed");

  runs.settle();
  runs.open([runId(1)]);
  expect(runs.doubted).toBe(false);
  expect([...runs.check(eventCommit(1, queuedEvent(1, 1, plan)), nobody).keys()]).toEqual([runId(1)]);
});
