import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { createSchemaCheck } from "../../../core/answer/schemaCheck";
import { MasterPlanError } from "../../../core/errors";
import type { JsonObject } from "../../../core/json";

/** Which model answers and how it is reached. Never comes from the workspace: a repository must not choose who reads it. */
export interface ProviderSettings {
  readonly provider: ProviderKind;
  /** The name that was configured: `openai-compatible`, `ollama`, `recorded`, ... */
  readonly name: string;
  readonly baseUrl: string;
  readonly model: string;
  readonly simpleModel: string | null;
  /** As written; `${NAME}` stands for an environment variable and is replaced at call time only. */
  readonly apiKey: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly price: { readonly input: number; readonly output: number; readonly cached?: number } | null;
  readonly maxInputTokens: number | null;
  readonly supportsTools: boolean | null;
  readonly idleTimeoutMs: number | null;
  /** File of a recording; null for the one that ships. */
  readonly recording: string | null;
}

export type ProviderKind = "openai-compatible" | "recorded" | "none";

/** Names that stand for a kind with an address of its own. */
const providers: Readonly<Record<string, { readonly kind: ProviderKind; readonly baseUrl: string }>> = {
  "openai-compatible": { kind: "openai-compatible", baseUrl: "" },
  openai: { kind: "openai-compatible", baseUrl: "https://api.openai.com/v1" },
  openrouter: { kind: "openai-compatible", baseUrl: "https://openrouter.ai/api/v1" },
  ollama: { kind: "openai-compatible", baseUrl: "http://127.0.0.1:11434/v1" },
  lmstudio: { kind: "openai-compatible", baseUrl: "http://127.0.0.1:1234/v1" },
  recorded: { kind: "recorded", baseUrl: "" },
  none: { kind: "none", baseUrl: "" },
};

export interface ProviderSources {
  readonly flags?: {
    readonly provider?: string;
    readonly baseUrl?: string;
    readonly model?: string;
    readonly simpleModel?: string;
  };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's configuration folder; `userConfigFolder` finds it. */
  readonly configFolder: string;
  /** Absolute path of the workspace, whose files are never taken for settings. */
  readonly workspace: string;
}

const text = { type: "string", minLength: 1 };
const amount = { type: "number", minimum: 0 };
const fileSchema: JsonObject = {
  type: "object",
  additionalProperties: false,
  properties: {
    provider: text,
    base_url: text,
    api_key: text,
    model: text,
    model_simple: text,
    headers: { type: "object", additionalProperties: { type: "string" } },
    usd_per_million_input: amount,
    usd_per_million_output: amount,
    usd_per_million_cached: amount,
    max_input_tokens: { type: "integer", minimum: 1 },
    supports_tools: { type: "boolean" },
    idle_timeout_seconds: { type: "number", minimum: 1, maximum: 3600 },
    recording: text,
  },
};

interface ProviderFile {
  readonly provider?: string;
  readonly base_url?: string;
  readonly api_key?: string;
  readonly model?: string;
  readonly model_simple?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly usd_per_million_input?: number;
  readonly usd_per_million_output?: number;
  readonly usd_per_million_cached?: number;
  readonly max_input_tokens?: number;
  readonly supports_tools?: boolean;
  readonly idle_timeout_seconds?: number;
  readonly recording?: string;
}

const check = createSchemaCheck(fileSchema);

/** Flags before environment before the user's file. null when nothing names a provider. */
export async function loadProviderSettings(sources: ProviderSources): Promise<ProviderSettings | null> {
  const { env, flags = {} } = sources;
  const file = await readProviderFile(sources);
  const givenUrl = flags.baseUrl ?? env["MASTERPLAN_BASE_URL"];
  const baseUrlGiven = givenUrl ?? file.base_url;
  const named = flags.provider ?? env["MASTERPLAN_PROVIDER"] ?? file.provider;
  if (named === undefined && baseUrlGiven === undefined) return null;
  const name = named ?? "openai-compatible";
  const preset = presetOf(name);
  const baseUrl = baseUrlGiven ?? preset.baseUrl;
  const isRemote = preset.kind === "openai-compatible";
  if (isRemote) checkAddress(baseUrl);
  const model = flags.model ?? env["MASTERPLAN_MODEL"] ?? file.model;
  if (isRemote && model === undefined) {
    throw new MasterPlanError("model.none", `No model is named for ${baseUrl}`, {
      hint: "Set MASTERPLAN_MODEL, or model in the provider settings",
    });
  }
  const simple = flags.simpleModel ?? env["MASTERPLAN_MODEL_SIMPLE"] ?? file.model_simple;
  const {
    usd_per_million_input: input,
    usd_per_million_output: output,
    usd_per_million_cached: cached,
  } = file;
  return {
    provider: preset.kind,
    name,
    baseUrl,
    model: model ?? name,
    simpleModel: simple ?? null,
    apiKey:
      env["MASTERPLAN_API_KEY"] === undefined
        ? keyOfFile(file, preset.baseUrl, baseUrl)
        : "${MASTERPLAN_API_KEY}",
    headers: sameOrigin(file.base_url ?? preset.baseUrl, baseUrl) ? (file.headers ?? {}) : {},
    price:
      input === undefined || output === undefined
        ? null
        : { input, output, ...(cached === undefined ? {} : { cached }) },
    maxInputTokens: file.max_input_tokens ?? null,
    supportsTools: file.supports_tools ?? null,
    idleTimeoutMs: file.idle_timeout_seconds === undefined ? null : file.idle_timeout_seconds * 1000,
    recording: file.recording ?? null,
  };
}

/** Refuses a name that no provider has: also where no model is needed, it is a mistake that should be heard of. */
export function presetOf(name: string): { readonly kind: ProviderKind; readonly baseUrl: string } {
  const preset = Object.hasOwn(providers, name) ? providers[name] : undefined;
  if (preset === undefined) throw unknownProvider(name);
  return preset;
}

/** Replaces `${NAME}` by the environment's value. Rejects with `model.unauthorized` naming a variable that is not set. */
export function resolveKey(
  written: string | null,
  env: Readonly<Record<string, string | undefined>>,
): string | null {
  if (written === null) return null;
  return written.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/gu, (_whole, name: string) => {
    const value = env[name];
    if (value !== undefined && value !== "") return value;
    throw new MasterPlanError(
      "model.unauthorized",
      `The key of the provider is in the environment variable ${name}, which is not set`,
      {
        hint: `Set ${name} and try again`,
      },
    );
  });
}

/** Where a user's own settings are kept on this platform. */
export function userConfigFolder(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): string {
  const home = homedir();
  if (platform === "win32")
    return path.join(env["APPDATA"] ?? path.join(home, "AppData", "Roaming"), "masterplan");
  if (platform === "darwin") return path.join(home, "Library", "Application Support", "masterplan");
  const configured = env["XDG_CONFIG_HOME"];
  return path.join(
    configured !== undefined && path.isAbsolute(configured) ? configured : path.join(home, ".config"),
    "masterplan",
  );
}

async function readProviderFile(sources: ProviderSources): Promise<ProviderFile> {
  const relative = path.relative(sources.workspace, sources.configFolder);
  const isInside = relative === "" || (!relative.startsWith("..") && !path.isAbsolute(relative));
  if (isInside) return {};
  const file = path.join(sources.configFolder, "provider.json");
  let content: string;
  try {
    content = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new MasterPlanError("usage.invalid", `The provider settings ${file} cannot be read`, {
      cause: error,
    });
  }
  const hint = "Correct the file, or remove it and use the environment";
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw new MasterPlanError("usage.invalid", `The provider settings ${file} are not valid JSON`, {
      cause: error,
      hint,
    });
  }
  const first = check(value)[0];
  if (first !== undefined) {
    throw new MasterPlanError(
      "usage.invalid",
      `The provider settings ${file} are wrong at ${first.pointer === "" ? "the top" : first.pointer}: ${first.message}`,
      { hint },
    );
  }
  return value as ProviderFile;
}

/** A key belongs to the address it was written for; another address does not get it. */
function keyOfFile(file: ProviderFile, presetUrl: string, baseUrl: string): string | null {
  return file.api_key !== undefined && sameOrigin(file.base_url ?? presetUrl, baseUrl) ? file.api_key : null;
}

function sameOrigin(a: string, b: string): boolean {
  return URL.canParse(a) && URL.canParse(b) && new URL(a).origin === new URL(b).origin;
}

function checkAddress(baseUrl: string): void {
  const hint = "Set MASTERPLAN_BASE_URL to an address like http://127.0.0.1:11434/v1";
  if (!URL.canParse(baseUrl))
    throw new MasterPlanError("usage.invalid", `The base address ${JSON.stringify(baseUrl)} is no URL`, {
      hint,
    });
  const url = new URL(baseUrl);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new MasterPlanError(
      "usage.invalid",
      `The base address must be http or https, not ${url.protocol}`,
      { hint },
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new MasterPlanError(
      "usage.invalid",
      "The base address holds a name or password; keys go into MASTERPLAN_API_KEY",
      { hint },
    );
  }
}

function unknownProvider(name: string): MasterPlanError {
  const known = Object.keys(providers).join(", ");
  return new MasterPlanError(
    "model.unknownProvider",
    `There is no provider ${JSON.stringify(name.slice(0, 100))}, expected one of ${known}`,
    {
      hint: "Correct the name, or leave the provider out: a plan from the template needs no model",
    },
  );
}
