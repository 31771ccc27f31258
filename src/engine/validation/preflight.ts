import { unchangeableText, type UnchangeablePath } from "../../core/change/path/unchangeable";
import { isMasterPlanError, MasterPlanError } from "../../core/errors";
import type { JsonObject, JsonValue } from "../../core/json";
import { planCommands } from "../../core/plan/planCommands";
import { tasksOf, type Finding, type Plan } from "../../core/plan/plan";
import type { BaselineCheck } from "../../core/validation/baseline";
import type { CheckLayer, DetectedCheck } from "../../core/validation/evidence";
import type { PreflightReport } from "../../core/validation/preflightReport";
import type { ProviderDescription } from "../../ports/environment";
import type { RepositoryState } from "../../ports/git";
import { runBaselineCheck } from "./checkRun";
import type { ValidationPorts } from "./validationInput";

export interface PreflightInput extends ValidationPorts {
  readonly plan: Plan;
  readonly checks: readonly DetectedCheck[];
  readonly repository: RepositoryState;
  /** Files that the plan names and that no task may change. */
  readonly unchangeable?: readonly UnchangeablePath[];
  readonly providers: readonly ProviderDescription[];
  /**
   * Asks the active provider for a sign of life; a sentence when it has none, null when all is well, undefined when it
   * cannot be asked.
   */
  readonly probeProvider?: (
    provider: ProviderDescription,
    signal: AbortSignal,
  ) => Promise<string | null | undefined>;
  /** Free bytes where worktrees and the store live; null when the platform does not say. */
  readonly freeBytes: () => Promise<number | null>;
  /** Whether an environment variable is set; its value is never read. */
  readonly hasVariable: (name: string) => boolean;
  readonly onProgress?: (text: string) => void;
}

const lowDiskBytes = 1024 * 1024 * 1024;
const noDiskBytes = 64 * 1024 * 1024;

/**
 * One report before the first task of a run. `files.root` must hold the base commit. Rejects with `cancelled`, and with
 * `gate.untrusted` in a workspace that is not trusted; everything else it meets is part of the report.
 */
export async function runPreflight(input: PreflightInput, signal: AbortSignal): Promise<PreflightReport> {
  const { clock, repository, checks, plan, translate: t } = input;
  const at = clock.now();
  const baseline = await runBaseline(input, signal);
  const tools = await toolVersions(input, signal);
  const environment = newVariables(plan).map((name) => ({ name, set: input.hasVariable(name) }));
  const disk_free_bytes = await input.freeBytes();
  const files_to_modify = await filesToModify(input);
  const providers = await providerHealth(input, signal);
  const containment = await input.runner.containment?.();
  const unchangeable = input.unchangeable ?? [];
  const problems = [...repository.problems, ...unchangeable.map((one) => unchangeableText(one, t))];
  if (disk_free_bytes !== null && disk_free_bytes < noDiskBytes)
    problems.push(t("Only {0} MB of disk are free", disk_free_bytes >> 20));
  const report: Omit<PreflightReport, "findings" | "duration_ms"> = {
    at,
    ready: problems.length === 0,
    problems,
    baseline,
    not_applicable: coreLayers.filter((layer) => !checks.some((check) => check.layer === layer)),
    tools,
    environment,
    repository: {
      kind: repository.kind,
      branch: repository.branch,
      head: repository.head,
      dirty_files: repository.dirty_files.length,
      operation: repository.operation,
      hooks_skipped: repository.hooks,
      signing: repository.signing,
      detached: repository.detached,
      sparse: repository.sparse,
      lfs: repository.lfs,
      submodules: repository.submodules,
      nested_repositories: repository.nested_repositories,
    },
    disk_free_bytes,
    ...(containment !== undefined && { containment }),
    files_to_modify,
    unchangeable,
    providers,
  };
  return { ...report, findings: findings(input, report), duration_ms: clock.now() - at };
}

const coreLayers: readonly CheckLayer[] = ["tests", "types", "lint", "format", "build"];

async function runBaseline(input: PreflightInput, signal: AbortSignal): Promise<readonly BaselineCheck[]> {
  const results: BaselineCheck[] = [];
  for (const check of input.checks) {
    input.onProgress?.(input.translate("Running {0} on the base", check.name));
    results.push(await runBaselineCheck(input, check, signal));
  }
  return results;
}

async function toolVersions(input: PreflightInput, signal: AbortSignal): Promise<PreflightReport["tools"]> {
  const commands = [
    ...input.checks.map((check) => check.command),
    ...planCommands(input.plan).map((command) => command.argv),
  ];
  const names = [...new Set(commands.map((argv) => argv[0] ?? ""))]
    .filter((name) => /^[\w.+-]+$/u.test(name))
    .sort();
  const tools: { readonly name: string; readonly version: string | null }[] = [];
  for (const name of names) tools.push({ name, version: await versionOf(input, name, signal) });
  const git = input.repository.git_version;
  return git === "" || names.includes("git") ? tools : [...tools, { name: "git", version: git }];
}

/** Null for a program that is not there; empty for one that does not tell its version, as many a `sh` does not. */
async function versionOf(input: PreflightInput, name: string, signal: AbortSignal): Promise<string | null> {
  const argv = [name, name === "go" ? "version" : "--version"];
  try {
    const result = await input.runner.run({ argv, cwd: input.files.root, timeout_ms: 20_000 }, signal);
    if (signal.aborted) throw new MasterPlanError("cancelled", "The preflight was cancelled");
    return result.exit_code === 0
      ? (/\d+(?:\.\d+)+[\w.+-]*/u.exec(result.output)?.[0] ??
          result.output.split("\n")[0]?.slice(0, 80) ??
          "")
      : "";
  } catch (error) {
    if (isMasterPlanError(error, "command.notFound")) return null;
    if (isMasterPlanError(error, "command.notApproved")) return "";
    throw error;
  }
}

/** `compatibility.new_env_vars` holds names, `NAME: what it is for`, or objects with a name. */
function newVariables(plan: Plan): readonly string[] {
  const listed = plan.compatibility?.["new_env_vars"];
  const values: readonly JsonValue[] = Array.isArray(listed) ? (listed as readonly JsonValue[]) : [];
  const names = values.map((value) => {
    const text =
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? (value as JsonObject)["name"]
        : value;
    return typeof text === "string" ? (/^\W*([A-Za-z_]\w*)/u.exec(text)?.[1] ?? "") : "";
  });
  return [...new Set(names.filter((name) => name !== ""))];
}

async function filesToModify(input: PreflightInput): Promise<PreflightReport["files_to_modify"]> {
  const { plan, files } = input;
  const wanted = new Map<string, "add" | "modify" | "delete">();
  const add = (path: string, change: "add" | "modify" | "delete") => {
    if (!/[*?{[]/u.test(path) && !wanted.has(path)) wanted.set(path, change);
  };
  for (const file of plan.files ?? []) add(file.path, file.change ?? "modify");
  for (const phase of plan.phases) {
    for (const path of phase.files_create ?? []) add(path, "add");
    for (const path of phase.files_modify ?? []) add(path, "modify");
  }
  for (const edit of plan.edits ?? []) if (typeof edit["file"] === "string") add(edit["file"], "modify");
  for (const { task } of tasksOf(plan)) {
    for (const path of task.expected_outputs?.files ?? [])
      add(path, (await files.stat(path)) === null ? "add" : "modify");
  }
  const all = [...wanted].map(async ([path, change]) => ({
    path,
    change,
    exists: (await files.stat(path)) !== null,
  }));
  return (await Promise.all(all)).sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function providerHealth(
  input: PreflightInput,
  signal: AbortSignal,
): Promise<PreflightReport["providers"]> {
  return await Promise.all(
    input.providers
      .filter((provider) => provider.active)
      .map(async (provider) => {
        const { id, label } = provider;
        if (input.probeProvider === undefined || provider.recorded)
          return { id, label, healthy: null, message: null };
        const message = await input.probeProvider(provider, signal);
        if (message === undefined) return { id, label, healthy: null, message: null };
        return { id, label, healthy: message === null, message };
      }),
  );
}

function findings(
  input: PreflightInput,
  report: Omit<PreflightReport, "findings" | "duration_ms">,
): readonly Finding[] {
  const t = input.translate;
  const all: Finding[] = [];
  const add = (code: string, message: string) => all.push({ code: `preflight.${code}`, message });
  for (const check of report.baseline) {
    if (check.status === "failed")
      add("baseline_failed", t("{0} fails before the run: {1}", check.name, check.summary));
    if (check.status === "timed_out" || check.status === "not_verified")
      add("baseline_open", t("{0} gave no result before the run: {1}", check.name, check.summary));
  }
  if (report.not_applicable.length > 0)
    add(
      "not_applicable",
      t(
        "No check of the workspace is of these kinds: {0}",
        report.not_applicable.map((layer) => t(layer)).join(", "),
      ),
    );
  for (const tool of report.tools)
    if (tool.version === null) add("tool_missing", t("{0} is not installed", tool.name));
  for (const variable of report.environment)
    if (!variable.set)
      add(
        "variable_unset",
        t("The plan needs the environment variable {0}, which is not set", variable.name),
      );
  for (const file of report.files_to_modify) {
    if (file.change === "add" && file.exists)
      add("file_exists", t("The plan adds {0}, which exists already", file.path));
    const isMade = report.files_to_modify.some((other) => other.path === file.path && other.change === "add");
    if (file.change !== "add" && !file.exists && !isMade)
      add("file_missing", t("The plan changes {0}, which does not exist", file.path));
  }
  const { disk_free_bytes, repository } = report;
  if (disk_free_bytes !== null && disk_free_bytes >= noDiskBytes && disk_free_bytes < lowDiskBytes)
    add("disk_low", t("Only {0} MB of disk are free", disk_free_bytes >> 20));
  if (repository.dirty_files > 0)
    add(
      "dirty",
      t("Files with changes that are not committed: {0}; they stay as they are", repository.dirty_files),
    );
  if (repository.hooks_skipped.length > 0)
    add("hooks", t("Repository hooks do not run: {0}", repository.hooks_skipped.join(", ")));
  for (const finding of repositoryFindings(report, t)) add(...finding);
  if (input.repository.version_warning !== null) add("git_version", input.repository.version_warning);
  for (const provider of report.providers)
    if (provider.healthy === false) add("provider", `${provider.label}: ${provider.message ?? ""}`);
  const agents = tasksOf(input.plan).filter(({ task }) => (task.executor ?? "agent") === "agent").length;
  if (agents > 0 && report.providers.length === 0)
    add("no_provider", t("Tasks for an agent: {0}; no model is set up", agents));
  return all;
}

/** What is unusual about the repository, and what it means for the run. */
function repositoryFindings(
  { repository }: Pick<PreflightReport, "repository">,
  t: PreflightInput["translate"],
): readonly (readonly [string, string])[] {
  const { nested_repositories: nested = [], submodules = [] } = repository;
  return [
    ...(nested.length > 0
      ? [
          [
            "nested",
            t("Repositories inside this one, in which no task changes anything: {0}", nested.join(", ")),
          ] as const,
        ]
      : []),
    ...(submodules.length > 0
      ? [
          [
            "submodules",
            t("Submodules, in which no task changes anything: {0}", submodules.join(", ")),
          ] as const,
        ]
      : []),
    ...(repository.lfs === true
      ? [["lfs", t("Some files are kept by Git LFS; a task that changes one of them is refused")] as const]
      : []),
    ...(repository.sparse === true
      ? [
          [
            "sparse",
            t("The checkout is sparse; what lands outside of it is committed and not written to your folder"),
          ] as const,
        ]
      : []),
    ...(repository.detached === true
      ? [["detached", t("No branch was checked out (detached HEAD)")] as const]
      : []),
  ];
}
