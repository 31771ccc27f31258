import type { Clock } from "../../src/ports/clock";
import { seeded } from "../support/seededRandom";

const hour = 3_600_000;

/** The system's clock, set hours forward or back every few looks at it, as an unsteady machine or a person does. */
export function jumpingClock(seed: number): Clock & { readonly jumps: () => number } {
  const random = seeded(seed);
  let offset = 0;
  let jumps = 0;
  return {
    now: () => {
      if (random() < 0.25) {
        offset = Math.round((random() - 0.5) * 2 * 72 * hour);
        jumps += 1;
      }
      return Date.now() + offset;
    },
    sleep: () => Promise.resolve(),
    jumps: () => jumps,
  };
}
