import { realpath, stat, statfs } from "node:fs/promises";
import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import path from "node:path";
import { createGit } from "./adapters/git/runner/simpleGit";
import { connectCalls, serveCalls, type CallClient } from "./adapters/node/writer/callSocket";
import { isToolInstalled } from "./adapters/node/command/installedTool";
import { loadTranslate } from "./adapters/node/loadTranslate";
import { useEnvironmentProxy } from "./adapters/node/provider/environmentProxy";
import { createCommandRunner } from "./adapters/node/command/nodeCommandRunner";
import { makeFolder } from "./adapters/node/files/makeFolder";
import { codeOf } from "./adapters/node/files/nodeDisk";
import { createNodeModelSource } from "./adapters/node/provider/nodeModelSource";
import { createNodeWorkspaceFiles } from "./adapters/node/files/nodeWorkspaceFiles";
import { loadProviderSettings, presetOf, userConfigFolder } from "./adapters/node/provider/providerSettings";
import { resolveStore, type StorePlace } from "./adapters/node/writer/storeRegistry";
import { StreamLogger } from "./adapters/node/streamLogger";
import { createIdSource, systemClock } from "./adapters/node/systemClock";
import { createPatternMatcher } from "./adapters/node/files/workerPatternMatcher";
import { openStore } from "./adapters/sqljs/openStore";
import { createSyntaxChecker } from "./adapters/treesitter/treeSitterSyntaxChecker";
import { MasterPlanError } from "./core/errors";
import { createMasterPlan } from "./engine/createMasterPlan";
import type { EngineDeps } from "./engine/engineDeps";
import type { MasterPlan } from "./engine/masterPlan";
import { answerCall, remoteMasterPlan } from "./engine/remoteMasterPlan";
import type { Translate } from "./core/translate";
import type { Disk } from "./ports/disk";
import type { Environment, ModelSource, Settings, SettingsSnapshot } from "./ports/environment";
import type { Logger } from "./ports/logger";
import type { Store } from "./ports/store";

export interface ComposeOptions {
  readonly workspace: string;
  /** Store folder named by the person; the registry is not asked. */
  readonly storage?: string;
  /** Where a new store is made when there is none yet: the editor's workspace storage. */
  readonly preferredStorage?: string;
  readonly language: "en" | "es";
  readonly person?: string;
  readonly model?: {
    readonly provider?: string;
    readonly baseUrl?: string;
    readonly model?: string;
    readonly simpleModel?: string;
  };
  readonly logger?: Logger;
  /** What an editor knows better; a command line is trusted by being called. */
  readonly environment?: Partial<Environment>;
  readonly settings?: Partial<SettingsSnapshot> | (() => Partial<SettingsSnapshot>);
  readonly models?: (fallback: ModelSource) => ModelSource;
  /** The process that held the store ended, so this façade answers nothing any more: compose again. */
  readonly onLost?: () => void;
  /** A person's word: take writing over from a process that is not proved dead. */
  readonly takeOver?: boolean;
  /** A person's word: go on without the commits that are damaged at the end of the journal. */
  readonly acceptLoss?: boolean;
  /** Plans can only be read, from the start or from now on; `storeInfo` says why and what would help. */
  readonly onReadOnly?: () => void;
  /** Under the store; the real one without it. */
  readonly disk?: Disk;
  /** What checks and commands print while they run. */
  readonly onOutput?: EngineDeps["onOutput"];
  /** Variables that may name proxies to reach models through; an editor sees to that by itself. */
  readonly proxies?: Readonly<Record<string, string | undefined>>;
  /** A decision sets the run going again by itself; for a process that stays. */
  readonly continueAfterDecision?: boolean;
}

/** The file that marks the folder of the sample project. */
const sampleMarker = ".masterplan-sample";

export const defaultSettings: SettingsSnapshot = {
  review: "ask",
  target: "branch",
  max_steps: 40,
  budget_usd: 2,
  check_timeout_ms: 300_000,
  blocking_layers: [],
  record_transcripts: true,
  private_home: false,
  keep_runs_days: null,
  storage_bytes: 4 * 1024 * 1024 * 1024,
};

/**
 * The engine for a front door without an editor of its own, wired to the real machine. When another process of the
 * same person holds the workspace's store, calls go there over its socket; when it does not answer, this one reads only.
 */
export async function composeNode(options: ComposeOptions): Promise<MasterPlan> {
  if (options.model?.provider !== undefined) presetOf(options.model.provider);
  const workspace = await realFolder(options.workspace);
  const logger = options.logger ?? new StreamLogger((line) => process.stderr.write(`${line}\n`), "warn");
  if (options.proxies !== undefined && !useEnvironmentProxy(options.proxies))
    logger.log("warn", "A proxy is named, and this version of Node cannot use it; Node 24.14 and newer can");
  const place = await resolveStore({
    workspace,
    ...(options.preferredStorage !== undefined && { preferred: options.preferredStorage }),
    ...(options.storage !== undefined && { override: await namedStorage(options.storage) }),
  });
  const ids = createIdSource();
  const worker = path.join(__dirname, "checkpointWorker.js");
  const store = await openStore({
    directory: place.directory,
    workspace,
    clock: systemClock,
    ids,
    logger,
    ...(existsSync(worker) && { workerFile: worker }),
    ...(options.disk !== undefined && { disk: options.disk }),
    ...(options.takeOver === true && { takeOver: true }),
    ...(options.acceptLoss === true && { acceptLoss: true }),
    ...(options.onReadOnly !== undefined && { onReadOnly: options.onReadOnly }),
  });
  if (store.access === "read") {
    const line = await reachWriter(place.socket, store);
    if (line !== null) {
      line.onLost(() => options.onLost?.());
      await store.close();
      return remoteMasterPlan(line);
    }
    logger.log("warn", "The store is open for reading only", { reason: store.read_only_reason });
    options.onReadOnly?.();
  }
  return composeLocal(options, { workspace, place, store, logger, ids });
}

/** How long a process that holds the store may take from its lease to its socket before others read on their own. */
const writerStartsWithinMs = 2_000;

/** The process that holds the store, which may have begun a moment ago and not listen yet; null when it does not answer. */
async function reachWriter(socket: string, store: Store): Promise<CallClient | null> {
  const until = Date.now() + writerStartsWithinMs;
  for (let pause = 20; ; pause *= 2) {
    const line = await connectCalls(socket);
    if (line !== null || store.info().writer === null || Date.now() + pause > until) return line;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** The sentences of a language, for what a front door says before or without an engine. */
export function translateFor(language: "en" | "es"): Translate {
  return loadTranslate(language);
}

async function composeLocal(
  options: ComposeOptions,
  parts: {
    readonly workspace: string;
    readonly place: StorePlace;
    readonly store: Store;
    readonly logger: Logger;
    readonly ids: EngineDeps["ids"];
  },
): Promise<MasterPlan> {
  const { workspace, place, store, logger, ids } = parts;
  const environment = environmentOf(options);
  const patterns = createPatternMatcher();
  const settings = settingsOf(options);
  const deps: EngineDeps = {
    workspace,
    store,
    git: createGit({
      workspace,
      storage: place.directory,
      logger,
      clock: systemClock,
      translate: environment.translate,
    }),
    createRunner: (approved) => createCommandRunner({ approved, isTrusted: () => environment.isTrusted() }),
    filesAt: (root) => createNodeWorkspaceFiles({ root }),
    syntax: createSyntaxChecker(),
    patterns,
    models: modelsOf(options, workspace),
    clock: systemClock,
    ids,
    logger,
    environment,
    settings,
    ...(options.onOutput !== undefined && { onOutput: options.onOutput }),
    diskFree: () => freeBytes(place.directory),
    hasVariable: (name) => process.env[name] !== undefined,
    hasTool: (name, folder) =>
      isToolInstalled(name, [workspace, path.join(workspace, folder)], variablesSet(process.env)),
  };
  let serving: { close(): Promise<void> } | null = null;
  const masterPlan = await createMasterPlan(deps, {
    continueAfterDecision: options.continueAfterDecision ?? false,
    close: async () => {
      await serving?.close();
      await patterns.dispose();
      await store.close();
    },
  });
  if (store.access === "write") {
    serving = await serveCalls(place.socket, {
      call: (method, params) => answerCall(masterPlan, method, params),
      onEvent: (listener) => masterPlan.onEvent(listener),
    });
  }
  return masterPlan;
}

function environmentOf(options: ComposeOptions): Environment {
  return {
    isTrusted: () => true,
    person: () => options.person ?? userName(),
    unsavedFiles: () => Promise.resolve([]),
    language: () => options.language,
    translate: loadTranslate(options.language),
    ...options.environment,
  };
}

function settingsOf(options: ComposeOptions): Settings {
  const given = options.settings ?? {};
  return { get: () => ({ ...defaultSettings, ...(typeof given === "function" ? given() : given) }) };
}

function modelsOf(options: ComposeOptions, workspace: string): ModelSource {
  const recording = findUp("media/sample/recording.json");
  const configured = createNodeModelSource({
    clock: systemClock,
    env: process.env,
    recordingPath: recording,
    isSample: existsSync(path.join(workspace, sampleMarker)),
    settings: () =>
      loadProviderSettings({
        ...(options.model !== undefined && { flags: options.model }),
        env: process.env,
        configFolder: userConfigFolder(process.env),
        workspace,
      }),
  });
  return options.models?.(configured) ?? configured;
}

async function realFolder(folder: string): Promise<string> {
  try {
    const real = await realpath(path.resolve(folder));
    if ((await stat(real)).isDirectory()) return real;
  } catch (error) {
    throw new MasterPlanError("usage.invalid", `The workspace folder ${folder} cannot be opened`, {
      cause: error,
      hint: "Nothing was changed. Name a folder that exists",
    });
  }
  throw new MasterPlanError("usage.invalid", `The workspace ${folder} is a file, not a folder`, {
    hint: "Nothing was changed. Name a folder that exists",
  });
}

/** A store named by the person is made where it is missing; a folder that cannot be is their mistake, said at once. */
async function namedStorage(folder: string): Promise<string> {
  const directory = path.resolve(folder);
  try {
    await makeFolder(directory, 0o700);
  } catch (error) {
    const why = codeOf(error);
    throw new MasterPlanError("usage.invalid", `The storage folder ${directory} cannot be made: ${why}`, {
      cause: error,
      hint: "Nothing was changed. Name a folder that exists, or one that can be made",
    });
  }
  return directory;
}

function variablesSet(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

async function freeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    // Some file systems do not say; the preflight then leaves the figure out.
    return null;
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user id without a name.
    return "unknown";
  }
}

function findUp(relative: string): string | null {
  for (let folder = __dirname; ; folder = path.dirname(folder)) {
    const file = path.join(folder, relative);
    if (existsSync(file)) return file;
    if (path.dirname(folder) === folder) return null;
  }
}
