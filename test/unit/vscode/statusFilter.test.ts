import { expect, test } from "vitest";
import { taskTransitions } from "../../../src/core/run/transitions";
import { filterOf, statusChoices } from "../../../src/vscode/sidebar/statusWords";

test("WV-40 every status of a task belongs to exactly one choice of the filter", () => {
  expect(statusChoices.flat().sort()).toEqual(Object.keys(taskTransitions).sort());
});

test("WV-40 a task that is being checked is shown with what is in progress", () => {
  const running = statusChoices.find(([first]) => first === "in_progress");
  expect(filterOf(running === undefined ? [] : [running])).toEqual(
    new Set(["in_progress", "ready_for_test", "tested"]),
  );
  expect(filterOf([])).toBeNull();
  expect(filterOf(statusChoices)).toBeNull();
});
