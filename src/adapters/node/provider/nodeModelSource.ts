import { MasterPlanError } from "../../../core/errors";
import type { Clock } from "../../../ports/clock";
import type { ModelSource, ProviderDescription, ProviderHealth } from "../../../ports/environment";
import type { LanguageModel, ModelInfo } from "../../../ports/languageModel";
import { probeEndpoint } from "./probeEndpoint";
import { resolveKey, type ProviderSettings } from "./providerSettings";

export interface NodeModelSourceOptions {
  readonly clock: Clock;
  /** Asked at each use, so that changed settings hold at once. Rejects with `model.unknownProvider` and the like. */
  readonly settings: () => Promise<ProviderSettings | null>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The recording that ships, absolute; null when this installation has none. */
  readonly recordingPath: string | null;
  /** The workspace is the sample project that the recording is about. */
  readonly isSample?: boolean;
}

const recordedLabel = "Recorded sample story";

/** Models by settings: an OpenAI-compatible endpoint, a recording, or none. */
export function createNodeModelSource(options: NodeModelSourceOptions): ModelSource {
  return new NodeModelSource(options);
}

class NodeModelSource implements ModelSource {
  readonly #options: NodeModelSourceOptions;
  /** One adapter per endpoint and model, because it learns what its server refuses. */
  readonly #models = new Map<string, LanguageModel>();

  constructor(options: NodeModelSourceOptions) {
    this.#options = options;
  }

  async model(purpose: "simple" | "default"): Promise<LanguageModel | null> {
    const settings = await this.#options.settings();
    if (settings === null || settings.provider === "none") return null;
    if (settings.provider === "recorded") return this.#recorded(settings);
    const name = purpose === "simple" ? (settings.simpleModel ?? settings.model) : settings.model;
    const key = JSON.stringify([settings, name]);
    const known = this.#models.get(key);
    if (known !== undefined) return known;
    const model = await createOpenAiModel(settings, name, this.#options);
    this.#models.set(key, model);
    return model;
  }

  async describe(): Promise<readonly ProviderDescription[]> {
    const settings = await this.#options.settings();
    const described: ProviderDescription[] = [];
    if (settings !== null && settings.provider === "openai-compatible") {
      const { origin } = new URL(settings.baseUrl);
      const has_key = settings.apiKey !== null;
      described.push({
        id: settings.name,
        label: settings.name,
        origin,
        model: settings.model,
        active: true,
        recorded: false,
        has_key,
      });
    }
    const recording = settings?.recording ?? this.#options.recordingPath;
    const active = settings?.provider === "recorded";
    // Recorded replies tell the story of the sample project and of no other.
    if (recording !== null && (active || this.#options.isSample === true)) {
      described.push({
        id: "recorded",
        label: recordedLabel,
        origin: "recorded",
        model: recordedLabel,
        active,
        recorded: true,
        has_key: false,
      });
    }
    return described;
  }

  async probe(signal: AbortSignal): Promise<ProviderHealth> {
    const settings = await this.#options.settings();
    if (settings?.provider !== "openai-compatible") return { state: "unknown" };
    return probeEndpoint(
      {
        baseUrl: settings.baseUrl,
        headers: settings.headers,
        apiKey: () => Promise.resolve().then(() => resolveKey(settings.apiKey, this.#options.env)),
      },
      signal,
    );
  }

  async #recorded(settings: ProviderSettings): Promise<LanguageModel> {
    const file = settings.recording ?? this.#options.recordingPath;
    if (file === null) {
      throw new MasterPlanError("model.noRecording", "This installation holds no recording", {
        hint: "Choose a model, or plan from the template",
      });
    }
    const { loadRecordedModel } = await import("../../recorded/loadRecordedModel");
    return loadRecordedModel(file);
  }
}

async function createOpenAiModel(
  settings: ProviderSettings,
  model: string,
  options: NodeModelSourceOptions,
): Promise<LanguageModel> {
  const { OpenAiModel } = await import("../../openai/openAiModel");
  return new OpenAiModel({
    info: infoOf(settings, model),
    baseUrl: settings.baseUrl,
    apiKey: () => Promise.resolve().then(() => resolveKey(settings.apiKey, options.env)),
    headers: settings.headers,
    clock: options.clock,
    ...(settings.idleTimeoutMs === null
      ? {}
      : { timeouts: { idle: settings.idleTimeoutMs, firstToken: settings.idleTimeoutMs * 2 } }),
  });
}

function infoOf(settings: ProviderSettings, model: string): ModelInfo {
  const { price } = settings;
  return {
    provider: "openai-compatible",
    model,
    origin: new URL(settings.baseUrl).origin,
    recorded: false,
    ...(settings.maxInputTokens === null ? {} : { max_input_tokens: settings.maxInputTokens }),
    ...(settings.supportsTools === null ? {} : { supports_tools: settings.supportsTools }),
    ...(price === null
      ? {}
      : {
          usd_per_million_input: price.input,
          usd_per_million_output: price.output,
          usd_per_million_cached: price.cached ?? price.input,
        }),
  };
}
