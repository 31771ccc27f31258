import { type Command, Option } from "commander";
import type { RunParams } from "../../engine/masterPlan";
import { amount, runIdOf, wholeNumber } from "../cliArguments";
import { type CliContext, show } from "../cliContext";
import { eventText } from "../text/eventText";
import { followRun } from "../followRun";
import { addFinishCommand, addStatusCommand } from "./statusCommands";
import { reportText } from "../text/statusText";

interface RunOptions {
  readonly concurrency?: number;
  readonly review?: "ask" | "accept" | "reject";
  readonly target?: "branch" | "current" | "detached";
  readonly budget?: number;
  readonly until?: string;
  readonly by?: string;
}

/** Commands that carry plans out and tell where a run stands. */
export function addRunCommands(program: Command, context: CliContext): void {
  const { io, t } = context;
  withRunOptions(
    program.command("run").argument("<approval>").description(t("Carry out an approved plan")),
    context,
  ).action(async (approval: string, options: RunOptions) => {
    const masterPlan = await context.open();
    await followRun(context, async () => (await masterPlan.run({ approval, ...paramsOf(options) })).run);
  });
  withRunOptions(
    program.command("resume").argument("<run>").description(t("Go on with a run that stopped")),
    context,
  )
    .option("--snapshot <id>", t("Snapshot to go on from"))
    .action(async (text: string, options: RunOptions & { readonly snapshot?: string }) => {
      const run = runIdOf(text);
      const masterPlan = await context.open();
      const { by, ...changed } = paramsOf(options);
      const { snapshot } = options;
      await followRun(context, async () => {
        await masterPlan.resume({
          run,
          ...(by === undefined ? {} : { by }),
          ...(snapshot === undefined ? {} : { snapshot }),
          ...(Object.keys(changed).length === 0 ? {} : { options: changed }),
        });
        return run;
      });
    });
  program
    .command("pause")
    .argument("<run>")
    .description(t("Pause a run"))
    .option("--now", t("Stop what runs instead of letting it come to its end"))
    .action(async (text: string, options: { readonly now?: true }) => {
      const run = runIdOf(text);
      await (await context.open()).pause({ run, ...options });
      show(context, { run, paused: true }, () => t("Paused. Go on with: masterplan resume {0}", run));
    });
  program
    .command("cancel")
    .argument("<run>")
    .description(t("End a run; what was accepted stays"))
    .option("--reason <text>", t("Why"))
    .action(async (text: string, options: { reason?: string }) => {
      const run = runIdOf(text);
      await (await context.open()).cancel({ run, ...options });
      show(context, { run, cancelled: true }, () => t("Cancelled. What was accepted stays committed"));
    });
  addFinishCommand(program, context);
  addStatusCommand(program, context);
  program
    .command("report")
    .argument("<run>")
    .description(t("The final report of a run"))
    .action(async (text: string) => {
      const report = await (await context.open()).report({ run: runIdOf(text) });
      show(context, report, (value) => reportText(value, t, io.width));
    });
  program
    .command("log")
    .argument("<run>")
    .description(t("Everything that happened in a run"))
    .action(async (text: string) => {
      const events = await (await context.open()).log({ run: runIdOf(text) });
      show(context, events, (value) =>
        value
          .map((event) => ({ at: event.at, line: eventText(event, t) }))
          .filter(({ line }) => line !== "")
          .map(({ at, line }) => `${at}  ${line}`)
          .join("\n"),
      );
    });
}

function withRunOptions(command: Command, context: CliContext): Command {
  const { t } = context;
  return command
    .option("--concurrency <n>", t("Tasks at the same time"), wholeNumber("--concurrency"))
    .addOption(
      new Option("--review <mode>", t("What happens with a validated change")).choices([
        "ask",
        "accept",
        "reject",
      ]),
    )
    .addOption(
      new Option("--target <target>", t("Where commits land")).choices(["branch", "current", "detached"]),
    )
    .option("--budget <usd>", t("Most that model calls may cost, in USD"), amount("--budget"))
    .option("--until <phase>", t("Stop after this phase"))
    .option("--by <name>", t("Who decides"));
}

function paramsOf(options: RunOptions): Omit<RunParams, "approval"> {
  const { concurrency, review, target, budget, until, by } = options;
  return {
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(review === undefined ? {} : { review }),
    ...(target === undefined ? {} : { target }),
    ...(budget === undefined ? {} : { budget_usd: budget }),
    ...(until === undefined ? {} : { until_phase: until }),
    ...(by === undefined ? {} : { by }),
  };
}
