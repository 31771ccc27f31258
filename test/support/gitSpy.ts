import { expect } from "vitest";
import type { TempRepo } from "./tempRepo";

export type Spy = ReturnType<TempRepo["spy"]>;

/** First shows that plain git runs the program, then that nothing of ours does. */
export async function proves(spy: Spy, control: () => unknown, ours: () => Promise<unknown>): Promise<void> {
  try {
    control();
  } catch {
    // What git makes of the program's answer does not matter, only that it ran.
  }
  expect(spy.ran(), "control: plain git executes it").toBe(true);
  spy.reset();
  await ours();
  expect(spy.ran(), "executed through the adapter").toBe(false);
}
