import * as vscode from "vscode";
import type { JsonObject } from "../../core/json";
import type { Translate } from "../../core/translate";

/** One question a step, why it is asked, options where there are some, skipping allowed; null when the person leaves. */
export async function askDiscovery(
  questions: readonly JsonObject[],
  translate: Translate,
): Promise<Readonly<Record<string, string>> | null> {
  const answers: Record<string, string> = {};
  for (const [index, question] of questions.entries()) {
    const id = text(question["id"]) ?? String(index + 1);
    const title = `${text(question["category"]) ?? translate("Question")} (${index + 1}/${questions.length})`;
    const prompt = text(question["question"]) ?? "";
    const why = text(question["why_we_ask"]);
    const options = Array.isArray(question["options"])
      ? question["options"].filter((one): one is string => typeof one === "string")
      : [];
    const answer =
      options.length > 0
        ? await pick(title, prompt, options, translate)
        : await ask(title, why === null ? prompt : `${prompt} (${why})`);
    if (answer === undefined) return null;
    if (answer.trim() !== "") answers[id] = answer;
  }
  return answers;
}

async function pick(
  title: string,
  prompt: string,
  options: readonly string[],
  translate: Translate,
): Promise<string | undefined> {
  const own = translate("Something else...");
  const skip = translate("Skip this question");
  const chosen = await vscode.window.showQuickPick([...options, own, skip], {
    title,
    placeHolder: prompt,
    ignoreFocusOut: true,
  });
  if (chosen === own) return ask(title, prompt);
  return chosen === skip ? "" : chosen;
}

function ask(title: string, prompt: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({ title, prompt, ignoreFocusOut: true });
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
