import { expect } from "vitest";
import { recordRow } from "./hostileRows";
import type { TempRepo } from "./tempRepo";

export type Spy = ReturnType<TempRepo["spy"]>;

/** First shows that plain git runs the program, then that nothing of ours does. */
export async function proves(spy: Spy, control: () => unknown, ours: () => Promise<unknown>): Promise<void> {
  try {
    control();
  } catch {
    // What git makes of the program's answer does not matter, only that it ran.
  }
  const shown = spy.ran();
  spy.reset();
  try {
    await ours();
  } finally {
    const name = expect.getState().currentTestName ?? "";
    recordRow({ name, shown, executions: spy.ran() ? 1 : 0 });
  }
  expect(shown, "control: plain git executes it").toBe(true);
  expect(spy.ran(), "executed through the adapter").toBe(false);
}
