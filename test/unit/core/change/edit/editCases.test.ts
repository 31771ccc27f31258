import { describe, expect, it } from "vitest";
import { diffCases, driftCases } from "../../../../torture/editCases";

describe("generated edits", () => {
  it("CH-2 apply(diff(a, b), a) = b in 1,000 cases", () => {
    expect(diffCases(1, 1000)).toMatchObject({ cases: 1000, wrong: [] });
  });

  it("CH-21 an edit of a file that drifted is exact or refused in 1,000 cases", () => {
    const outcome = driftCases(1, 1000);
    console.log(
      `drift: ${outcome.applied} applied, ${outcome.refused} refused, ${outcome.wrong.length} wrong`,
    );
    expect(outcome.wrong).toEqual([]);
    expect(outcome.applied).toBeGreaterThan(500);
  });
});
