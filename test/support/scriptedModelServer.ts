import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** A chat completions request as it came over the wire. */
export interface WireRequest {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: WireBody;
}

export interface WireBody {
  readonly model: string;
  readonly stream?: boolean;
  readonly messages: readonly {
    readonly role: string;
    readonly content: string | null;
    readonly tool_calls?: readonly unknown[];
  }[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
  readonly response_format?: {
    readonly type: string;
    readonly json_schema?: { readonly name: string; readonly strict: boolean; readonly schema: unknown };
  };
  readonly [field: string]: unknown;
}

/** An answer in the server's terms; it is streamed or sent whole as the request asks. */
export interface WireAnswer {
  readonly text?: string;
  readonly tool_calls?: readonly {
    readonly id?: string;
    readonly name: string;
    readonly arguments: unknown;
  }[];
  readonly finish?: string;
  readonly usage?: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly cached_tokens?: number;
  };
}

/** Everything a server can do to a client. */
export type Behavior =
  | { readonly kind: "answer"; readonly answer: WireAnswer }
  | {
      readonly kind: "status";
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** These bytes and a clean end. `type` is the content type. */
  | { readonly kind: "raw"; readonly bytes: string | Uint8Array; readonly type?: string }
  /** These bytes, then the socket is destroyed. */
  | { readonly kind: "cut"; readonly bytes: string | Uint8Array }
  /** These bytes, then nothing, with the connection open. */
  | { readonly kind: "stall"; readonly bytes?: string }
  /** Comments for ever. */
  | { readonly kind: "pings" }
  /** One line without an end, in pieces of a megabyte, until the client leaves. */
  | { readonly kind: "flood" }
  | { readonly kind: "noHeaders" };

export type Responder = (request: WireRequest) => Behavior | WireAnswer;

export interface ScriptedModelServer {
  /** Ends in `/v1`. */
  readonly baseUrl: string;
  readonly requests: readonly WireRequest[];
  /** What requests lacked that the script demanded. A test must find it empty. */
  readonly failures: readonly string[];
  close(): Promise<void>;
}

/** A failed demand of a script; the request is answered with 400 and the test is told. */
export class ScriptFailure extends Error {}

/** Ends the test when the request does not say all of this. */
export function demand(request: WireRequest, ...texts: readonly string[]): void {
  const said = saidIn(request);
  const missing = texts.filter((text) => !said.includes(text));
  if (missing.length > 0)
    throw new ScriptFailure(`The request lacks: ${missing.map((text) => JSON.stringify(text)).join(", ")}`);
}

/** All message contents, joined. */
export function saidIn(request: WireRequest): string {
  return request.body.messages.map((message) => message.content ?? "").join("\n");
}

/** Answers that the conversation holds already. */
export function turnOf(request: WireRequest): number {
  return request.body.messages.filter((message) => message.role === "assistant").length;
}

/** Starts a real HTTP server on loopback that answers by `respond`. */
export async function startScriptedModelServer(respond: Responder): Promise<ScriptedModelServer> {
  const requests: WireRequest[] = [];
  const failures: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    void handle(request, response, respond, requests, failures);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    failures,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  respond: Responder,
  requests: WireRequest[],
  failures: string[],
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const path = request.url ?? "";
  if (path === "/v1/models") {
    sendJson(response, 200, { object: "list", data: [{ id: "scripted", object: "model" }] });
    return;
  }
  const wire = {
    path,
    headers: request.headers,
    body: JSON.parse(Buffer.concat(chunks).toString("utf8")) as WireBody,
  };
  requests.push(wire);
  let behavior: Behavior | WireAnswer;
  try {
    if (!path.startsWith("/v1/chat/completions")) throw new ScriptFailure(`There is nothing at ${path}`);
    behavior = respond(wire);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    failures.push(message);
    sendJson(response, 400, {
      error: { message: `script: ${message}`, type: "script_failure", code: "script" },
    });
    return;
  }
  behave(response, wire, "kind" in behavior ? behavior : { kind: "answer", answer: behavior });
}

function behave(response: ServerResponse, request: WireRequest, behavior: Behavior): void {
  switch (behavior.kind) {
    case "answer":
      if (request.body.stream === true)
        sendBytes(response, streamOf(behavior.answer, request.body.model), "text/event-stream");
      else sendJson(response, 200, wholeOf(behavior.answer, request.body.model));
      return;
    case "status":
      response.writeHead(behavior.status, { "content-type": "application/json", ...behavior.headers });
      response.end(typeof behavior.body === "string" ? behavior.body : JSON.stringify(behavior.body));
      return;
    case "raw":
      sendBytes(response, behavior.bytes, behavior.type ?? "text/event-stream");
      return;
    case "cut":
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(behavior.bytes, () => response.socket?.destroy());
      return;
    case "stall":
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.flushHeaders();
      if (behavior.bytes !== undefined) response.write(behavior.bytes);
      return;
    case "pings":
      response.writeHead(200, { "content-type": "text/event-stream" });
      keepWriting(response, ": ping\n\n", 20);
      return;
    case "flood":
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: ");
      keepWriting(response, "x".repeat(1024 * 1024), 0);
      return;
    case "noHeaders":
      return;
  }
}

function keepWriting(response: ServerResponse, text: string, everyMs: number): void {
  const write = (): void => {
    if (response.destroyed || response.socket?.destroyed === true) return;
    response.write(text, () => setTimeout(write, everyMs));
  };
  write();
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function sendBytes(response: ServerResponse, bytes: string | Uint8Array, type: string): void {
  response.writeHead(200, { "content-type": type });
  response.end(bytes);
}

/** The answer as server-sent events, in small pieces as real servers send it. */
export function streamOf(answer: WireAnswer, model = "scripted"): string {
  const base = { id: "chatcmpl-scripted", object: "chat.completion.chunk", created: 1_750_000_000, model };
  const event = (choices: unknown, usage: unknown = null): string =>
    `data: ${JSON.stringify({ ...base, choices, usage })}\n\n`;
  const delta = (value: unknown, finish: string | null = null): string =>
    event([{ index: 0, delta: value, finish_reason: finish }]);
  const text = answer.text ?? "";
  const pieces = [delta({ role: "assistant", content: "" })];
  for (let at = 0; at < text.length; at += 200) pieces.push(delta({ content: text.slice(at, at + 200) }));
  for (const [index, call] of (answer.tool_calls ?? []).entries()) {
    const args = argumentsOf(call.arguments);
    const opening = {
      index,
      id: call.id ?? `call_${index + 1}`,
      type: "function",
      function: { name: call.name, arguments: "" },
    };
    pieces.push(delta({ tool_calls: [opening] }));
    for (let at = 0; at < args.length; at += 100)
      pieces.push(delta({ tool_calls: [{ index, function: { arguments: args.slice(at, at + 100) } }] }));
  }
  return [...pieces, delta({}, finishOf(answer)), event([], usageOf(answer)), "data: [DONE]\n\n"].join("");
}

function wholeOf(answer: WireAnswer, model: string): unknown {
  const calls = (answer.tool_calls ?? []).map((call, index) => ({
    id: call.id ?? `call_${index + 1}`,
    type: "function",
    function: { name: call.name, arguments: argumentsOf(call.arguments) },
  }));
  const message = {
    role: "assistant",
    content: answer.text ?? null,
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
  const choices = [{ index: 0, message, finish_reason: finishOf(answer) }];
  return {
    id: "chatcmpl-scripted",
    object: "chat.completion",
    created: 1_750_000_000,
    model,
    choices,
    usage: usageOf(answer),
  };
}

function argumentsOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function finishOf(answer: WireAnswer): string {
  return answer.finish ?? ((answer.tool_calls ?? []).length > 0 ? "tool_calls" : "stop");
}

function usageOf(answer: WireAnswer): unknown {
  const usage = answer.usage ?? { prompt_tokens: 1000, completion_tokens: 100, cached_tokens: 600 };
  return {
    prompt_tokens: usage.prompt_tokens,
    completion_tokens: usage.completion_tokens,
    total_tokens: usage.prompt_tokens + usage.completion_tokens,
    prompt_tokens_details: { cached_tokens: usage.cached_tokens ?? 0 },
  };
}
