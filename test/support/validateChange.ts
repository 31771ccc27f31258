import { expect } from "vitest";
import type { ChangeSet } from "../../src/core/change/changeSet";
import type { Task } from "../../src/core/plan/plan";
import type { Baseline } from "../../src/core/validation/baseline";
import type { Evidence } from "../../src/core/validation/evidence";
import { runBaselineCheck } from "../../src/engine/validation/checkRun";
import { validateAttempt } from "../../src/engine/validation/validator";
import { aPlan, aTask } from "./builders";
import type { ValidationFolder } from "./validationFolder";

const live = new AbortController().signal;

/** What the folder's checks say now. */
export async function baselineOn(folder: ValidationFolder): Promise<Baseline> {
  const checks = [];
  for (const check of await folder.checks()) checks.push(await runBaselineCheck(folder.ports, check, live));
  return { checks };
}

export interface ValidateOptions {
  readonly task?: Partial<Task>;
  readonly baseline?: Baseline;
  readonly plan?: Parameters<typeof aPlan>[1];
  readonly blocking?: readonly string[];
}

/** Validates a change as an attempt of one task, and sees that evidence is told as it comes. */
export async function validateChange(
  folder: ValidationFolder,
  change: ChangeSet,
  options: ValidateOptions,
): Promise<readonly Evidence[]> {
  const task = aTask("T1", options.task);
  const seen: Evidence[] = [];
  const evidence = await validateAttempt(
    {
      ...folder.ports,
      task,
      plan: aPlan([task], options.plan),
      change,
      checks: await folder.checks(),
      baseline: options.baseline ?? { checks: [] },
      blocking_layers: options.blocking ?? [],
    },
    live,
    (one) => seen.push(one),
  );
  expect(seen).toEqual(evidence);
  return evidence;
}
