import type { JsonObject } from "../json";
import { planSchema } from "../plan/planSchema";
import { err, ok, type Result } from "../result";
import type { AnswerFault } from "./answerFault";
import type { FailureAnalysis } from "./failureAnalysisAnswer";
import { createSchemaCheck } from "./schemaCheck";

const text = { type: "string", maxLength: 20_000 };
const texts = { type: "array", items: text };

const definitions = planSchema["$defs"] as JsonObject;
/** A proposed task is completed by a person; only its name must be there. */
const proposedTask: JsonObject = { ...(definitions["task"] as JsonObject), required: ["task_id", "title"] };

/** JSON Schema of the answer `failure_analysis`. */
export const failureAnalysisSchema: JsonObject = {
  $defs: { ...definitions, task: proposedTask },
  type: "object",
  required: ["root_cause", "symptoms", "why_retries_failed", "conclusion", "proposed_solutions"],
  properties: {
    root_cause: { ...text, minLength: 1 },
    symptoms: texts,
    why_retries_failed: texts,
    hidden_dependency: text,
    conclusion: text,
    proposed_solutions: {
      type: "array",
      minItems: 1,
      maxItems: 3,
      items: {
        type: "object",
        required: ["id", "title", "description", "action", "success_probability"],
        properties: {
          id: { type: "string", minLength: 1, maxLength: 100 },
          title: { ...text, minLength: 1 },
          description: text,
          action: {
            type: "string",
            enum: ["create_dependency_task", "modify_task_scope", "modify_task_context", "retry"],
          },
          new_tasks: { type: "array", items: { $ref: "#/$defs/task" } },
          insert_before: text,
          success_probability: { type: "number", minimum: 0, maximum: 100, description: "Percent." },
          estimated_time_minutes: { type: "number", minimum: 0 },
          note: text,
        },
      },
    },
  },
};

const check = createSchemaCheck(failureAnalysisSchema);

/** Solutions come out ranked by their chance, ids made unique by position where the model repeated one. */
export function parseFailureAnalysis(value: unknown): Result<FailureAnalysis, readonly AnswerFault[]> {
  const faults = check(value);
  if (faults.length > 0) return err(faults);
  const analysis = value as FailureAnalysis;
  const ranked = [...analysis.proposed_solutions].sort(
    (a, b) => b.success_probability - a.success_probability,
  );
  const ids = new Set<string>();
  const unique = ranked.map((solution, index) => {
    const id = ids.has(solution.id) ? `${solution.id}_${index + 1}` : solution.id;
    ids.add(id);
    return { ...solution, id };
  });
  return ok({ ...analysis, proposed_solutions: unique });
}
