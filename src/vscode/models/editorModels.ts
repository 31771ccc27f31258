import * as vscode from "vscode";
import { systemClock } from "../../adapters/node/systemClock";
import { MasterPlanError } from "../../core/errors";
import type { ModelSource, ProviderDescription, ProviderHealth } from "../../ports/environment";
import type { LanguageModel } from "../../ports/languageModel";
import { trustedSetting } from "../editorEnvironment";

const originsKey = "masterplan.keyOrigins";

/**
 * Where models come from in the editor: the person's settings, keys from its secret storage. A key is bound to the
 * origin it was entered for; another address needs the key again. In the sample, replies are recorded.
 */
export class EditorModels {
  readonly #context: vscode.ExtensionContext;
  readonly #isSample: () => boolean;
  readonly #models = new Map<string, LanguageModel>();

  constructor(context: vscode.ExtensionContext, isSample: () => boolean) {
    this.#context = context;
    this.#isSample = isSample;
  }

  over(configured: ModelSource): ModelSource {
    return {
      model: async (purpose) => {
        if (this.#isSample()) return this.#recorded();
        const kind = trustedSetting<string>("provider.kind", "none");
        switch (kind) {
          case "none":
            return configured.model(purpose);
          case "openai-compatible":
            return this.#endpoint();
          case "vscode":
            return this.#editorsOwn();
          case "recorded":
            return this.#recorded();
          default:
            throw new MasterPlanError(
              "model.unknownProvider",
              `There is no provider ${JSON.stringify(kind)}`,
              {
                hint: "Choose a model again",
              },
            );
        }
      },
      probe: (signal) => this.#probe(configured, signal),
      describe: async () => {
        const own = await this.#describeOwn();
        const others = await configured.describe().catch(() => []);
        const active = own.some((one) => one.active);
        return [
          ...own,
          ...others
            .filter((one) => !own.some((mine) => mine.id === one.id))
            .map((one) => ({ ...one, active: one.active && !active })),
        ];
      },
    };
  }

  /** The model in the person's settings; rejects when there is none, or the editor does not offer it. */
  async chosen(): Promise<LanguageModel> {
    const kind = trustedSetting<string>("provider.kind", "none");
    const model = kind === "vscode" ? await this.#editorsOwn() : await this.#endpoint();
    if (model !== null) return model;
    throw new MasterPlanError("model.notFound", "The editor offers no language model", {
      hint: "Sign in to a provider of the editor, or choose an endpoint",
    });
  }

  /** How the chosen model is named to a person: with where it is; null when there is nothing to ask. */
  chosenPlace(): string | null {
    const kind = trustedSetting<string>("provider.kind", "none");
    const model = trustedSetting<string>("provider.model", "");
    const baseUrl = trustedSetting<string>("provider.baseUrl", "");
    if (kind === "vscode") return model;
    if (kind !== "openai-compatible" || !URL.canParse(baseUrl)) return null;
    return `${model} (${new URL(baseUrl).origin})`;
  }

  async saveKey(baseUrl: string, key: string): Promise<void> {
    const { origin } = new URL(baseUrl);
    await this.#context.secrets.store(secretName(origin), key);
    await this.#context.globalState.update(originsKey, [...new Set([...this.keyOrigins(), origin])]);
  }

  async forgetKey(origin: string): Promise<void> {
    await this.#context.secrets.delete(secretName(origin));
    await this.#context.globalState.update(
      originsKey,
      this.keyOrigins().filter((one) => one !== origin),
    );
  }

  keyOrigins(): readonly string[] {
    return this.#context.globalState.get<readonly string[]>(originsKey, []);
  }

  async #probe(configured: ModelSource, signal: AbortSignal): Promise<ProviderHealth> {
    if (this.#isSample()) return { state: "unknown" };
    switch (trustedSetting<string>("provider.kind", "none")) {
      case "none":
        return (await configured.probe?.(signal)) ?? { state: "unknown" };
      case "vscode":
        return (await import("./vscodeModel")).vscodeModelHealth(
          trustedSetting<string>("provider.model", ""),
        );
      case "openai-compatible":
        return this.#probeEndpoint(signal);
      default:
        return { state: "unknown" };
    }
  }

  async #probeEndpoint(signal: AbortSignal): Promise<ProviderHealth> {
    const baseUrl = trustedSetting<string>("provider.baseUrl", "");
    if (!URL.canParse(baseUrl)) return { state: "unknown" };
    const { probeEndpoint } = await import("../../adapters/node/provider/probeEndpoint");
    const apiKey = async () => (await this.#context.secrets.get(secretName(new URL(baseUrl).origin))) ?? null;
    return probeEndpoint({ baseUrl, headers: {}, apiKey }, signal);
  }

  async #endpoint(): Promise<LanguageModel> {
    const baseUrl = trustedSetting<string>("provider.baseUrl", "");
    const name = trustedSetting<string>("provider.model", "");
    if (!URL.canParse(baseUrl) || name === "") {
      throw new MasterPlanError("model.unknownProvider", "The endpoint or the name of the model is missing", {
        hint: "Choose a model again",
      });
    }
    const { origin } = new URL(baseUrl);
    const key = JSON.stringify([baseUrl, name, pricesSet()]);
    const known = this.#models.get(key);
    if (known !== undefined) return known;
    const { OpenAiModel } = await import("../../adapters/openai/openAiModel");
    const model = new OpenAiModel({
      info: { provider: "openai-compatible", model: name, origin, recorded: false, ...pricesSet() },
      baseUrl,
      apiKey: async () => (await this.#context.secrets.get(secretName(origin))) ?? null,
      clock: systemClock,
    });
    this.#models.set(key, model);
    return model;
  }

  async #editorsOwn(): Promise<LanguageModel | null> {
    const { openVscodeModel } = await import("./vscodeModel");
    return openVscodeModel(trustedSetting<string>("provider.model", ""));
  }

  async #recorded(): Promise<LanguageModel> {
    const { loadRecordedModel } = await import("../../adapters/recorded/loadRecordedModel");
    return loadRecordedModel(
      vscode.Uri.joinPath(this.#context.extensionUri, "media", "sample", "recording.json").fsPath,
    );
  }

  async #describeOwn(): Promise<readonly ProviderDescription[]> {
    const kind = this.#isSample() ? "recorded" : trustedSetting<string>("provider.kind", "none");
    const baseUrl = trustedSetting<string>("provider.baseUrl", "");
    const model = trustedSetting<string>("provider.model", "");
    if (kind === "openai-compatible" && URL.canParse(baseUrl)) {
      const { origin } = new URL(baseUrl);
      return [
        {
          id: kind,
          label: origin,
          origin,
          model,
          active: true,
          recorded: false,
          has_key: this.keyOrigins().includes(origin),
        },
      ];
    }
    if (kind === "vscode")
      return [
        {
          id: kind,
          label: "VS Code",
          origin: "vscode",
          model,
          active: true,
          recorded: false,
          has_key: false,
        },
      ];
    if (kind === "recorded") {
      return [
        {
          id: "recorded",
          label: "Recorded sample story",
          origin: "recorded",
          model: "Recorded sample story",
          active: true,
          recorded: true,
          has_key: false,
        },
      ];
    }
    return [];
  }
}

function secretName(origin: string): string {
  return `masterplan.key:${origin}`;
}

/** What the person pays, where the product's own list does not know the model. */
function pricesSet(): { readonly usd_per_million_input?: number; readonly usd_per_million_output?: number } {
  const input = trustedSetting<number | null>("provider.inputPrice", null);
  const output = trustedSetting<number | null>("provider.outputPrice", null);
  if (input === null || output === null) return {};
  return { usd_per_million_input: input, usd_per_million_output: output };
}
