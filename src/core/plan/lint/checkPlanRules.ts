import { checkPlanPaths } from "./checkPlanPaths";
import { pointerTo } from "./jsonPointer";
import type { Plan, PlanFault } from "../plan";
import { checkPredicates } from "../predicateFields";
import { findCycle, planEdges } from "../planEdges";
import { tasksWithPointers } from "../tasksWithPointers";

export const maxTasks = 20_000;
export const maxEdges = 100_000;

/** The rules of a plan that no schema can express; every fault names its place. Expects what the schema has passed. */
export function checkPlanRules(plan: Plan): PlanFault[] {
  const tooLarge = checkLimits(plan);
  if (tooLarge.length > 0) return tooLarge;
  const references = [...checkIds(plan), ...checkReferences(plan)];
  // A cycle can only be told once every name means exactly one thing.
  const cycle = references.length > 0 ? [] : checkCycles(plan);
  return [...references, ...cycle, ...checkPlanPaths(plan), ...checkPredicates(plan), ...checkArgvs(plan)];
}

function checkLimits(plan: Plan): PlanFault[] {
  let tasks = 0;
  let edges = 0;
  for (const { task } of tasksWithPointers(plan)) {
    tasks += 1;
    edges += task.depends_on.length;
  }
  const faults: PlanFault[] = [];
  if (tasks > maxTasks) {
    faults.push({
      pointer: "/phases",
      code: "plan.tooManyTasks",
      message: `${tasks} tasks; at most ${maxTasks} are allowed`,
    });
  }
  if (edges > maxEdges) {
    faults.push({
      pointer: "/phases",
      code: "plan.tooManyDependencies",
      message: `${edges} dependencies; at most ${maxEdges} are allowed`,
    });
  }
  return faults;
}

function checkIds(plan: Plan): PlanFault[] {
  const faults: PlanFault[] = [];
  const seen = new Map<string, string>();
  const check = (scope: string, id: string, pointer: string): void => {
    const key = `${scope} ${id.toLowerCase()}`;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, pointer);
    else {
      faults.push({ pointer, code: "plan.duplicateId", message: `The id ${id} is already used at ${first}` });
    }
  };
  plan.phases.forEach((phase, p) => {
    check("phase", phase.phase_id, `/phases/${p}/phase_id`);
    phase.milestones.forEach((milestone, m) => {
      check("milestone", milestone.milestone_id, `/phases/${p}/milestones/${m}/milestone_id`);
    });
  });
  for (const { task, pointer } of tasksWithPointers(plan)) {
    check("task", task.task_id, `${pointer}/task_id`);
    task.subtasks?.forEach((subtask, s) => {
      check(`subtask of ${task.task_id}`, subtask.subtask_id, `${pointer}/subtasks/${s}/subtask_id`);
    });
  }
  return faults;
}

function checkReferences(plan: Plan): PlanFault[] {
  const faults: PlanFault[] = [];
  const tasks = new Map<string, string>();
  for (const { task } of tasksWithPointers(plan)) tasks.set(task.task_id.toLowerCase(), task.task_id);
  const phases = new Map(plan.phases.map((phase) => [phase.phase_id.toLowerCase(), phase.phase_id]));
  const check = (
    known: ReadonlyMap<string, string>,
    kind: "task" | "phase",
    owner: string,
    id: string,
    pointer: string,
  ): void => {
    const exact = known.get(id.toLowerCase());
    if (exact === id) return;
    faults.push({ pointer, code: "plan.unknownDependency", message: unknownName(kind, owner, id, exact) });
  };
  plan.phases.forEach((phase, p) => {
    phase.depends_on_phases?.forEach((id, i) => {
      check(phases, "phase", phase.phase_id, id, `/phases/${p}/depends_on_phases/${i}`);
    });
  });
  for (const { task, pointer } of tasksWithPointers(plan)) {
    task.depends_on.forEach((id, i) => {
      check(tasks, "task", task.task_id, id, `${pointer}/depends_on/${i}`);
    });
  }
  return faults;
}

function unknownName(kind: "task" | "phase", owner: string, id: string, meant: string | undefined): string {
  if (kind === "task") {
    return meant === undefined
      ? `${owner} depends on task ${id}, which does not exist`
      : `${owner} depends on task ${id}, which does not exist; did you mean ${meant}`;
  }
  return meant === undefined
    ? `${owner} depends on phase ${id}, which does not exist`
    : `${owner} depends on phase ${id}, which does not exist; did you mean ${meant}`;
}

function checkCycles(plan: Plan): PlanFault[] {
  const cycle = findCycle(planEdges(plan));
  if (cycle === null) return [];
  const names = cycle.map((node) => node.name);
  const first = cycle[0];
  return [
    {
      pointer: first?.pointer ?? "/phases",
      code: "plan.cycle",
      message: `The dependencies form a cycle: ${[...names, names[0] ?? ""].join(" -> ")}`,
    },
  ];
}

function checkArgvs(plan: Plan): PlanFault[] {
  const faults: PlanFault[] = [];
  const check = (argv: readonly string[] | undefined, pointer: string): void => {
    if (argv?.[0]?.trim() === "") {
      faults.push({ pointer, code: "plan.argv", message: "The command has no executable" });
    }
    if (argv?.some((part) => part.includes("\0")) === true) {
      faults.push({ pointer, code: "plan.argv", message: "The command holds a NUL character" });
    }
  };
  const checkAll = (argvs: readonly (readonly string[])[] | undefined, pointer: string): void => {
    argvs?.forEach((argv, i) => check(argv, pointerTo(pointer, i)));
  };
  plan.quality_gates?.forEach((gate, i) => check(gate.command, `/quality_gates/${i}/command`));
  plan.rollback?.forEach((step, i) => check(step.command, `/rollback/${i}/command`));
  plan.phases.forEach((phase, p) => {
    checkAll(phase.install, `/phases/${p}/install`);
    checkAll(phase.checkpoint?.commands, `/phases/${p}/checkpoint/commands`);
  });
  for (const { task, pointer } of tasksWithPointers(plan)) checkAll(task.commands, `${pointer}/commands`);
  return faults;
}
