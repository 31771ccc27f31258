import type { Argv, Plan, Predicate } from "./plan";
import { tasksOf } from "./plan";

/** One argument vector that approving the plan grants, and the JSON pointer of where it stands. */
export interface PlanCommand {
  readonly argv: Argv;
  readonly where: string;
}

/** Every argument vector that a plan holds, in document order: what an approval grants, and all that it grants. */
export function planCommands(plan: Plan): readonly PlanCommand[] {
  const all: PlanCommand[] = [];
  const add = (argv: Argv | undefined, where: string) => {
    if (argv !== undefined && argv.length > 0) all.push({ argv, where });
  };
  const addAll = (list: readonly Argv[] | undefined, where: string) =>
    list?.forEach((argv, index) => add(argv, `${where}/${index}`));
  const addPredicates = (list: readonly Predicate[] | undefined, where: string) =>
    list?.forEach((predicate, index) => add(predicate.command, `${where}/${index}/command`));

  plan.quality_gates?.forEach((gate, index) => add(gate.command, `/quality_gates/${index}/command`));
  plan.rollback?.forEach((step, index) => add(step.command, `/rollback/${index}/command`));
  plan.phases.forEach((phase, index) => {
    addAll(phase.install, `/phases/${index}/install`);
    addAll(phase.checkpoint?.commands, `/phases/${index}/checkpoint/commands`);
    addPredicates(phase.checkpoint?.predicates, `/phases/${index}/checkpoint/predicates`);
    phase.milestones.forEach((milestone, at) => {
      milestone.tasks.forEach((task, number) => {
        const where = `/phases/${index}/milestones/${at}/tasks/${number}`;
        addAll(task.commands, `${where}/commands`);
        addPredicates(task.preconditions, `${where}/preconditions`);
        addPredicates(task.postconditions, `${where}/postconditions`);
      });
    });
  });
  return all;
}

/** The lock names that any task of the plan uses, sorted. */
export function planResources(plan: Plan): readonly string[] {
  return [...new Set(tasksOf(plan).flatMap(({ task }) => task.resources ?? []))].sort();
}
