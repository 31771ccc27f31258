import { expect, it } from "vitest";
import { changeTypeOf } from "../../../../src/core/plan/changeType";
import { planDiff } from "../../../../src/core/plan/planDiff";
import type { Task } from "../../../../src/core/plan/plan";
import { aPlan, aTask } from "../../../support/builders";

const plan = (...tasks: readonly Task[]) => aPlan(tasks);
const before = plan(aTask("A"), aTask("B"));

function typeOf(after: ReturnType<typeof plan>, finished: readonly string[] = []): string {
  return changeTypeOf(planDiff(before, after), new Set(finished));
}

it("PL-19 taking tasks away and adding none reduces the scope", () => {
  expect(typeOf(plan(aTask("A")))).toBe("scope_reduction");
  expect(typeOf(plan(aTask("A"), aTask("C")))).toBe("modification");
  expect(typeOf(plan(aTask("A"), aTask("B"), aTask("C")))).toBe("modification");
});

it("PL-19 changing or taking away finished work is a refactoring, moving it or adding to it is not", () => {
  const changed = plan(aTask("A", { title: "Another" }), aTask("B"));
  expect(typeOf(changed)).toBe("modification");
  expect(typeOf(changed, ["A"])).toBe("refactoring");
  expect(typeOf(changed, ["B"])).toBe("modification");
  expect(typeOf(plan(aTask("B")), ["A"])).toBe("refactoring");
  expect(typeOf(plan(aTask("B"), aTask("A")), ["A", "B"])).toBe("modification");
  expect(typeOf(plan(aTask("A"), aTask("B"), aTask("C")), ["A", "B"])).toBe("modification");
});
