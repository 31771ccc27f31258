import { MasterPlanError } from "../../core/errors";
import { providerError } from "./providerError";
import { field, textOf } from "./wireValue";

export interface FetchLimits {
  readonly maxLineBytes: number;
  readonly maxResponseBytes: number;
}

export const defaultFetchLimits: FetchLimits = {
  maxLineBytes: 1024 * 1024,
  maxResponseBytes: 8 * 1024 * 1024,
};

/** What happened below the client library, which would otherwise hide or rewrite it. */
export interface FetchTrace {
  /** The failure to report instead of whatever the library makes of it. */
  failure: MasterPlanError | null;
  /** A `data: [DONE]` line went by. */
  sawDone: boolean;
}

const maxErrorBytes = 64 * 1024;

/**
 * A `fetch` for one request: no redirects, only JSON or event streams, error bodies mapped here, and the answer cut off
 * by size before anything buffers it.
 */
export function createBoundedFetch(trace: FetchTrace, limits: FetchLimits, now: () => number): typeof fetch {
  const fail = (error: MasterPlanError): never => {
    trace.failure = error;
    throw error;
  };
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: "manual" }).catch((error: unknown) => {
      if (init?.signal?.aborted === true) throw error;
      return fail(connectionError(error, originOf(input)));
    });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      return fail(redirected(response));
    }
    if (!response.ok) {
      const text = await readCapped(response);
      return fail(
        providerError({
          status: response.status,
          body: parsed(text),
          retryAt: retryAtOf(response.headers, now()),
        }),
      );
    }
    const type = response.headers.get("content-type") ?? "";
    if (!/^\s*(?:application\/(?:[\w.+-]*\+)?json|text\/event-stream)\b/iu.test(type)) {
      await response.body?.cancel();
      return fail(notAnApi(type));
    }
    if (response.body === null) return response;
    const counted = response.body.pipeThrough(countingStream(trace, limits));
    return new Response(counted, { status: response.status, headers: response.headers });
  };
}

function countingStream(trace: FetchTrace, limits: FetchLimits): TransformStream<Uint8Array, Uint8Array> {
  let total = 0;
  let line = 0;
  let head = "";
  const endLine = (): void => {
    if (/^data: ?\[DONE\]\s*$/u.test(head)) trace.sawDone = true;
    line = 0;
    head = "";
  };
  const stop = (what: string, bytes: number): never => {
    trace.failure = new MasterPlanError(
      "model.badAnswer",
      `The endpoint sent ${what} above ${bytes} bytes, which no answer needs`,
      {
        hint: "Nothing was kept of it. Check that the address is a chat completions endpoint",
      },
    );
    throw trace.failure;
  };
  return new TransformStream({
    transform(chunk, controller) {
      total += chunk.byteLength;
      if (total > limits.maxResponseBytes) stop("an answer", limits.maxResponseBytes);
      let from = 0;
      for (;;) {
        const next = chunk.indexOf(10, from);
        const end = next < 0 ? chunk.byteLength : next;
        if (head.length < 24) head += String.fromCharCode(...chunk.subarray(from, Math.min(end, from + 24)));
        line += end - from;
        if (line > limits.maxLineBytes) stop("a line", limits.maxLineBytes);
        if (next < 0) break;
        endLine();
        from = next + 1;
      }
      controller.enqueue(chunk);
    },
    flush() {
      endLine();
    },
  });
}

async function readCapped(response: Response): Promise<string> {
  if (response.body === null) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > maxErrorBytes) break;
  }
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, maxErrorBytes));
}

/** Some servers send an error as an event even with an error status. */
function parsed(text: string): unknown {
  const data = text.trim().replace(/^(?:event:[^\n]*\n)?data:\s*/u, "");
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return text;
  }
}

/** When the provider takes requests again: seconds, milliseconds or a date; null when it does not say. */
export function retryAtOf(headers: Headers, now: number): number | null {
  const ms = Number(headers.get("retry-after-ms") ?? "x");
  if (Number.isFinite(ms) && ms >= 0) return now + ms;
  const text = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+(?:\.\d+)?$/u.test(text)) return now + Number(text) * 1000;
  const date = /[a-z]{3}/iu.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(now, date);
}

function redirected(response: Response): MasterPlanError {
  const target = response.headers.get("location") ?? "another address";
  return new MasterPlanError(
    "model.notAnApi",
    `The endpoint sends its callers on to ${target.slice(0, 300)}`,
    {
      hint: "Set that address as the base address if you trust it; the request and the key were not sent there",
    },
  );
}

function notAnApi(type: string): MasterPlanError {
  const got = type === "" ? "no content type" : type.slice(0, 100);
  return new MasterPlanError(
    "model.notAnApi",
    `The endpoint answered with ${got}, expected JSON or an event stream`,
    {
      hint: "A proxy or a login page may be in between, or the base address lacks its path, often /v1",
    },
  );
}

function connectionError(error: unknown, origin: string): MasterPlanError {
  const cause = field(error, "cause") ?? error;
  const code = textOf(field(cause, "code")) || textOf(field(cause, "name")) || "network error";
  if (code.includes("TIMEOUT")) {
    return new MasterPlanError("model.timedOut", `${origin} did not take the connection in time`, {
      hint: "Check that the server runs and that the base address is right",
      details: { retryable: true },
    });
  }
  const isCertificate = /CERT|TLS|SSL|SIGNATURE/u.test(code);
  return new MasterPlanError("model.unreachable", `${origin} cannot be reached: ${code}`, {
    hint: hintFor(code, isCertificate),
    cause: error,
    details: { retryable: !isCertificate, provider_code: code },
  });
}

function hintFor(code: string, isCertificate: boolean): string {
  if (isCertificate) return "Its certificate is not trusted on this computer; ask whoever runs it";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return "The name is not known: check the base address and the network";
  return "Check that the server runs and that the base address is right";
}

function originOf(input: Parameters<typeof fetch>[0]): string {
  return new URL(input instanceof Request ? input.url : input).origin;
}
