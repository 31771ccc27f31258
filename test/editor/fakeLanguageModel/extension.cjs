// @ts-check
const vscode = require("vscode");

/**
 * One scripted reply: parts in order. `text` streams a piece, `toolCall` asks for a tool, `error` fails the call,
 * `stall` never ends (a cancellation is ignored with `ignoreCancellation`).
 * @typedef {{ text?: string, toolCall?: { callId: string, name: string, input: object }, error?: string, stall?: boolean, ignoreCancellation?: boolean }} Part
 */

/** @type {Part[][]} */
let replies = [];
/** @type {{ model: string, messages: { role: number, text: string }[], tools: string[] }[]} */
const requests = [];

/** @param {import("vscode").ExtensionContext} context */
exports.activate = (context) => {
  context.subscriptions.push(
    vscode.commands.registerCommand("fakelm.script", (/** @type {Part[][]} */ next) => {
      replies = [...next];
      requests.length = 0;
    }),
    vscode.commands.registerCommand("fakelm.requests", () => structuredClone(requests)),
  );
  // The oldest supported editors have no way to serve a model.
  const lm = /** @type {any} */ (vscode.lm);
  if (typeof lm.registerLanguageModelChatProvider !== "function") return;
  context.subscriptions.push(lm.registerLanguageModelChatProvider("fakelm", provider));
};

const model = {
  id: "fake-1",
  name: "Fake 1",
  family: "fake",
  version: "1",
  maxInputTokens: 32_000,
  maxOutputTokens: 8_000,
  capabilities: { toolCalling: true, imageInput: false },
};

const provider = {
  provideLanguageModelChatInformation: () => [model],
  provideTokenCount: async (/** @type {unknown} */ _model, /** @type {unknown} */ text) =>
    typeof text === "string" ? Math.ceil(text.length / 4) : 10,
  provideLanguageModelChatResponse: async (
    /** @type {{ id: string }} */ asked,
    /** @type {any[]} */ messages,
    /** @type {{ tools?: { name: string }[] }} */ options,
    /** @type {{ report: (part: unknown) => void }} */ progress,
    /** @type {import("vscode").CancellationToken} */ token,
  ) => {
    requests.push({
      model: asked.id,
      messages: messages.map(({ role, content }) => ({ role, text: content.map(textOf).join("") })),
      tools: (options.tools ?? []).map((tool) => tool.name),
    });
    for (const part of replies.shift() ?? [{ text: "scripted reply" }]) {
      if (token.isCancellationRequested && !part.ignoreCancellation) return;
      if (part.error !== undefined) throw new Error(part.error);
      if (part.stall) await stalled(token, part.ignoreCancellation === true);
      if (part.text !== undefined) progress.report(new vscode.LanguageModelTextPart(part.text));
      if (part.toolCall !== undefined) {
        const { callId, name, input } = part.toolCall;
        progress.report(new vscode.LanguageModelToolCallPart(callId, name, input));
      }
    }
  },
};

/** @param {any} part */
function textOf(part) {
  if (typeof part.value === "string") return part.value;
  return part.content === undefined ? "" : part.content.map(textOf).join("");
}

/**
 * @param {import("vscode").CancellationToken} token
 * @param {boolean} forever
 */
function stalled(token, forever) {
  return new Promise((resolve) => {
    if (!forever) token.onCancellationRequested(resolve);
  });
}
