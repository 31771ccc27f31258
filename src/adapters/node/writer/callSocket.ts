import { chmod, mkdir, rm } from "node:fs/promises";
import net from "node:net";
import path from "node:path";
import { isMasterPlanError, MasterPlanError, type ErrorCode } from "../../../core/errors";
import { eachLine } from "./eachLine";

/** What the process that holds the store answers; names and values are checked by whoever serves. */
export interface CallHandler {
  call(method: string, params: unknown): Promise<unknown>;
  onEvent(listener: (event: unknown) => void): { dispose(): void };
}

export interface CallClient extends CallHandler {
  close(): void;
  /** The other process is gone; nothing will be answered any more. Not told after `close`. */
  onLost(listener: () => void): void;
}

/** How long an ending process still answers calls that it took. */
const answerTimeMs = 2_000;

/**
 * Lets other processes of the same user hand their calls to this one: a local socket in a private folder, one JSON
 * document per line. A stale socket file is replaced; the caller makes sure that no other writer lives.
 */
export async function serveCalls(
  socketPath: string,
  handler: CallHandler,
): Promise<{ close(): Promise<void> }> {
  if (process.platform !== "win32") {
    await mkdir(path.dirname(socketPath), { recursive: true, mode: 0o700 });
    await rm(socketPath, { force: true });
  }
  const sockets = new Set<net.Socket>();
  const open = new Set<Promise<void>>();
  let closing = false;
  const server = net.createServer((socket) => {
    sockets.add(socket);
    const send = (value: unknown) => {
      if (!socket.destroyed) socket.write(`${JSON.stringify(value)}\n`);
    };
    const events = handler.onEvent((event) => {
      send({ event });
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      sockets.delete(socket);
      events.dispose();
    });
    eachLine(socket, (line) => {
      if (closing) return;
      const answering = answer(handler, line)
        .then(send)
        .finally(() => open.delete(answering));
      open.add(answering);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketPath, resolve);
  });
  if (process.platform !== "win32") await chmod(socketPath, 0o600);
  return {
    async close() {
      closing = true;
      // Whoever made this process end, by pausing or cancelling what it did, is told so before the line goes.
      await within(answerTimeMs, Promise.allSettled([...open]));
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroySoon();
      });
    },
  };
}

async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

async function answer(handler: CallHandler, line: string): Promise<unknown> {
  const request = parseObject(line);
  const { id, method, params } = request ?? {};
  if (typeof id !== "number" || typeof method !== "string") {
    return {
      id: typeof id === "number" ? id : null,
      error: { code: "usage.invalid", message: "Not a call" },
    };
  }
  try {
    return { id, result: (await handler.call(method, params)) ?? null };
  } catch (error) {
    return { id, error: toWire(error) };
  }
}

/** Connects to the process that holds the store; null when nobody answers there. */
export async function connectCalls(socketPath: string): Promise<CallClient | null> {
  const socket = net.createConnection(socketPath);
  const connected = await new Promise<boolean>((resolve) => {
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
  });
  if (!connected) return null;
  let next = 1;
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const listeners = new Set<(event: unknown) => void>();
  const ended = () =>
    new MasterPlanError("store.busy", "The process that holds the plans ended before it answered", {
      hint: "Try again; whatever it had confirmed is kept",
    });
  const end = () => {
    for (const call of pending.values()) call.reject(ended());
    pending.clear();
  };
  socket.on("error", () => socket.destroy());
  let closed = false;
  const lost = new Set<() => void>();
  socket.on("close", () => {
    end();
    if (!closed) for (const listener of lost) listener();
  });
  eachLine(socket, (line) => {
    const message = parseObject(line);
    if (message === null) return;
    if ("event" in message) {
      for (const listener of listeners) listener(message["event"]);
      return;
    }
    const call = typeof message["id"] === "number" ? pending.get(message["id"]) : undefined;
    if (call === undefined) return;
    pending.delete(message["id"] as number);
    if ("error" in message) call.reject(fromWire(message["error"]));
    else call.resolve(message["result"]);
  });
  return {
    call: (method, params) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) {
          reject(ended());
          return;
        }
        const id = next++;
        pending.set(id, { resolve, reject });
        socket.write(`${JSON.stringify({ id, method, params: params ?? null })}\n`);
      }),
    onEvent(listener) {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    close: () => {
      closed = true;
      socket.destroy();
    },
    onLost: (listener) => lost.add(listener),
  };
}

function parseObject(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    // Garbage on the socket is answered as no call; there is nobody to tell more.
    return null;
  }
}

function toWire(error: unknown): {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly details?: unknown;
} {
  if (!isMasterPlanError(error))
    return { code: "internal", message: error instanceof Error ? error.message : String(error) };
  return {
    code: error.code,
    message: error.message,
    ...(error.hint !== undefined && { hint: error.hint }),
    details: error.details,
  };
}

function fromWire(value: unknown): MasterPlanError {
  const { code, message, hint, details } = (
    typeof value === "object" && value !== null ? value : {}
  ) as Record<string, unknown>;
  return new MasterPlanError(
    (typeof code === "string" ? code : "internal") as ErrorCode,
    typeof message === "string" ? message : "Unknown error",
    {
      ...(typeof hint === "string" && { hint }),
      ...(typeof details === "object" && details !== null && { details: details as Record<string, unknown> }),
    },
  );
}
