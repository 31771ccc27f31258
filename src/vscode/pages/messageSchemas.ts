import { Ajv, type ValidateFunction } from "ajv";
import type { JsonObject } from "../../core/json";
import { requestSchema, type RpcRequest } from "../../protocol/rpc";

/** Checks what a page sent before anything looks at it. Schemas are compiled when they are first needed. */
export class MessageSchemas {
  readonly #ajv = new Ajv({ strict: true, allErrors: false });
  readonly #compiled = new Map<JsonObject, ValidateFunction>();

  isRequest(message: unknown): message is RpcRequest {
    return this.#validator(requestSchema)(message);
  }

  /** What is wrong with `value`, as one sentence; null when it fits. */
  fault(schema: JsonObject, value: unknown): string | null {
    const validate = this.#validator(schema);
    if (validate(value)) return null;
    return this.#ajv.errorsText(validate.errors, { dataVar: "params" });
  }

  #validator(schema: JsonObject): ValidateFunction {
    const known = this.#compiled.get(schema);
    if (known !== undefined) return known;
    const validate = this.#ajv.compile(schema);
    this.#compiled.set(schema, validate);
    return validate;
  }
}
