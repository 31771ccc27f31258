import { describe, expect, it } from "vitest";
import { powerCuts } from "../../torture/powerCuts";

describe("power cuts on a modelled disk", () => {
  it("ST-30 loses no acknowledged commit and shows no state between two commits", async () => {
    const result = await powerCuts({ seed: 1, trials: 100 });
    expect(result.failures).toEqual([]);
    expect(result.acknowledged).toBeGreaterThan(1000);
  });
});
