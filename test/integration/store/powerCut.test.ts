import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { damageLoop } from "../../torture/damage";
import { faultLoop } from "../../torture/faults";
import { powerCuts } from "../../torture/powerCuts";

const regressions = JSON.parse(
  readFileSync(path.join(__dirname, "../../torture/regressions.json"), "utf8"),
) as { readonly powerCuts: readonly number[] };

// A taste of each, for the rules; the torture suite, which `npm test` runs in its short form, has the numbers.
describe("a modelled disk", () => {
  it("ST-30 a power cut loses no acknowledged commit and shows no state between two commits", async () => {
    const result = await powerCuts({ seed: 1, trials: 8 });
    expect(result.failures).toEqual([]);
    expect(result.acknowledged).toBeGreaterThan(90);
  });

  it("ST-31 a sync that failed is never trusted again", async () => {
    expect((await powerCuts({ seed: 5000, trials: 4, failingSyncs: 0.7 })).failures).toEqual([]);
  });

  it.each(regressions.powerCuts)("ST-30 seed %i, which failed once", async (seed) => {
    expect((await powerCuts({ seed, trials: 1 })).failures).toEqual([]);
  });

  it("ST-32 every kind of fault at storage calls, once and for ever: no false acknowledgement", async () => {
    const result = await faultLoop({ step: 97 });
    expect(result.failures).toEqual([]);
    expect(result.fired).toBeGreaterThan(10);
  });

  it("ST-33 damage to images and journals is found or does no harm, and nothing is deleted", async () => {
    const result = await damageLoop({ seed: 1, cases: 15 });
    expect(result.failures).toEqual([]);
  });
});
