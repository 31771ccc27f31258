import type { Command } from "commander";
import { MasterPlanError } from "../../core/errors";
import type { InitReport } from "../../engine/masterPlan";
import { planIdOf, runIdOf } from "../cliArguments";
import { type CliContext, show } from "../cliContext";
import { notYet } from "./laterCommands";
import { addStateCommands } from "./stateCommands";
import { historyText } from "../text/historyText";
import { table } from "../text/table";

/** Commands about the workspace and its storage. */
export function addStoreCommands(program: Command, context: CliContext): void {
  const { t } = context;
  program
    .command("init")
    .description(t("Set up storage and show what the workspace offers"))
    .action(async () => {
      const report = await (await context.open()).init();
      show(context, report, (value) => initText(value, t));
    });
  program
    .command("panic")
    .argument("<on-or-off>")
    .description(t("Stop everything and freeze the gate, or lift the freeze"))
    .action(async (word: string) => {
      if (word !== "on" && word !== "off")
        throw new MasterPlanError("usage.invalid", t("Give on or off, not {0}", word));
      const result = await (await context.open()).panic({ on: word === "on" });
      show(context, result, (value) =>
        value.panic ? t("Everything is stopped; nothing can start") : t("Runs can start again"),
      );
    });
  program
    .command("history")
    .argument("[id]")
    .description(t("What was changed, by whom and when"))
    .action(async (id: string | undefined) => {
      const rows = await (await context.open()).history(id === undefined ? {} : { id: planIdOf(id) });
      show(context, rows, (value) => historyText(value, t));
    });
  program
    .command("rollback")
    .argument("<run>")
    .description(t("Take back the commits of a task or phase"))
    .option("--task <id>", t("The task"))
    .option("--phase <id>", t("The phase"))
    .option("--plan-rollback <step>", t("A rollback command of the plan"))
    .option("--dry-run", t("Only say what would be done"))
    .action(
      async (
        run: string,
        options: { task?: string; phase?: string; planRollback?: string; dryRun?: boolean },
      ) => {
        if (options.planRollback !== undefined) throw notYet("rollback --plan-rollback", t);
        if ((options.task === undefined) === (options.phase === undefined)) {
          throw new MasterPlanError("usage.invalid", t("Give either --task or --phase"));
        }
        const result = await (
          await context.open()
        ).rollback({
          run: runIdOf(run),
          ...(options.task === undefined ? {} : { task: options.task }),
          ...(options.phase === undefined ? {} : { phase: options.phase }),
          ...(options.dryRun === true ? { dry_run: true } : {}),
        });
        show(context, result, (value) => value.commits.join("\n"));
      },
    );
  addStateCommands(program, context);
  addProviderCommands(program, context);
}

function addProviderCommands(program: Command, context: CliContext): void {
  const { t } = context;
  const provider = program.command("provider").description(t("Where models come from"));
  provider
    .command("list")
    .description(t("Show the providers"))
    .action(async () => {
      const providers = await (await context.open()).providers();
      show(context, { providers }, (value) => providersText(value.providers, t));
    });
  provider
    .command("set", { hidden: true })
    .argument("[settings...]")
    .description(t("Choose a provider"))
    .action(() => {
      throw notYet("provider set", t);
    });
  provider
    .command("test", { hidden: true })
    .description(t("Call the provider once"))
    .action(() => {
      throw notYet("provider test", t);
    });
}

function providersText(providers: InitReport["providers"], t: CliContext["t"]): string {
  if (providers.length === 0) return t("No model is set up. Plans can be built with --offline");
  return table(
    providers.map((one) => [
      one.active ? "*" : " ",
      one.label,
      one.model === one.label ? "" : one.model,
      one.origin === one.model ? "" : one.origin,
      one.recorded ? t("recorded answers, no model") : one.has_key ? t("with key") : t("without key"),
    ]),
  );
}

function initText(report: InitReport, t: CliContext["t"]): string {
  const { git } = report;
  const missing = git.git_version === "";
  const kind = missing
    ? t("not found")
    : git.kind === "none"
      ? t("no repository; changes are kept in a private one")
      : (git.branch ?? git.head ?? "");
  return [
    table([
      [t("Workspace"), report.workspace],
      [t("Git"), missing ? kind : `${git.git_version}  ${kind}`],
      ...git.problems.map((problem) => ["", problem]),
    ]),
    "",
    report.checks.length === 0
      ? t("No checks were found")
      : `${t("Checks of this workspace")}\n${table(
          report.checks.map((check) => [check.name, check.command.join(" "), check.source]),
          "  ",
        )}`,
    "",
    providersText(report.providers, t),
  ].join("\n");
}
