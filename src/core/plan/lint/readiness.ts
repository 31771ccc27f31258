import type { Translate } from "../../translate";
import { taskMinutes } from "../estimate";
import { overlapFindings } from "./overlapFindings";
import { tasksOf, type Finding, type Phase, type Plan, type Task } from "../plan";
import { predicateFindings } from "./predicateFindings";
import { planFiles, taskWrites } from "../planFiles";
import { taskGraph } from "../taskGraph";

/** What the workspace and the discovery document know, for the findings that need it. */
export interface ReadinessContext {
  /** True when the file exists in the workspace; findings about missing files are left out without it. */
  readonly fileExists?: (path: string) => boolean;
  /** Names of rules, workflows, invariants and integrations of the discovery document. */
  readonly discoveryNames?: readonly string[];
  /** Names of the checks that the workspace offers. */
  readonly checkNames?: readonly string[];
  /** Checks whose tool is not installed, each with the tool and the file that asks for it. */
  readonly missingTools?: readonly {
    readonly check: string;
    readonly tool: string;
    readonly source: string;
  }[];
}

/**
 * Everything about a plan that a person may want to settle before approving it: fix it, accept it, or send it back.
 * Findings are warnings; what makes a plan unusable is a fault of `parsePlan`.
 */
export function readiness(
  plan: Plan,
  translate: Translate,
  context: ReadinessContext = {},
): readonly Finding[] {
  const findings: Finding[] = [];
  const titles = new Map<string, string>();
  for (const { task } of tasksOf(plan)) {
    findings.push(...taskFindings(task, translate), ...checkNameFindings(plan, task, translate, context));
    const first = titles.get(task.title.toLowerCase());
    if (first === undefined) titles.set(task.title.toLowerCase(), task.task_id);
    else findings.push(ofTask(task, "duplicate_title", translate("Has the same title as {0}", first)));
  }
  for (const phase of plan.phases) findings.push(...phaseFindings(phase, translate));
  findings.push(...dependencyFindings(plan, translate), ...overlapFindings(plan, taskGraph(plan), translate));
  findings.push(
    ...predicateFindings(plan, translate),
    ...missingToolFindings(translate, context),
    ...missingFileFindings(plan, translate, context),
    ...discoveryFindings(plan, translate, context),
  );
  return findings;
}

function ofTask(task: Task, code: string, message: string): Finding {
  return { code, task_id: task.task_id, message };
}

function taskFindings(task: Task, translate: Translate): Finding[] {
  const found: Finding[] = [];
  const add = (code: string, message: string): void => {
    found.push(ofTask(task, code, message));
  };
  const outputs = task.expected_outputs;
  const files = outputs?.files ?? [];
  const proofs = [...(task.postconditions ?? []), ...(task.checks ?? []), ...(task.commands ?? [])].length;
  if (task.title.length > 255)
    add("long_title", translate("The title has {0} characters", task.title.length));
  if (task.description.trim() === "") add("no_description", translate("Has no description"));
  if (files.filter((file) => !/(?:^|[/._-])(?:test|tests|spec)(?:[/._-]|$)/iu.test(file)).length > 1) {
    add("several_outputs", translate("Has more than one main output: {0}", files.join(", ")));
  }
  if ((outputs?.lines_of_code ?? 0) > 300) {
    add(
      "too_large",
      translate("Is expected to write {0} lines; split tasks above 300", outputs?.lines_of_code ?? 0),
    );
  }
  const agent = (task.executor ?? "agent") === "agent";
  const given = task.estimated_time_minutes ?? task.estimate_max_minutes;
  if (agent && given !== undefined && given > 15) {
    add("too_long", translate("Is estimated at {0} minutes; split tasks above 15", given));
  }
  // Whoever does a manual task signs its criteria off anyway.
  const criteria = task.executor === "manual" ? [] : (task.acceptance_criteria ?? []);
  const unproved = criteria.filter((criterion) => !isChecked(criterion, proofs));
  if (given !== undefined && taskMinutes(task).max < 1 && proofs === 0) {
    add("trivial", translate("Takes under a minute and leaves nothing to verify"));
  }
  if (task.depends_on.length > 4) {
    add(
      "many_dependencies",
      translate("Depends on {0} tasks; more than 4 are hard to follow", task.depends_on.length),
    );
  }
  if (proofs === 0 && task.executor !== "manual") {
    add("no_proof", translate("Has no postcondition, check or command that could prove it"));
  }
  for (const criterion of unproved) {
    const text = typeof criterion === "string" ? criterion : criterion.text;
    add("unchecked_criterion", translate("Nothing checks the criterion “{0}”; a person signs it off", text));
  }
  if (asksForComplexity(task)) {
    add("complex_function", translate("Asks for a function of a complexity above 10"));
  }
  return found;
}

/** A criterion names its check, or the task has some machine proof that stands for its plain sentences. */
function isChecked(criterion: NonNullable<Task["acceptance_criteria"]>[number], proofs: number): boolean {
  return typeof criterion === "string" ? proofs > 0 : criterion.check !== undefined;
}

function asksForComplexity(task: Task): boolean {
  const match = /(?:cyclomatic\s+)?complexity\s*(?:of|above|over|:|>|>=|=)?\s*(\d+)/iu.exec(task.description);
  return match !== null && Number(match[1]) > 10;
}

function checkNameFindings(
  plan: Plan,
  task: Task,
  translate: Translate,
  context: ReadinessContext,
): Finding[] {
  if (context.checkNames === undefined) return [];
  const known = new Set([...context.checkNames, ...(plan.quality_gates ?? []).map((gate) => gate.gate)]);
  return (task.checks ?? [])
    .filter((check) => !known.has(check))
    .map((check) =>
      ofTask(
        task,
        "unknown_check",
        translate("Names the check {0}, which the workspace does not have", check),
      ),
    );
}

function phaseFindings(phase: Phase, translate: Translate): Finding[] {
  const found: Finding[] = [];
  const add = (code: string, message: string): void => {
    found.push({ code, phase_id: phase.phase_id, message });
  };
  const { checkpoint } = phase;
  const proofs = (checkpoint?.commands?.length ?? 0) + (checkpoint?.predicates?.length ?? 0);
  if (proofs === 0 && (checkpoint?.text ?? "") === "" && phase.gate !== "person") {
    add("no_checkpoint", translate("The phase has no checkpoint"));
  }
  const hours = phase.estimated_duration_hours;
  if (hours !== undefined && (hours < 1 || hours > 4)) {
    add(
      "phase_length",
      translate("The phase is estimated at {0} hours; between 1 and 4 is easiest to resume", hours),
    );
  }
  if (phase.milestones.every((milestone) => milestone.tasks.length === 0)) {
    add("empty_phase", translate("The phase has no tasks"));
  }
  return found;
}

/** A dependency is expressed when a precondition names something that the task it waits for brings about. */
function dependencyFindings(plan: Plan, translate: Translate): Finding[] {
  const tasks = new Map(tasksOf(plan).map(({ task }) => [task.task_id, task]));
  return [...tasks.values()].flatMap((task) => {
    const needed = JSON.stringify(task.preconditions ?? []);
    return task.depends_on
      .filter((id) => {
        const other = tasks.get(id);
        const brought = other === undefined ? [] : outputsOf(other);
        return brought.length > 0 && !brought.some((name) => needed.includes(JSON.stringify(name)));
      })
      .map((id) =>
        ofTask(task, "unexpressed_dependency", translate("No precondition says what it needs from {0}", id)),
      );
  });
}

function outputsOf(task: Task): readonly string[] {
  const outputs = task.expected_outputs;
  return [
    ...taskWrites(task),
    ...(outputs?.exports ?? []),
    ...(outputs?.classes ?? []),
    ...(outputs?.tables ?? []),
  ];
}

function missingFileFindings(plan: Plan, translate: Translate, context: ReadinessContext): Finding[] {
  const { fileExists } = context;
  if (fileExists === undefined) return [];
  const written = new Set(planFiles(plan));
  const isMissing = (path: string): boolean =>
    !/[*?{[]/u.test(path) && !written.has(path) && !fileExists(path);
  return tasksOf(plan).flatMap(({ task }) =>
    (task.file_scope?.read ?? [])
      .filter(isMissing)
      .map((path) =>
        ofTask(task, "missing_file", translate("Reads {0}, which does not exist and nothing creates", path)),
      ),
  );
}

function missingToolFindings(translate: Translate, context: ReadinessContext): Finding[] {
  return (context.missingTools ?? []).map(({ check, tool, source }) => ({
    code: "missing_tool",
    message: translate(
      "{0} is configured in {1} but was not found here, so the check {2} cannot run",
      tool,
      source,
      check,
    ),
  }));
}

function discoveryFindings(plan: Plan, translate: Translate, context: ReadinessContext): Finding[] {
  const names = context.discoveryNames ?? [];
  if (names.length === 0) return [];
  const text = JSON.stringify(tasksOf(plan).map(({ task }) => task)).toLowerCase();
  return names
    .filter((name) => !text.includes(name.toLowerCase()))
    .map((name) => ({
      code: "not_covered",
      message: translate("No task names “{0}” of the discovery document", name),
    }));
}
