import { Command, Option } from "commander";
import type { Translate } from "../core/translate";
import type { MasterPlan } from "../engine/masterPlan";
import type { CliContext, OpenHow } from "./cliContext";
import { reportError } from "./cliErrors";
import type { CliIo } from "./cliIo";
import type { ExitCode } from "./exitCodes";
import { helpWords } from "./text/helpWords";
import { addLaterCommands } from "./commands/laterCommands";
import { addPlanCommands } from "./commands/planCommands";
import { addReviewCommands } from "./commands/reviewCommands";
import { addRunCommands } from "./commands/runCommands";
import { addStoreCommands } from "./commands/storeCommands";

/** How the command line gets its engine: the real one, or a stand-in in tests. */
export type OpenEngine = (
  options: OpenHow & {
    readonly workspace: string;
    readonly storage?: string;
    readonly language: "en" | "es";
    readonly model?: {
      readonly provider?: string;
      readonly baseUrl?: string;
      readonly model?: string;
      readonly simpleModel?: string;
    };
  },
) => Promise<MasterPlan>;

interface GlobalOptions {
  readonly workspace?: string;
  readonly storage?: string;
  readonly json?: boolean;
  readonly provider?: string;
  readonly baseUrl?: string;
  readonly model?: string;
  readonly modelSimple?: string;
}

/** Runs one command line, without the program's name in front, and gives the exit code. Never throws. */
export async function runCli(
  args: readonly string[],
  io: CliIo,
  open: OpenEngine,
  translateFor: (language: "en" | "es") => Translate,
): Promise<ExitCode> {
  const language = languageOf(args, io.env);
  const t = translateFor(language);
  const program = baseProgram(t, io.version);
  let code: ExitCode = 0;
  let opened: Promise<MasterPlan> | null = null;
  const json = (): boolean => program.opts<GlobalOptions>().json === true || args.includes("--json");
  const context: CliContext = {
    io,
    t,
    language,
    json,
    open: (how) =>
      (opened ??= open({ ...engineOptions(program.opts<GlobalOptions>(), io, language), ...how })),
    exit: (value) => {
      code = value;
    },
  };
  addPlanCommands(program, context);
  addRunCommands(program, context);
  addReviewCommands(program, context);
  addStoreCommands(program, context);
  addLaterCommands(program, context);
  silence(program, io, t);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    code = reportError(error, io, t, json());
  }
  return (await close(opened, io, t, json())) ?? code;
}

function baseProgram(t: Translate, version: string): Command {
  return new Command("masterplan")
    .description(t("Plans for code changes: approved by a person, carried out with proof"))
    .version(version, "-V, --version", t("Show the version of this program"))
    .option("--workspace <dir>", t("Workspace folder; the current one without it"))
    .option("--storage <dir>", t("Storage folder; the one of the workspace without it"))
    .option("--json", t("Print one JSON document, or one event per line"))
    .addOption(new Option("--lang <language>", t("Language of the output")).choices(["en", "es"]))
    .option("--provider <name>", t("Provider of the model"))
    .option("--base-url <url>", t("Address of an OpenAI-compatible endpoint"))
    .option("--model <name>", t("Model"))
    .option("--model-simple <name>", t("Model for simple work"));
}

/** Help goes to standard output; everything that fails is said once, by `reportError`. */
function silence(command: Command, io: CliIo, t: Translate): void {
  command
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: () => undefined, getOutHelpWidth: () => io.width })
    .configureHelp(helpWords(t))
    .helpOption("-h, --help", t("Show this help"))
    .helpCommand(false);
  for (const child of command.commands) silence(child, io, t);
}

function engineOptions(options: GlobalOptions, io: CliIo, language: "en" | "es"): Parameters<OpenEngine>[0] {
  const { workspace, storage, provider, baseUrl, model, modelSimple } = options;
  const flags = {
    ...(provider === undefined ? {} : { provider }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(model === undefined ? {} : { model }),
    ...(modelSimple === undefined ? {} : { simpleModel: modelSimple }),
  };
  return {
    workspace: workspace === undefined ? io.cwd : io.resolve(workspace),
    ...(storage === undefined ? {} : { storage: io.resolve(storage) }),
    language,
    ...(Object.keys(flags).length === 0 ? {} : { model: flags }),
  };
}

async function close(
  opened: Promise<MasterPlan> | null,
  io: CliIo,
  t: Translate,
  json: boolean,
): Promise<ExitCode | null> {
  if (opened === null) return null;
  try {
    const engine = await opened.catch(() => null);
    await engine?.dispose();
    return null;
  } catch (error) {
    return reportError(error, io, t, json);
  }
}

/** Known before anything is parsed, so that usage errors speak it as well. */
export function languageOf(args: readonly string[], env: CliIo["env"]): "en" | "es" {
  const at = args.indexOf("--lang");
  const inline = args.find((arg) => arg.startsWith("--lang="))?.slice("--lang=".length);
  const named = at < 0 ? inline : args[at + 1];
  if (named === "en" || named === "es") return named;
  const system = env["LC_ALL"] ?? env["LC_MESSAGES"] ?? env["LANG"] ?? "";
  return /^es(?:$|[_.-])/iu.test(system) ? "es" : "en";
}
