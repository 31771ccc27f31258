import type { JsonValue } from "../../core/json";
import { tasksOf, type Phase, type Plan } from "../../core/plan/plan";

export interface PrefixSource {
  readonly plan: Plan;
  readonly discovery?: Readonly<Record<string, unknown>>;
  /** What worked and what to avoid, best first. */
  readonly examples?: readonly string[];
}

/** Above this many tasks the outline names phases and milestones only; the task section carries its own details. */
const mostTasksListed = 400;

/** Sections from what changes least to what changes most; each one depends on its own source alone. */
export function planPrefix(source: PrefixSource): string[] {
  const { plan, discovery, examples } = source;
  const sections = [
    discovery === undefined ? null : section("Discovery document", JSON.stringify(discovery)),
    section("Conventions and entities", conventionsOf(plan)),
    section("Plan", outlineOf(plan)),
    examples === undefined || examples.length === 0
      ? null
      : section("From earlier work", examples.map((text) => `- ${text}`).join("\n")),
  ];
  return sections.filter((text) => text !== null);
}

function section(title: string, body: string): string | null {
  return body === "" ? null : `# ${title}\n${body}`;
}

function conventionsOf(plan: Plan): string {
  const parts = [
    part("Stack", plan.stack),
    part("Conventions", plan.conventions),
    part("Entities", plan.entities),
    part("Business rules", plan.business_logic?.rules),
    part("Terms", plan.context?.terms),
    part("Contracts", plan.context?.contracts),
    part("Constraints", plan.context?.constraints),
  ];
  return parts.filter((text) => text !== null).join("\n");
}

function part(title: string, value: JsonValue | undefined): string | null {
  if (value === undefined) return null;
  const isEmpty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  return isEmpty ? null : `${title}: ${JSON.stringify(value)}`;
}

function outlineOf(plan: Plan): string {
  const listsTasks = tasksOf(plan).length <= mostTasksListed;
  const lines = [
    `Project: ${plan.project_name}`,
    `Request: ${plan.user_request_original}`,
    ...(plan.objective === undefined ? [] : [`Objective: ${plan.objective}`]),
    ...scopeLines("In scope", plan.scope?.in),
    ...scopeLines("Out of scope", plan.scope?.out),
    ...(plan.technical_approach === undefined ? [] : [`Approach: ${plan.technical_approach}`]),
    ...plan.phases.flatMap((phase) => phaseLines(phase, listsTasks)),
  ];
  return lines.join("\n");
}

function scopeLines(title: string, entries: readonly string[] | undefined): string[] {
  return entries === undefined || entries.length === 0 ? [] : [`${title}: ${entries.join("; ")}`];
}

function phaseLines(phase: Phase, listsTasks: boolean): string[] {
  const goal = phase.goal === undefined ? "" : `: ${phase.goal}`;
  const milestones = phase.milestones.flatMap((milestone) => [
    `  Milestone ${milestone.milestone_id} ${milestone.name}`,
    ...(listsTasks
      ? milestone.tasks.map((task) => {
          const after = task.depends_on.length === 0 ? "" : ` (after ${task.depends_on.join(", ")})`;
          return `    ${task.task_id} ${task.title}${after}`;
        })
      : [`    ${milestone.tasks.length} tasks`]),
  ]);
  return [`Phase ${phase.phase_id} ${phase.name}${goal}`, ...milestones];
}
