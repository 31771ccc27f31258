import type { JsonObject } from "../core/json";

/**
 * The three kinds of message between a page and the host. Every request is answered, so that a button can always stop
 * spinning; events carry whole snapshots.
 */
export interface RpcRequest {
  readonly kind: "request";
  /** Unique per page load, from 1. */
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
}

export type RpcResponse =
  | { readonly kind: "response"; readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly kind: "response"; readonly id: number; readonly ok: false; readonly error: WireError };

export interface RpcEvent {
  readonly kind: "event";
  readonly name: string;
  readonly payload: unknown;
}

/** A failure on the wire: a stable code, one sentence, and what was kept or what to do next. Never a stack. */
export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** One JSON Schema per method of a host interface: the allow-list and the argument check in one table. */
export type ParamSchemas<Host> = { readonly [Method in keyof Host]: JsonObject };

/** Largest message that the host reads, in UTF-16 code units of its JSON text. */
export const maxMessageLength = 1_000_000;

export const requestSchema = {
  type: "object",
  required: ["kind", "id", "method", "params"],
  additionalProperties: false,
  properties: {
    kind: { const: "request" },
    id: { type: "integer", minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
    method: { type: "string", minLength: 1, maxLength: 64 },
    params: { type: "object" },
  },
} as const satisfies JsonObject;

/** What the first request of every page returns. A second one means that the page was loaded again. */
export interface Ready<Label extends string, State> {
  readonly language: string;
  readonly labels: Readonly<Record<Label, string>>;
  readonly state: State;
}

/** Parameters of a method that takes none. */
export type NoParams = Readonly<Record<string, never>>;

export const noParams = { type: "object", additionalProperties: false } as const satisfies JsonObject;
