import type { AnswerFault } from "../../core/answer/answerFault";
import { fromWire } from "../../core/answer/fromWire";
import { parseJsonAnswer } from "../../core/answer/jsonAnswer";
import { toStrictSchema } from "../../core/answer/strictSchema";
import { MasterPlanError } from "../../core/errors";
import type { JsonObject } from "../../core/json";
import { err, ok, type Result } from "../../core/result";
import type { ModelMessage, ModelRequest } from "../../ports/languageModel";
import { toModelRequest, type ModelCaller } from "./modelCall";
import type { AnswerSchema, StructuredAnswer, StructuredRequest } from "./modelExchange";

/** Answers that fail their schema go back this often. */
export const maxRepairs = 2;
const mostFaultsSent = 20;

type Structure = NonNullable<ModelRequest["structure"]>;

const stepDown: Readonly<Record<Structure, Structure | null>> = {
  json_schema: "json_object",
  json_object: "text",
  text: null,
};

/** Asks, checks, sends faults back; steps down in form when the server refuses the one asked for. */
export async function askStructured<T>(
  caller: ModelCaller,
  request: StructuredRequest<T>,
  signal: AbortSignal,
): Promise<Result<StructuredAnswer<T>, MasterPlanError>> {
  const exchange: ModelMessage[] = [];
  let structure: Structure = caller.info.structure ?? "json_schema";
  let repairs = 0;
  let before: string | null = null;
  for (;;) {
    const sent = build(request, structure, exchange, repairs);
    const answer = await caller.call(sent, (text) => read(text, request.answer).ok, signal);
    if (!answer.ok) {
      const next = refusesForm(answer.error) ? stepDown[structure] : null;
      if (next === null) return answer;
      structure = next;
      continue;
    }
    if (answer.value.finish === "length") return err(tooLong(request.answer.name));
    const value = read(answer.value.text, request.answer);
    if (value.ok) return ok({ value: value.value, repairs, recorded: caller.info.recorded });
    if (repairs === maxRepairs || answer.value.text === before)
      return err(badAnswer(request.answer.name, value.error, repairs));
    before = answer.value.text;
    repairs += 1;
    exchange.push(
      { role: "assistant", content: answer.value.text },
      { role: "user", content: repairText(value.error) },
    );
  }
}

function read<T>(text: string, answer: AnswerSchema<T>): Result<T, readonly AnswerFault[]> {
  const json = parseJsonAnswer(text);
  if (!json.ok) return err([json.error]);
  return answer.parse(fromWire(json.value.value, answer.schema as JsonObject));
}

function build<T>(
  request: StructuredRequest<T>,
  structure: Structure,
  exchange: readonly ModelMessage[],
  repairs: number,
): ModelRequest {
  const { answer, ...chat } = request;
  const base = toModelRequest(chat);
  const schema = structure === "json_schema" ? toStrictSchema(answer.schema as JsonObject) : answer.schema;
  const asksInText = structure !== "json_schema";
  const messages = asksInText
    ? [...base.messages, { role: "user" as const, content: schemaText(answer) }]
    : base.messages;
  return {
    ...base,
    messages: [...messages, ...exchange],
    structure,
    schema: { name: answer.name, schema },
    purpose: repairs > 0 ? "repair" : base.purpose,
  };
}

function schemaText(answer: AnswerSchema<unknown>): string {
  return [
    `Answer with one JSON object named ${answer.name} and nothing else: no prose, no code fence.`,
    "It must satisfy this JSON Schema:",
    JSON.stringify(answer.schema),
  ].join("\n");
}

function repairText(faults: readonly AnswerFault[]): string {
  const lines = faults.slice(0, mostFaultsSent).map((fault) => `- ${placeOf(fault)}: ${fault.message}`);
  const more =
    faults.length > mostFaultsSent ? [`- and ${faults.length - mostFaultsSent} more of the same kind`] : [];
  return [
    "Your answer cannot be used. What is wrong:",
    ...lines,
    ...more,
    "Answer again with the whole corrected JSON and nothing else.",
  ].join("\n");
}

function placeOf(fault: AnswerFault): string {
  return fault.pointer === "" ? "the answer as a whole" : fault.pointer;
}

function refusesForm(error: MasterPlanError): boolean {
  const status = error.details["status"];
  return error.code === "model.rejected" && (status === 400 || status === 422);
}

function tooLong(name: string): MasterPlanError {
  return new MasterPlanError(
    "model.truncated",
    `The answer "${name}" does not fit into one reply of the model`,
    {
      hint: "Ask for less at once, or choose a model with longer answers",
      details: { finish: "length" },
    },
  );
}

function badAnswer(name: string, faults: readonly AnswerFault[], repairs: number): MasterPlanError {
  const first = faults[0];
  const more = faults.length > 1 ? `; and ${faults.length - 1} more` : "";
  const place = first === undefined ? "no place" : `${placeOf(first)}: ${first.message}${more}`;
  return new MasterPlanError(
    "model.badAnswer",
    `The model's answer "${name}" is still wrong (repairs tried: ${repairs}), at ${place}`,
    {
      hint: "Nothing was stored. Try again, choose another model, or use the template planner",
      details: { faults },
    },
  );
}
