import { CommanderError } from "commander";
import { errorSentence, furtherFaults } from "../core/errorSentence";
import { type ErrorCode, isMasterPlanError, MasterPlanError } from "../core/errors";
import type { Translate } from "../core/translate";
import type { CliIo } from "./cliIo";
import { type ExitCode, exitCodeOf } from "./exitCodes";

/** Says what failed on stderr and gives the exit code: one line with the code, then what to do next. */
export function reportError(error: unknown, io: CliIo, t: Translate, json: boolean): ExitCode {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    return reportError(new MasterPlanError("usage.invalid", usageMessage(error, t)), io, t, json);
  }
  const known = isMasterPlanError(error) ? error : undefined;
  const code: ErrorCode = known?.code ?? "internal";
  const message = error instanceof Error ? error.message : String(error);
  const hint =
    commandFor(code, message, t) ??
    (known?.hint === undefined ? nextStep(code, t) : keptAndNext(known.hint, t));
  if (json) {
    io.err(`${JSON.stringify({ error: { code, message: t(message), hint, ...detailsOf(known) } })}\n`);
    return exitCodeOf(code);
  }
  io.err(`error ${code}: ${known === undefined ? message : errorSentence(known, t)}\n`);
  for (const fault of known === undefined ? [] : furtherFaults(known, t)) io.err(`  ${fault}\n`);
  io.err(`${hint}\n`);
  return exitCodeOf(code);
}

/** The engine's word on what to do; in front of it what was kept, unless it says so itself. */
function keptAndNext(hint: string, t: Translate): string {
  const says = /^(?:Nothing|None|What|Everything)\b|\b(?:kept|safe|stays?)\b/iu.test(hint);
  return says ? t(hint) : `${t("What was done before is kept")}. ${t(hint)}`;
}

/** Where a command says the next step better than the engine, which does not know what it is called from. */
function commandFor(code: ErrorCode, message: string, t: Translate): string | null {
  switch (code) {
    case "plan.unknown":
      if (message === "This workspace has no plan yet")
        return t("Nothing was changed. Make one: masterplan plan REQUEST, or masterplan import FILE");
      return t("Nothing was changed. See what there is: masterplan list");
    case "run.unknown":
    case "gate.unknownApproval":
      return t("Nothing was changed. See what there is: masterplan list");
    case "task.unknown":
    case "review.notOpen":
      return t("Nothing was changed. See what waits: masterplan status");
    case "git.missing":
      return t("Nothing was changed. Install git 2.32 or newer, then try again");
    case "gate.staleApproval": {
      const newer = /^Replaced by (a_\w+)$/u.exec(message)?.[1];
      return newer === undefined
        ? null
        : t("Nothing was started. Run the newer one: masterplan run {0}", newer);
    }
    case "model.none":
      return t(
        "Nothing was changed. Name a model with MASTERPLAN_BASE_URL and MASTERPLAN_MODEL, or plan from the template with --offline",
      );
    default:
      return null;
  }
}

/** What was kept and what to do, for failures that bring no word of their own. */
function nextStep(code: ErrorCode, t: Translate): string {
  switch (code) {
    case "gate.notApproved":
      return t("Nothing was started. Approve the plan first: masterplan approve ID");
    case "gate.staleApproval":
      return t("Nothing was started. The plan has changed: look at it and approve it again");
    case "gate.frozen":
      return t("Nothing was started. Lift the freeze: masterplan panic off");
    case "store.busy":
    case "store.readOnly":
      return t("Nothing was changed. Another window or process holds the storage: close it, or try again");
    case "usage.invalid":
    case "usage.notYet":
      return t("Nothing was changed. See: masterplan --help");
    case "plan.invalid":
      return t("Nothing was kept. Correct the places named above and try again");
    case "internal":
      return t("What was done before is kept. Please report this with the line above");
    default:
      return t("What was done before is kept. See: masterplan status");
  }
}

function detailsOf(error: MasterPlanError | undefined): Readonly<Record<string, unknown>> {
  return error === undefined || Object.keys(error.details).length === 0 ? {} : { details: error.details };
}

/** The parser's own messages are English; the part in quotes is what the person wrote. */
function usageMessage(error: CommanderError, t: Translate): string {
  const quoted = /'([^']*)'/u.exec(error.message)?.[1] ?? "";
  switch (error.code) {
    case "commander.unknownCommand":
      return t("There is no command {0}", quoted);
    case "commander.unknownOption":
      return t("There is no option {0}", quoted);
    case "commander.missingArgument":
      return t("The argument {0} is missing", quoted);
    case "commander.optionMissingArgument":
      return t("The option {0} needs a value", quoted);
    case "commander.missingMandatoryOptionValue":
      return t("The option {0} is missing", quoted);
    case "commander.excessArguments":
      return t("There are too many arguments; put a request in quotes");
    case "commander.invalidArgument":
      return invalidValue(error.message, t);
    case "commander.help":
      return t("Name a command");
    default:
      return error.message.replace(/^error: /u, "").replace(/\.$/u, "");
  }
}

/** `option '--review <mode>' argument 'x' is invalid. Allowed choices are a, b.`, or the same of an argument. */
function invalidValue(message: string, t: Translate): string {
  const option = /option '([^']*)' argument '(.*)' is invalid\. Allowed choices are (.*)\.$/su.exec(message);
  if (option !== null) {
    const [, name = "", value = "", choices = ""] = option;
    return t("{0} is no value for {1}; choose one of {2}", value, name, choices);
  }
  const argument =
    /command-argument value '(.*)' is invalid for argument '([^']*)'\. Allowed choices are (.*)\.$/su.exec(
      message,
    );
  const [, value = "", name = "", choices = ""] = argument ?? [];
  return t("{0} is no value for {1}; choose one of {2}", value, `<${name}>`, choices);
}
