import type { Command } from "commander";
import { MasterPlanError } from "../../core/errors";
import type { CliContext } from "../cliContext";

/** Commands that are named already and come later: they say so, and change nothing. */
export function addLaterCommands(program: Command, context: CliContext): void {
  const { t } = context;
  const later: readonly (readonly [string, string])[] = [
    ["discovery", t("The discovery document of a plan")],
    ["change", t("Change a plan under way")],
    ["versions", t("The versions of a plan")],
    ["diff", t("What differs between two versions")],
    ["restore", t("Go back to a version")],
    ["serve", t("A local API for other programs")],
    ["mcp", t("A server for other agents")],
    ["jira", t("Exchange with Jira")],
  ];
  for (const [name, description] of later) {
    program
      .command(name)
      .description(description)
      .argument("[arguments...]")
      .allowUnknownOption()
      .action(() => {
        throw notYet(name, t);
      });
  }
}

export function notYet(name: string, t: CliContext["t"]): MasterPlanError {
  return new MasterPlanError("usage.notYet", t("The command {0} is not built yet", name));
}
