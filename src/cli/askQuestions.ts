import type { JsonObject } from "../core/json";
import type { Translate } from "../core/translate";
import type { CliIo } from "./cliIo";

/** Asks a person on the terminal, one question after the other; an empty answer leaves the question open. */
export async function askQuestions(
  questions: readonly JsonObject[],
  io: CliIo,
  t: Translate,
): Promise<JsonObject> {
  const answers: Record<string, string> = {};
  io.out(`${t("A few questions first; press Enter to skip one")}\n`);
  for (const question of questions) {
    const { id, question: text, why_we_ask: why, options } = question;
    if (typeof id !== "string" || typeof text !== "string") continue;
    const reason = typeof why === "string" ? `  ${why}\n` : "";
    const choices = Array.isArray(options) ? `  ${options.map(String).join(" | ")}\n` : "";
    const answer = await io.ask(`\n${text}\n${reason}${choices}> `);
    if (answer.trim() !== "") answers[id] = answer.trim();
  }
  return answers;
}
