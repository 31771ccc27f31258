import { expect, it } from "vitest";
import { suspensions } from "../../torture/suspensions";

it("ST-53 a writer that is stopped at any call, overruled and awake again takes nothing back", async () => {
  const { cases, kinds, failures } = await suspensions({ step: 41, offset: 35 });
  expect(failures).toEqual([]);
  expect(cases).toBeGreaterThan(40);
  expect(Object.keys(kinds)).toEqual(expect.arrayContaining(["before stat", "after write", "full write"]));
});
