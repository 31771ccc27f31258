import type { AcceptanceCriterion, Phase, Plan, Task } from "../../core/plan/plan";
import type { Baseline } from "../../core/validation/baseline";
import type { CheckLayer, DetectedCheck, Evidence } from "../../core/validation/evidence";
import { checkTestIntegrity } from "../../core/validation/scan/testIntegrity";
import { runCheck } from "./checkRun";

import { changedFunctions, coverageEvidence } from "./changedQuality";
import { expectedNames } from "./expectedNames";
import { fewerTests } from "./fewerTests";
import { predicateEvidence, runArgv, runGate, withProof } from "../run/gateRun";
import { evaluatePredicates } from "./predicateEvaluator";
import { rememberCommands } from "../attempt/rememberedCommands";
import { SourceLayers } from "./sourceLayers";
import type { AttemptValidation, OnEvidence, ValidationPorts } from "./validationInput";

/**
 * Runs the layers of the strict validation in order: scope, syntax, imports, types, postconditions, tests, lint,
 * security, format, integrity, then the gates of tasks. Stops at the first critical failure; what comes after it has no
 * evidence. Rejects with `cancelled` when the signal aborts.
 */
export async function validateAttempt(
  attempt: AttemptValidation,
  signal: AbortSignal,
  onEvidence: OnEvidence,
): Promise<readonly Evidence[]> {
  const outputs = new Map<string, string>();
  const input = {
    ...attempt,
    runner: rememberCommands(attempt.runner),
    keepOutput: async (text: string) => {
      const hash = await attempt.keepOutput(text);
      outputs.set(hash, text);
      return hash;
    },
  };
  const layers = new SourceLayers(input);
  const { task, plan } = input;
  const postconditions = task.postconditions ?? [];
  const collected = new Collection(onEvidence, input.blocking_layers, (one) =>
    withProof(one, task.acceptance_criteria ?? [], postconditions),
  );
  const detected = (layer: CheckLayer) =>
    collected.runAll(checksToRun(input, layer), (check) => runDetected(input, check, signal));

  type Step = () => Promise<boolean>;
  const code = (step: Step): Step => (input.runs_code === false ? () => Promise.resolve(true) : step);
  const steps: readonly Step[] = [
    async () => collected.addAll(await layers.scope()),
    async () => collected.add(await layers.syntax()),
    code(async () => collected.add(await layers.imports())),
    code(() => detected("types")),
    code(async () => collected.addAll(await expectedNames(input, signal))),
    code(async () =>
      collected.addAll(
        (await evaluatePredicates(postconditions, input, signal)).map((verdict) =>
          predicateEvidence(verdict, "postconditions"),
        ),
      ),
    ),
    code(() => detected("tests")),
    code(() => detected("lint")),
    async () => collected.add(await layers.security()),
    code(() => detected("format")),
    async () => collected.addAll(await layers.debugOutput()),
    async () => collected.addAll(await changedFunctions(input, await layers.sources())),
    code(async () => collected.addAll(coverageEvidence(input, collected.evidence, outputs))),
    code(() => detected("build")),
    code(async () => collected.addAll(fewerTests(input, collected.evidence))),
    async () =>
      collected.add(
        checkTestIntegrity(input.change, input.translate, { deletions: plannedDeletions(plan) }).evidence,
      ),
    code(async () => collected.runAll(taskGates(plan, task), (gate) => runGate(input, gate, signal))),
    code(async () => collected.addAll(unknownChecks(input))),
  ];
  for (const step of steps) {
    if (!(await step())) break;
  }
  return collected.evidence;
}

export interface GateInput extends ValidationPorts {
  readonly plan: Plan;
  /** Null for the gates of the whole plan. */
  readonly phase: Phase | null;
  /** Detected checks that criteria of milestones and of the plan may name. */
  readonly checks?: readonly DetectedCheck[];
}

/** Checkpoint of a phase with the quality gates of phases; or, with `phase: null`, the gates of the whole plan. */
export async function validateGate(
  gate: GateInput,
  signal: AbortSignal,
  onEvidence: OnEvidence,
): Promise<readonly Evidence[]> {
  const input = { ...gate, runner: rememberCommands(gate.runner) };
  const { plan, phase } = input;
  const criteria =
    phase === null
      ? (plan.acceptance_criteria ?? [])
      : phase.milestones.flatMap((milestone) => milestone.acceptance_criteria ?? []);
  const predicates = phase?.checkpoint?.predicates ?? [];
  const collected = new Collection(onEvidence, [], (one) => withProof(one, criteria, predicates));
  const gates = (plan.quality_gates ?? []).filter((one) =>
    phase === null ? (one.when ?? "plan") === "plan" : one.when === "phase",
  );

  const steps: readonly (() => Promise<boolean>)[] = [
    () =>
      collected.runAll(
        phase?.checkpoint?.commands ?? [],
        async (argv) =>
          (await runArgv(input, { check: argv.join(" "), argv, layer: "gate" }, signal)).evidence,
      ),
    async () =>
      collected.addAll(
        (await evaluatePredicates(predicates, input, signal)).map((verdict) =>
          predicateEvidence(verdict, "gate"),
        ),
      ),
    () => collected.runAll(gates, (one) => runGate(input, one, signal)),
    () =>
      collected.runAll(checksNamedBy(criteria, input.checks ?? []), (check) =>
        runCheck(input, check, noBaseline, signal, { mustPass: true }),
      ),
  ];
  for (const step of steps) {
    if (!(await step())) break;
  }
  return collected.evidence;
}

/** The commands of a task with executor `command`, one after the other; stops at the first that fails. */
export async function runTaskCommands(
  input: ValidationPorts & { readonly task: Task },
  signal: AbortSignal,
  onEvidence: OnEvidence,
): Promise<readonly Evidence[]> {
  const { task } = input;
  const collected = new Collection(onEvidence, [], (one) => withProof(one, task.acceptance_criteria ?? []));
  for (const argv of task.commands ?? []) {
    const { evidence } = await runArgv(input, { check: argv.join(" "), argv, layer: "gate" }, signal);
    collected.add(evidence);
    if (evidence.status !== "passed") break;
  }
  return collected.evidence;
}

const noBaseline: Baseline = { checks: [] };

/** Evidence in the order it came. Adding tells whether the next layer may run. */
class Collection {
  readonly #all: Evidence[] = [];
  readonly #onEvidence: OnEvidence;
  readonly #blocking: readonly string[];
  readonly #prove: (evidence: Evidence) => Evidence;

  constructor(onEvidence: OnEvidence, blocking: readonly string[], prove: (evidence: Evidence) => Evidence) {
    this.#onEvidence = onEvidence;
    this.#blocking = blocking;
    this.#prove = prove;
  }

  get evidence(): readonly Evidence[] {
    return this.#all;
  }

  add(found: Evidence): boolean {
    const isShownOnly =
      found.severity === "nice_to_have" && (found.layer === "format" || found.layer === "quality");
    const severe =
      isShownOnly && (this.#blocking.includes(found.layer) || this.#blocking.includes(found.check))
        ? { ...found, severity: "important" as const }
        : found;
    const evidence = this.#prove(severe);
    this.#all.push(evidence);
    this.#onEvidence(evidence);
    return (
      evidence.severity !== "critical" || (evidence.status !== "failed" && evidence.status !== "timed_out")
    );
  }

  /** Adds all that a layer found, so that one attempt learns of each; the next layer runs if none is a critical failure. */
  addAll(found: readonly Evidence[]): boolean {
    return found.map((one) => this.add(one)).every(Boolean);
  }

  async runAll<T>(items: readonly T[], run: (item: T) => Promise<Evidence>): Promise<boolean> {
    for (const item of items) {
      if (!this.add(await run(item))) return false;
    }
    return true;
  }
}

async function runDetected(
  input: AttemptValidation,
  check: DetectedCheck,
  signal: AbortSignal,
): Promise<Evidence> {
  return await runCheck(input, check, input.baseline, signal, { mustPass: isNamed(input.task, check) });
}

/** Checks of a layer that concern the change, and those that the task names. Building takes long, so only when named. */
function checksToRun(input: AttemptValidation, layer: CheckLayer): readonly DetectedCheck[] {
  const { change, task } = input;
  return input.checks.filter((check) => {
    if (check.layer !== layer) return false;
    if (isNamed(task, check)) return true;
    if (layer === "build" || change.files.length === 0) return false;
    return check.cwd === "" || change.files.some((file) => file.path.startsWith(`${check.cwd}/`));
  });
}

function isNamed(task: Task, check: DetectedCheck): boolean {
  const criteria = (task.acceptance_criteria ?? []).flatMap((criterion) =>
    typeof criterion === "string" || criterion.check === undefined ? [] : [criterion.check],
  );
  return [...(task.checks ?? []), ...criteria].some((name) => fits(name, check));
}

/** `lint` stands for the lint of every package in a workspace whose root has none. */
function fits(name: string, check: DetectedCheck): boolean {
  return check.name === name || check.name.endsWith(`:${name}`);
}

function checksNamedBy(
  criteria: readonly AcceptanceCriterion[],
  checks: readonly DetectedCheck[],
): readonly DetectedCheck[] {
  const names = criteria.flatMap((criterion) =>
    typeof criterion === "string" || criterion.check === undefined ? [] : [criterion.check],
  );
  return checks.filter((check) => names.some((name) => fits(name, check)));
}

function taskGates(plan: Plan, task: Task): NonNullable<Plan["quality_gates"]> {
  return (plan.quality_gates ?? []).filter(
    (gate) => gate.when === "task" || (task.checks ?? []).includes(gate.gate),
  );
}

/** A check that a task asks for and that nothing here offers has not been passed. */
function unknownChecks(input: AttemptValidation): readonly Evidence[] {
  const t = input.translate;
  const gates = (input.plan.quality_gates ?? []).map((gate) => gate.gate);
  return (input.task.checks ?? [])
    .filter((name) => !gates.includes(name) && !input.checks.some((check) => fits(name, check)))
    .map((name) => ({
      check: name,
      layer: "gate",
      severity: "critical",
      status: "not_verified",
      summary: t("The workspace has no check named {0}", name),
      duration_ms: 0,
    }));
}

function plannedDeletions(plan: Plan): readonly string[] {
  return (plan.files ?? []).filter((file) => file.change === "delete").map((file) => file.path);
}
