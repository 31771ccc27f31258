import type { AnswerFault } from "../../core/answer/answerFault";
import { fromWire } from "../../core/answer/fromWire";
import type { DiscoveryDocument } from "../../core/discovery/discoveryDocument";
import type { DiscoveryQuestion } from "../../core/discovery/discoveryQuestions";
import { discoveryQuestionsSchema, discoverySchema } from "../../core/discovery/discoverySchema";
import { parseDiscovery, parseDiscoveryQuestions } from "../../core/discovery/parseDiscovery";
import type { JsonObject, JsonValue } from "../../core/json";
import { parsePlan, type ParsedPlan } from "../../core/plan/parsePlan";
import type { Phase, Plan } from "../../core/plan/plan";
import { planSchema } from "../../core/plan/planSchema";
import { err, ok, type Result } from "../../core/result";
import type { AnswerSchema } from "../model/modelExchange";

export const questionsAnswer: AnswerSchema<readonly DiscoveryQuestion[]> = {
  name: "discovery_questions",
  schema: discoveryQuestionsSchema,
  parse: parseDiscoveryQuestions,
};

export const discoveryAnswer: AnswerSchema<DiscoveryDocument> = {
  name: "discovery_document",
  schema: discoverySchema,
  parse: parseDiscovery,
};

export function planAnswer(name: "masterplan" | "masterplan_outline"): AnswerSchema<ParsedPlan> {
  const schema = name === "masterplan" ? planSchema : outlineSchema;
  return {
    name,
    schema,
    parse: (value) => parsePlan(name === "masterplan" ? value : completedOutline(value)),
  };
}

/** One phase in its place: it is checked as part of the whole plan, and its faults are told from its own root. */
export function phaseAnswer(outline: Plan, phases: readonly Phase[], phaseId: string): AnswerSchema<Phase> {
  const index = phases.findIndex((phase) => phase.phase_id === phaseId);
  return {
    name: "masterplan_phase",
    schema: phaseSchema,
    parse: (value) => parsePhase(value, outline, phases, index),
  };
}

function parsePhase(
  value: unknown,
  outline: Plan,
  phases: readonly Phase[],
  index: number,
): Result<Phase, readonly AnswerFault[]> {
  const parsed = parsePlan({
    ...outline,
    phases: phases.map((phase, position): unknown => (position === index ? value : phase)),
  });
  const prefix = `/phases/${index}`;
  if (!parsed.ok)
    return err(
      parsed.error.map((fault) => ({
        ...fault,
        pointer: fault.pointer.startsWith(prefix) ? fault.pointer.slice(prefix.length) : fault.pointer,
      })),
    );
  const phase = parsed.value.plan.phases[index];
  const planned = phases[index];
  if (phase === undefined || planned === undefined)
    return err([{ pointer: "", code: "plan.phase", message: "The phase is missing" }]);
  if (phase.phase_id !== planned.phase_id) {
    return err([
      {
        pointer: "/phase_id",
        code: "plan.phase",
        message: `must be ${planned.phase_id}, the phase that was asked for`,
      },
    ]);
  }
  const written = new Set(taskIds(phase));
  const missing = taskIds(planned).filter((id) => !written.has(id));
  if (missing.length > 0) {
    return err([
      {
        pointer: "/milestones",
        code: "plan.phase",
        message: `The outline's tasks ${missing.join(", ")} are missing`,
      },
    ]);
  }
  return ok(phase);
}

function taskIds(phase: Phase): string[] {
  return phase.milestones.flatMap((milestone) => milestone.tasks.map((task) => task.task_id));
}

const definitions = planSchema["$defs"] as JsonObject;
const phaseSchema: JsonObject = { ...(definitions["phase"] as JsonObject), $defs: definitions };
const outlineTask: JsonObject = {
  type: "object",
  required: ["task_id", "title", "depends_on"],
  properties: {
    task_id: { type: "string" },
    title: { type: "string" },
    depends_on: { type: "array", items: { type: "string" } },
  },
};
const outlineSchema: JsonObject = { ...planSchema, $defs: { ...definitions, task: outlineTask } };

/** Gives the tasks of an outline the fields that a plan asks for, so that one parser checks both. */
function completedOutline(value: unknown): unknown {
  const task = { description: "", task_type: "implementation" };
  const visit = (node: JsonValue, inTasks: boolean): JsonValue => {
    if (Array.isArray(node)) return (node as readonly JsonValue[]).map((item) => visit(item, inTasks));
    if (typeof node !== "object" || node === null) return node;
    const entries = Object.entries(node as JsonObject).flatMap(([name, item]) =>
      item === undefined ? [] : [[name, visit(item, name === "tasks")] as const],
    );
    return inTasks ? { ...task, ...Object.fromEntries(entries) } : Object.fromEntries(entries);
  };
  const outline = fromWire(value as JsonValue, outlineSchema);
  if (typeof outline !== "object" || outline === null || Array.isArray(outline)) return outline;
  const { phases, ...rest } = outline as JsonObject;
  return phases === undefined ? rest : { ...rest, phases: visit(phases, false) };
}
