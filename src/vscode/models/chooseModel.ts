import * as vscode from "vscode";
import type { Translate } from "../../core/translate";
import type { EditorModels } from "./editorModels";

interface Choice extends vscode.QuickPickItem {
  /** True when a model is chosen afterwards. */
  readonly run?: () => Promise<boolean>;
}

const ollamaOrigin = "http://127.0.0.1:11434";

/**
 * One list of everything there is to choose from, found only after this click; never empty, and "later" is a choice.
 * True when a model was chosen that can be asked.
 */
export async function chooseModel(models: EditorModels, translate: Translate): Promise<boolean> {
  const choices = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: translate("Looking for models") },
    async (): Promise<readonly Choice[]> => [
      ...(await editorChoices(translate)),
      ...(await ollamaChoices(translate)),
      separator(translate("Endpoint")),
      {
        label: `$(globe) ${translate("OpenAI or compatible...")}`,
        detail: translate(
          "Address, key and model of any endpoint; the key goes into the editor's secret storage",
        ),
        run: () => enterEndpoint(models, translate),
      },
      separator(translate("Without a model")),
      {
        label: `$(clock) ${translate("Decide later")}`,
        detail: translate("Importing plans, running commands and doing tasks by hand work without one"),
        run: () => save("none", "", ""),
      },
    ],
  );
  const chosen = await vscode.window.showQuickPick([...choices], {
    title: translate("Choose a model"),
    placeHolder: translate("Which model should plan and carry out tasks?"),
    matchOnDetail: true,
  });
  return (await chosen?.run?.()) ?? false;
}

async function editorChoices(translate: Translate): Promise<readonly Choice[]> {
  const found = await vscode.lm.selectChatModels();
  const title = separator(translate("Models of the editor"));
  if (found.length === 0) {
    return [
      title,
      {
        label: `$(account) ${translate("None yet: manage language models")}`,
        detail: translate("Sign in to a provider of the editor, or register one of your own there"),
        run: async () => {
          await vscode.commands.executeCommand("workbench.action.chat.manage");
          return false;
        },
      },
    ];
  }
  return [
    title,
    ...found.map((model): Choice => ({
      label: `$(chip) ${model.name}`,
      description: model.vendor,
      detail: translate("Context of {0} tokens", model.maxInputTokens),
      run: () => save("vscode", "", `${model.vendor}/${model.id}`),
    })),
  ];
}

/** Models that Ollama serves on this computer (in a remote window: the remote one); silence means there are none. */
async function ollamaChoices(translate: Translate): Promise<readonly Choice[]> {
  try {
    const response = await fetch(`${ollamaOrigin}/api/tags`, { signal: AbortSignal.timeout(800) });
    const body: unknown = await response.json();
    const names = modelNames(body);
    return names.length === 0
      ? []
      : [
          separator(translate("Ollama on this computer")),
          ...names.map((name): Choice => ({
            label: `$(server) ${name}`,
            run: () => save("openai-compatible", `${ollamaOrigin}/v1`, name),
          })),
        ];
  } catch {
    // Nobody answers there: Ollama is not installed or not running, which is no failure.
    return [];
  }
}

function modelNames(body: unknown): readonly string[] {
  const models = typeof body === "object" && body !== null && "models" in body ? body.models : [];
  if (!Array.isArray(models)) return [];
  return models.flatMap((model: unknown) =>
    typeof model === "object" && model !== null && "name" in model && typeof model.name === "string"
      ? [model.name]
      : [],
  );
}

async function enterEndpoint(models: EditorModels, translate: Translate): Promise<boolean> {
  const title = translate("OpenAI or compatible");
  const baseUrl = await vscode.window.showInputBox({
    title: `${title} (1/3)`,
    prompt: translate("Address of the endpoint"),
    value: "https://api.openai.com/v1",
    ignoreFocusOut: true,
    validateInput: (text) =>
      /^https?:\/\//u.test(text) && URL.canParse(text) ? null : translate("Enter an http or https address"),
  });
  if (baseUrl === undefined) return false;
  const key = await vscode.window.showInputBox({
    title: `${title} (2/3)`,
    prompt: translate("Key for {0}; leave it empty when the endpoint takes none", new URL(baseUrl).origin),
    password: true,
    ignoreFocusOut: true,
  });
  if (key === undefined) return false;
  const name = await vscode.window.showInputBox({
    title: `${title} (3/3)`,
    prompt: translate("Name of the model"),
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? translate("Enter the name of a model") : null),
  });
  if (name === undefined) return false;
  if (key !== "") await models.saveKey(baseUrl, key);
  return save("openai-compatible", baseUrl, name.trim());
}

async function save(kind: string, baseUrl: string, model: string): Promise<boolean> {
  const configuration = vscode.workspace.getConfiguration("masterplan");
  const target = vscode.ConfigurationTarget.Global;
  await configuration.update("provider.baseUrl", baseUrl, target);
  await configuration.update("provider.model", model, target);
  await configuration.update("provider.kind", kind, target);
  return kind !== "none";
}

function separator(label: string): Choice {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
