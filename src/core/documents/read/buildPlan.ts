import type { JsonObject } from "../../json";
import { parsePlan } from "../../plan/parsePlan";
import type { ClaimedState, ClaimedTask, Milestone, Phase, Plan, PlanFault, Task } from "../../plan/plan";
import { maxTasks } from "../../plan/lint/checkPlanRules";
import { err, ok, type Result } from "../../result";
import type { DraftDocument, DraftMilestone, DraftPhase, DraftStep } from "./draft";
import type { StepState } from "./stepState";

export interface BuiltPlan {
  readonly plan: Plan;
  readonly claimed: ClaimedState | null;
  readonly warnings: readonly string[];
  /** Where the box of each task stands in the document, by task id. */
  readonly boxes: ReadonlyMap<string, NonNullable<DraftStep["box"]>>;
}

/** Longest text of a plan; what is longer stays whole in the document it came from. */
const maxText = 20_000;

/** Gives ids, turns steps into tasks and marks into claims, and has the result checked like any other plan. */
export function buildPlan(draft: DraftDocument): Result<BuiltPlan, PlanFault[]> {
  const count = draft.phases.flatMap((phase) =>
    phase.milestones.flatMap((milestone) => milestone.steps),
  ).length;
  if (count === 0) {
    const message = "No steps were found: expected a checklist, or numbered steps under a heading";
    return err([{ pointer: "", code: "plan.noSteps", message }]);
  }
  if (count > maxTasks) {
    return err([
      { pointer: "", code: "plan.tooManyTasks", message: `${count} steps; at most ${maxTasks} are allowed` },
    ]);
  }
  const builder = new Builder(draft);
  const built = builder.build();
  const parsed = parsePlan(JSON.parse(JSON.stringify(built)));
  if (!parsed.ok) return err(parsed.error);
  return ok({
    plan: parsed.value.plan,
    claimed: builder.claimed(),
    warnings: builder.warnings,
    boxes: builder.boxes,
  });
}

class Builder {
  readonly warnings: string[];
  readonly boxes = new Map<string, NonNullable<DraftStep["box"]>>();
  readonly #draft: DraftDocument;
  readonly #ids = new Set<string>();
  readonly #claims: Record<string, ClaimedTask> = {};
  readonly #details: Record<string, JsonObject> = {};
  readonly #phases = new Map<string, number>();
  #count = 0;

  constructor(draft: DraftDocument) {
    this.#draft = draft;
    this.warnings = [...draft.warnings];
  }

  build(): JsonObject {
    const { name, request, fields, phases } = this.#draft;
    phases.forEach((phase, p) => {
      const number = numberOf(phase.key ?? "");
      if (number !== "" && !this.#phases.has(number)) this.#phases.set(number, p);
    });
    return {
      schema_version: 1,
      project_name: name === "" ? "Imported plan" : name,
      user_request_original: this.#body(request === "" ? name || "Imported plan" : request, "request"),
      ...(fields as JsonObject),
      phases: phases.map((phase, p) => this.#phase(phase, p) as unknown as JsonObject),
    };
  }

  claimed(): ClaimedState | null {
    const { decisions = [], surprises = [], progress = [], outcomes = [] } = this.#draft.claimed;
    const lists = decisions.length + surprises.length + progress.length + outcomes.length;
    const any = Object.keys(this.#claims).length + Object.keys(this.#details).length + lists;
    if (any === 0) return null;
    const details = Object.keys(this.#details).length === 0 ? {} : { details: this.#details };
    return { tasks: this.#claims, decisions, surprises, progress, outcomes, ...details };
  }

  #phase(phase: DraftPhase, index: number): Phase {
    const before = index === 0 ? [] : [phaseId(index - 1)];
    const earlier = phase.after
      ?.flatMap((key) => this.#phases.get(numberOf(key)) ?? [])
      .filter((other) => other < index);
    const named = earlier?.map(phaseId);
    const after =
      named === undefined || (named.length === 0 && (phase.after?.length ?? 0) > 0) ? before : named;
    const chain = new Chain();
    const steps = phase.milestones.flatMap((milestone) => milestone.steps);
    const noneTicked = !steps.some((step) => step.boxed && step.state === "done");
    const inherited = phase.state === "done" && noneTicked ? "done" : undefined;
    return {
      phase_id: phaseId(index),
      name: phase.name,
      ...phase.fields,
      depends_on_phases: after,
      milestones: phase.milestones.map((milestone, m) =>
        this.#milestone(milestone, phase, index, m, chain, inherited),
      ),
    };
  }

  #milestone(
    milestone: DraftMilestone,
    phase: DraftPhase,
    p: number,
    m: number,
    chain: Chain,
    inherited: StepState | undefined,
  ): Milestone {
    const ids = milestone.steps.map((step) => this.#taskId(step));
    const before = chain.next(milestone.steps, ids);
    return {
      milestone_id: `milestone_${two(p + 1)}_${two(m + 1)}`,
      name: milestone.name,
      ...(milestone.description === ""
        ? {}
        : { description: this.#body(milestone.description, milestone.name) }),
      ...(milestone.criteria.length === 0 ? {} : { acceptance_criteria: milestone.criteria }),
      tasks: milestone.steps.map((step, i) => {
        const id = ids[i] ?? "";
        if (step.box !== undefined) this.boxes.set(id, step.box);
        this.#claim(id, step, phase, inherited);
        return this.#task(id, step, before[i] ?? []);
      }),
    };
  }

  #task(id: string, step: DraftStep, dependsOn: readonly string[]): Task {
    const command = step.commands.length > 0;
    if (step.unrunnable !== undefined) {
      this.warnings.push(
        `Line ${step.line}: "${step.unrunnable}" needs a shell or has a gap, so a person runs it`,
      );
    }
    const title = step.title === "" ? id : step.title;
    const subtasks = step.children.flatMap((child) => flatten(child));
    const description = step.description === "" ? title : `${title}\n\n${step.description}`;
    return {
      task_id: id,
      title,
      description: this.#body(description, title),
      task_type: taskType(title),
      executor: command ? "command" : "manual",
      acceptance_criteria: [this.#body(title, title)],
      ...(step.optional ? { priority: "low" as const } : {}),
      ...(step.labels.length === 0 ? {} : { labels: step.labels }),
      depends_on: dependsOn,
      ...(command ? { commands: step.commands } : {}),
      ...(subtasks.length === 0 ? {} : { subtasks: subtasks.map((child, i) => this.#subtask(id, child, i)) }),
    };
  }

  #subtask(task: string, step: DraftStep, index: number): NonNullable<Task["subtasks"]>[number] {
    const id = `${task}.${index + 1}`;
    if (step.state !== undefined && step.state !== null)
      this.#details[`subtask:${id}`] = { status: step.state };
    const title = step.title === "" ? id : step.title;
    return {
      subtask_id: id,
      title,
      ...(step.description === "" ? {} : { description: this.#body(step.description, title) }),
    };
  }

  #claim(id: string, step: DraftStep, phase: DraftPhase, inherited: StepState | undefined): void {
    const boxes = step.children.filter((child) => child.boxed);
    const some = boxes.some((child) => child.state === "done");
    // An open box above ticked ones is work under way, whatever the phase says.
    const own = step.state === null && some ? "partial" : step.state;
    const state = inherited !== undefined && (own === undefined || own === null) ? inherited : own;
    if (state === undefined || state === null) return;
    const at = step.at ?? (inherited === undefined ? undefined : phase.at);
    const open = boxes.filter((child) => child.state !== "done").map((child) => child.title);
    const finished = boxes.filter((child) => child.state === "done").map((child) => child.title);
    const split =
      open.length > 0 && some
        ? `completed: ${finished.join(", ")}; remaining: ${open.join(", ")}`
        : undefined;
    const note = step.note ?? split;
    this.#claims[id] = {
      state,
      ...(at === undefined ? {} : { at }),
      ...(note === undefined ? {} : { note }),
    };
  }

  #taskId(step: DraftStep): string {
    this.#count += 1;
    const label = step.label ?? "";
    const own = /^[A-Za-z]/u.test(label) || /^\d+\.\d/u.test(label) ? label : "";
    let id = own === "" || own.length > 60 ? `task_${String(this.#count).padStart(3, "0")}` : own;
    while (this.#ids.has(id.toLowerCase())) id = `${id}_${this.#count}`;
    this.#ids.add(id.toLowerCase());
    return id;
  }

  #body(text: string, where: string): string {
    if (text.length <= maxText) return text;
    this.warnings.push(`The text of "${where.slice(0, 60)}" was cut to ${maxText} characters`);
    return `${text.slice(0, maxText - 1).replace(/[\uD800-\uDBFF]$/u, "")}…`;
  }
}

/** Numbered steps of one phase follow each other; those marked as parallel wait only for the last one that is not. */
class Chain {
  #barrier: string | undefined;
  #beside: string[] = [];

  /** What each step waits for. */
  next(steps: readonly DraftStep[], ids: readonly string[]): readonly (readonly string[])[] {
    const before: string[][] = steps.map(() => []);
    for (const i of sequence(steps)) {
      const step = steps[i];
      const id = ids[i];
      if (step === undefined || id === undefined || (step.label === undefined && step.order === undefined))
        continue;
      const last =
        this.#beside.length > 0 && !step.parallel
          ? this.#beside
          : this.#barrier === undefined
            ? []
            : [this.#barrier];
      before[i] = [...last];
      if (step.parallel) this.#beside.push(id);
      else {
        this.#barrier = id;
        this.#beside = [];
      }
    }
    return before;
  }
}

/** Positions in the order of the numbers where every step has its own one, else as they stand. */
function sequence(steps: readonly DraftStep[]): readonly number[] {
  const positions = steps.map((_, i) => i);
  const orders = new Set(steps.map((step) => step.order));
  if (orders.has(undefined) || orders.size < steps.length) return positions;
  return positions.sort((a, b) => (steps[a]?.order ?? 0) - (steps[b]?.order ?? 0));
}

function flatten(step: DraftStep): DraftStep[] {
  return [step, ...step.children.flatMap((child) => flatten(child))];
}

/** Documents name phases in several languages, and refer to them by number. */
function numberOf(key: string): string {
  return key.split(" ").at(-1) ?? "";
}

function phaseId(index: number): string {
  return `phase_${two(index + 1)}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

function taskType(title: string): Task["task_type"] {
  const text = title.toLowerCase();
  if (/\b(?:tests?|testing|pytest|vitest|jest|coverage|pruebas?|verif\w*|validate|lint)\b/u.test(text))
    return "testing";
  if (/\b(?:docs?|documentation|readme|changelog|documentar|documentación|docstrings?|guide)\b/u.test(text))
    return "documentation";
  if (/\b(?:deploy\w*|release|publish|ship|merge\w*|desplegar)\b/u.test(text)) return "deployment";
  if (/\b(?:refactor\w*|rename|clean ?up|restructure)\b/u.test(text)) return "refactoring";
  if (/\b(?:set ?up|initialize|install|configure|scaffold\w*|bootstrap|crear feature branch)\b/u.test(text))
    return "setup";
  return "implementation";
}
