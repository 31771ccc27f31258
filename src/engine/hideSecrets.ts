import { isMasterPlanError } from "../core/errors";
import { createHide, type Redact } from "../core/redact";
import { secretValues } from "../core/secretValues";
import type { CommandRunner } from "../ports/commandRunner";
import type { LanguageModel, ModelMessage } from "../ports/languageModel";
import type { EngineDeps } from "./engineDeps";

/**
 * The last gate before a model. Text of files reaches a prompt by these ways: the tools that list, read and search,
 * edits that are refused, the evidence of predicates and of the layers that read changed files, the output of checks and
 * commands, kept hunks, the analysis of a failure, and the planner's view of the workspace. Each of them leaves secret
 * files out by their names; but a command may print one, or copy it to another name. So what the secret files hold is
 * taken out of all that a command prints, before anything is kept or judged, and out of every message to a model.
 */
export function hideSecrets(deps: EngineDeps): EngineDeps {
  const { models } = deps;
  const seen = new Set<string>();
  return {
    ...deps,
    createRunner: (approved) => hidingRunner(deps, deps.createRunner(approved), seen),
    models: {
      model: async (purpose) => {
        const model = await models.model(purpose);
        return model === null ? null : hidingModel(deps, model, seen);
      },
      describe: () => models.describe(),
      ...(models.probe !== undefined && {
        probe: (signal: AbortSignal) => models.probe?.(signal) ?? Promise.resolve({ state: "unknown" }),
      }),
    },
  };
}

/** The files are read when the command has ended: it may have made one, which only `seen` remembers afterwards. */
function hidingRunner(deps: EngineDeps, runner: CommandRunner, seen: Set<string>): CommandRunner {
  return {
    run: async (command, signal) => {
      const result = await runner.run(command, signal);
      if (result.output === "") return result;
      const roots = new Set([deps.workspace, command.cwd]);
      for (const values of await Promise.all([...roots].map(valuesIn(deps))))
        for (const value of values) seen.add(value);
      return { ...result, output: createHide([...seen])(result.output) };
    },
    ...(runner.containment !== undefined && {
      containment: () => runner.containment?.() ?? Promise.resolve("processes"),
    }),
  };
}

/** One model object serves one attempt or one plan; the files are read with its first call. */
function hidingModel(deps: EngineDeps, model: LanguageModel, seen: ReadonlySet<string>): LanguageModel {
  let known: Promise<readonly string[]> | null = null;
  const values = async () => [...(await (known ??= valuesIn(deps)(deps.workspace))), ...seen];
  return {
    info: model.info,
    secrets: async () => [...((await model.secrets?.()) ?? []), ...(await values())],
    async *send(request, signal) {
      const hide = createHide(await values());
      yield* model.send(
        { ...request, messages: request.messages.map((message) => without(message, hide)) },
        signal,
      );
    },
  };
}

function without(message: ModelMessage, hide: Redact): ModelMessage {
  return { ...message, content: hide(message.content) };
}

const mostFiles = 200;
const mostBytes = 256 * 1024;

function valuesIn(deps: EngineDeps): (root: string) => Promise<readonly string[]> {
  return async (root) => {
    try {
      const files = deps.filesAt(root);
      const { paths } = await files.list({ secret: true, limit: mostFiles });
      const values: string[] = [];
      for (const path of paths) {
        const content = await files.read(path);
        if (content === null || content.bytes.length > mostBytes) continue;
        values.push(...secretValues(new TextDecoder().decode(content.bytes)));
      }
      return values;
    } catch (error) {
      // A command may have removed the folder it ran in; what cannot be read is not there to be hidden.
      if (isMasterPlanError(error) || isGone(error)) return [];
      throw error;
    }
  };
}

function isGone(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === "ENOENT";
}
