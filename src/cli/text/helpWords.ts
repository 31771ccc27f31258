import { Help, type HelpConfiguration } from "commander";
import type { Translate } from "../../core/translate";

/** The words that the parser puts into its help by itself, in the person's language. */
export function helpWords(t: Translate): HelpConfiguration {
  const plain = new Help();
  const usage = (text: string): string =>
    text.replace("[options]", t("[options]")).replace("[command]", t("[command]"));
  return {
    styleTitle: (title) => helpTitle(title, t),
    commandUsage: (command) => usage(plain.commandUsage(command)),
    subcommandTerm: (command) => usage(plain.subcommandTerm(command)),
    optionDescription: (option) => described(option.description, option.argChoices, option.defaultValue, t),
    argumentDescription: (argument) =>
      described(argument.description, argument.argChoices, argument.defaultValue, t),
  };
}

function described(
  description: string,
  choices: readonly string[] | undefined,
  preset: unknown,
  t: Translate,
): string {
  return [
    description,
    ...(choices === undefined ? [] : [`(${t("choices: {0}", choices.join(", "))})`]),
    ...(typeof preset === "string" ? [`(${t("default: {0}", preset)})`] : []),
  ]
    .filter((part) => part !== "")
    .join(" ");
}

function helpTitle(title: string, t: Translate): string {
  switch (title) {
    case "Usage:":
      return t("Usage:");
    case "Arguments:":
      return t("Arguments:");
    case "Options:":
      return t("Options:");
    case "Commands:":
      return t("Commands:");
    default:
      return title;
  }
}
