import { errorSentence } from "../../core/errorSentence";
import { isMasterPlanError, MasterPlanError } from "../../core/errors";
import type { Translate } from "../../core/translate";
import type { Logger } from "../../ports/logger";
import { maxMessageLength, type ParamSchemas, type RpcResponse, type WireError } from "../../protocol/rpc";
import type { JsonObject } from "../../core/json";
import type { MessageSchemas } from "./messageSchemas";

type Handler = (params: never) => Promise<unknown>;

export interface DispatcherOptions<Host> {
  readonly handlers: Host;
  readonly params: ParamSchemas<Host>;
  readonly schemas: MessageSchemas;
  readonly logger: Logger;
  /** Puts a failure into the person's language. */
  readonly describe: (error: unknown) => WireError;
}

/**
 * Answers the requests of one page. Resolves with null when the message is none that could be answered; never rejects,
 * whatever arrives.
 */
export function createDispatcher<Host>(
  options: DispatcherOptions<Host>,
): (message: unknown) => Promise<RpcResponse | null> {
  const { schemas, logger } = options;
  return async (message) => {
    const id = requestId(message);
    const refuse = (reason: string): RpcResponse | null => {
      logger.log("warn", "Message of a page refused", { reason });
      if (id === null) return null;
      const error = options.describe(new MasterPlanError("usage.invalid", reason));
      return { kind: "response", id, ok: false, error };
    };
    const size = lengthOf(message);
    if (size === null) return refuse("The message cannot be written as JSON");
    if (size > maxMessageLength)
      return refuse(`The message has ${size} characters, at most ${maxMessageLength} are read`);
    if (!schemas.isRequest(message)) return refuse("The message is no request");
    const { method } = message;
    const schema: JsonObject | undefined = Object.hasOwn(options.params, method)
      ? options.params[method as keyof Host]
      : undefined;
    if (schema === undefined) return refuse(`Unknown method ${method}`);
    const fault = schemas.fault(schema, message.params);
    if (fault !== null) return refuse(`The request ${method} does not fit: ${fault}`);
    try {
      const handler = options.handlers[method as keyof Host] as Handler;
      const value = await handler.call(options.handlers, message.params as never);
      return { kind: "response", id: message.id, ok: true, value };
    } catch (error) {
      const wire = options.describe(error);
      logger.log(wire.code === "cancelled" ? "debug" : "warn", "Request of a page failed", {
        method,
        code: wire.code,
        message: wire.message,
      });
      return { kind: "response", id: message.id, ok: false, error: wire };
    }
  };
}

/**
 * A failure as a person reads it, in their language: code, sentence, hint; no stack, and no paths of this machine beyond
 * the message.
 */
export function toWireError(error: unknown, t: Translate): WireError {
  if (!isMasterPlanError(error)) {
    return {
      code: "internal",
      message: error instanceof Error ? error.message : String(error),
      hint: t("Nothing that was confirmed is lost. The log has the details"),
    };
  }
  const { code, hint } = error;
  const message = errorSentence(error, t);
  return hint === undefined ? { code, message } : { code, message, hint: t(hint) };
}

function requestId(message: unknown): number | null {
  if (typeof message !== "object" || message === null || !("id" in message)) return null;
  const { id } = message;
  return typeof id === "number" && Number.isSafeInteger(id) && id > 0 ? id : null;
}

function lengthOf(message: unknown): number | null {
  try {
    // Nothing at all comes back for what JSON has no word for, whatever the declared type says.
    const text = JSON.stringify(message) as string | undefined;
    return text?.length ?? null;
  } catch {
    // Cycles and big integers cannot come through the editor's channel; a message that has them is refused.
    return null;
  }
}
