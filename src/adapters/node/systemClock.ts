import { monotonicFactory } from "ulid";
import type { Clock, IdSource } from "../../ports/clock";

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener("abort", done);
    }),
};

/** Ids of one process never go backwards, even when the clock does. */
export function createIdSource(): IdSource {
  const next = monotonicFactory();
  return { ulid: () => next() };
}
