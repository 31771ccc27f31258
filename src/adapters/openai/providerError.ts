import { MasterPlanError, type ErrorCode } from "../../core/errors";
import { field, items, textOf } from "./wireValue";

export interface ProviderFailure {
  /** HTTP status; null for an error inside a stream that had begun well. */
  readonly status: number | null;
  /** Parsed JSON body, or its text. */
  readonly body: unknown;
  /** Epoch milliseconds before which the provider wants no request. */
  readonly retryAt: number | null;
}

const tooLong =
  /context[ _-]?(?:length|window|size)|maximum context|too many (?:input )?tokens|prompt (?:is )?too long|input (?:is )?too long|exceeds? the (?:available |model'?s? )?(?:context|maximum)|reduce the length|max_prompt_tokens|tokens_limit_reached/iu;
const outOfMoney =
  /insufficient[_ ](?:quota|balance|credits?)|exceeded your current quota|billing|out of credits|payment required/iu;
const toolsRefused = /\btools?\b|function call|--jinja/iu;

/** A provider's error in our terms. Bodies differ in shape at every provider; the text decides where codes do not. */
export function providerError(failure: ProviderFailure): MasterPlanError {
  const text = messageOf(failure.body);
  const code = `${codeOf(failure.body)}`;
  const status = failure.status ?? statusInside(failure.body, code);
  const details = { status, provider_code: code, about: aboutOf(text, code), retry_at: failure.retryAt };
  const kind = classify(status, `${code} ${text}`);
  const said = text === "" ? "without a reason" : text.slice(0, 1000);
  return new MasterPlanError(kind.code, `${kind.title}${status === null ? "" : ` (${status})`}: ${said}`, {
    ...(kind.hint === undefined ? {} : { hint: kind.hint }),
    details: { ...details, retryable: kind.retryable },
  });
}

interface Kind {
  readonly code: ErrorCode;
  readonly title: string;
  readonly hint?: string;
  readonly retryable: boolean;
}

function classify(status: number | null, text: string): Kind {
  const client = status === null || (status >= 400 && status < 500);
  if (client && tooLong.test(text)) {
    return {
      code: "model.contextTooLong",
      title: "The request is too long for the model",
      hint: "Choose a model with a larger context, or make the task smaller",
      retryable: false,
    };
  }
  if (status === 402 || ((status === 429 || status === 403 || status === null) && outOfMoney.test(text))) {
    return {
      code: "model.quotaExceeded",
      title: "The provider's quota is used up",
      hint: "Top up the account or choose another model",
      retryable: false,
    };
  }
  if (status === 401 || status === 403) {
    return {
      code: "model.unauthorized",
      title: "The provider refused the key",
      hint: "Set the key again, or check what it may use",
      retryable: false,
    };
  }
  if (status === 404)
    return {
      code: "model.notFound",
      title: "The endpoint does not know this address or model",
      hint: "Check the base address and the model's name",
      retryable: false,
    };
  if (status === 429)
    return {
      code: "model.rateLimited",
      title: "The provider limits the rate of requests",
      hint: "Wait a moment, or choose another model",
      retryable: true,
    };
  if (text.includes("tool_use_failed"))
    return {
      code: "model.badAnswer",
      title: "The model wrote a tool call that the provider could not read",
      retryable: true,
    };
  if (status === 408 || status === 409 || status === 425 || status === null || status >= 500) {
    return {
      code: "model.unreachable",
      title: "The provider failed",
      hint: "Try again in a moment",
      retryable: !toolsRefused.test(text) || status !== 500,
    };
  }
  return {
    code: "model.rejected",
    title: "The provider rejected the request",
    hint: "Its words say why; change the model or the request",
    retryable: false,
  };
}

/** What the complaint is about, so that the caller can leave that out. */
function aboutOf(text: string, code: string): "tools" | "structure" | null {
  if (code.includes("tool_use_failed")) return null;
  if (/response_format|json_schema|json_object|structured output|grammar/iu.test(text)) return "structure";
  return toolsRefused.test(text) ? "tools" : null;
}

function messageOf(body: unknown): string {
  if (typeof body === "string") return stripMarkup(body);
  const error = field(body, "error");
  if (typeof error === "string") return error;
  const raw = textOf(field(field(error, "metadata"), "raw"));
  const message =
    textOf(field(error, "message")) || textOf(field(body, "message")) || detailOf(field(body, "detail"));
  if (raw !== "" && raw !== message) return message === "" ? raw : `${message}: ${raw}`;
  return message;
}

/** `{"detail": "text"}` or a list of complaints with places. */
function detailOf(detail: unknown): string {
  if (typeof detail === "string") return detail;
  return items(detail)
    .map((item) => `${items(field(item, "loc")).join(".")}: ${textOf(field(item, "msg"))}`)
    .join("; ");
}

function codeOf(body: unknown): string | number {
  const error = field(body, "error");
  const code = field(error, "code") ?? field(body, "code") ?? field(error, "type") ?? "";
  return typeof code === "number" || typeof code === "string" ? code : "";
}

/** An error inside a stream tells its status in the body, if anywhere. */
function statusInside(body: unknown, code: string): number | null {
  const inside =
    field(field(body, "error"), "status_code") ?? field(field(body, "error"), "status") ?? Number(code);
  return typeof inside === "number" && inside >= 400 && inside < 600 ? inside : null;
}

function stripMarkup(text: string): string {
  return text
    .replace(/<[^>]{0,500}>/gu, " ")
    .replace(/\s+/gu, " ")
    .trim();
}
