import { describe, expect, it } from "vitest";
import { failureSignature } from "../../../../src/core/run/failureSignature";

describe("failureSignature", () => {
  it("LE-4 leaves out what differs from place to place and time to time", () => {
    expect(failureSignature("types: 2 errors in src/shop/cart.ts:14\nmore")).toBe(
      failureSignature("types: 13 errors in src/api/main.ts:2"),
    );
    expect(failureSignature("Cannot find module './a'")).toBe(failureSignature("Cannot find module './b/c'"));
    expect(failureSignature("HEAD moved to 0a1b2c3d4e")).toBe(failureSignature("HEAD moved to ffffff01234"));
    expect(failureSignature("timed out after 300 s")).not.toBe(failureSignature("types: 2 errors"));
    expect(failureSignature(`x ${"word ".repeat(200)}`).length).toBeLessThanOrEqual(200);
  });
});
