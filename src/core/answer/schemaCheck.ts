import { Ajv2020, type ErrorObject } from "ajv/dist/2020";
import type { JsonObject } from "../json";
import type { AnswerFault } from "./answerFault";

/** Says what in a value breaks the schema; an empty list means nothing does. */
export type SchemaCheck = (value: unknown) => readonly AnswerFault[];

const mostFaults = 50;

/** A check by ajv, compiled at its first use because compiling costs more than most programs ever check. */
export function createSchemaCheck(schema: JsonObject): SchemaCheck {
  let compiled: ReturnType<Ajv2020["compile"]> | undefined;
  return (value) => {
    compiled ??= new Ajv2020({ allErrors: true, allowUnionTypes: true, strictRequired: false }).compile(
      schema,
    );
    return compiled(value) ? [] : (compiled.errors ?? []).slice(0, mostFaults).map(describe);
  };
}

function describe(error: ErrorObject): AnswerFault {
  const parameters = error.params as Readonly<Record<string, unknown>>;
  const code = `answer.${error.keyword}`;
  switch (error.keyword) {
    case "required": {
      const name = String(parameters["missingProperty"]);
      return { pointer: `${error.instancePath}/${name}`, code, message: `The field ${name} is missing` };
    }
    case "additionalProperties": {
      const name = String(parameters["additionalProperty"]);
      return { pointer: `${error.instancePath}/${name}`, code, message: `There is no field ${name} here` };
    }
    case "enum":
      return {
        pointer: error.instancePath,
        code,
        message: `must be one of ${(parameters["allowedValues"] as readonly string[]).join(", ")}`,
      };
    default:
      return {
        pointer: error.instancePath,
        code,
        message: error.message ?? "is not what the schema asks for",
      };
  }
}
