import type { PlanRowState, PlanState } from "../../src/protocol/planView";
import { draft, phase, task } from "./planParts";

const largePhases = 40;
const largeTasks = 250;

/** Ten thousand tasks whose rows the page has to ask for. */
export function largePlan(): PlanState {
  const phases = Array.from({ length: largePhases }, (_, index) => {
    const id = `P${String(index + 1)}`;
    return phase(id, `Area ${String(index + 1)}`, [], { rows: null, total: largeTasks, minutes: 2000 });
  });
  return { ...draft, tasks: largePhases * largeTasks, phases };
}

export function largePlanRows(phaseId: string): PlanRowState[] {
  return Array.from({ length: largeTasks }, (_, index) =>
    task(`${phaseId}-${String(index + 1)}`, `Convert module ${String(index + 1)}`, {
      writes: [`src/m${String(index)}.ts`],
    }),
  );
}
