import { createModelCaller } from "./modelCall";
import type { ModelClient, ModelClientOptions } from "./modelExchange";
import { askStructured } from "./modelStructure";

export type {
  ModelClient,
  ModelClientOptions,
  ModelRecorder,
  OpenedModelCall,
  ClosedModelCall,
  ChatRequest,
  ChatAnswer,
  AnswerSchema,
  StructuredRequest,
  StructuredAnswer,
} from "./modelExchange";

/** The one wrapper over a model: every call of a run goes through it. */
export function createModelClient(options: ModelClientOptions): ModelClient {
  const caller = createModelCaller(options);
  return {
    info: options.model.info,
    chat: (request, signal) => caller.chat(request, signal),
    ask: (request, signal) => askStructured(caller, request, signal),
  };
}
