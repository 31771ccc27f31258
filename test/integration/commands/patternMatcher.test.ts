import { afterAll, expect, it } from "vitest";
import { createPatternMatcher } from "../../../src/adapters/node/files/workerPatternMatcher";

const matcher = createPatternMatcher({ timeoutMs: 2000 });
const never = new AbortController().signal;

afterAll(() => matcher.dispose());

it("VA-PM-1 answers one question after the other on the same thread", async () => {
  for (let turn = 0; turn < 8; turn += 1) {
    expect(await matcher.match('case "export"', 'a\ncase "export":\n', never)).toEqual({
      status: "found",
      line: 2,
    });
    expect(await matcher.match("^b$", "a\n", never)).toEqual({ status: "absent" });
  }
});

it("VA-PM-2 ends a pattern that backtracks for ever and goes on with the next", async () => {
  const evil = await matcher.match("^(a+)+$", `${"a".repeat(40)}b`, never);
  expect(evil).toEqual({ status: "timed_out" });
  expect(await matcher.match("a", "a", never)).toEqual({ status: "found", line: 1 });
  expect((await matcher.match("(", "a", never)).status).toBe("invalid");
});
