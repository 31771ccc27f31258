import { importDocument } from "../../core/documents/read/importDocument";
import { exportPlan } from "../../core/documents/write/exportPlan";
import { MasterPlanError } from "../../core/errors";
import type { DiscoveryId, PlanId } from "../../core/ids";
import type { JsonObject } from "../../core/json";
import { lintPlan } from "../../core/plan/lint/lintPlan";
import { tasksOf, type Finding, type Plan, type PlanFault } from "../../core/plan/plan";
import { readiness, type ReadinessContext } from "../../core/plan/lint/readiness";
import { templatePlan } from "../../core/plan/template/templatePlan";
import { detectChecks } from "../../core/validation/detect/detectChecks";
import { checkTool } from "../../core/validation/checkTool";
import type { DetectedCheck } from "../../core/validation/evidence";
import type { WorkspaceView } from "../../core/validation/detect/workspaceView";
import type { EngineDeps } from "../engineDeps";
import type { ImportOutcome, LintReport, PlanHead, PlanOutcome, PlanParams } from "../masterPlan";
import { BudgetLedger } from "../model/modelBudget";
import { createPlanner } from "./planner";
import { currentVersion, keepDraft, keepVersion } from "./planStore";
import { readWorkspace } from "./readWorkspace";
import { modelForPlanning } from "../model/runModel";
import { workspaceFacts } from "./workspaceFacts";

/** Drafts: from a request by a model or by template, from a document, by an edit; and what lint says of them. */
export class PlanService {
  readonly #deps: EngineDeps;

  constructor(deps: EngineDeps) {
    this.#deps = deps;
  }

  async plan(params: PlanParams, signal: AbortSignal): Promise<PlanOutcome> {
    const deps = this.#deps;
    const words = params.request.trim();
    const before = params.revises === undefined ? null : currentVersion(deps, params.revises).version;
    const request = before === null ? words : `${before.plan.user_request_original}\n\n${words}`;
    if (words === "") {
      throw new MasterPlanError("usage.invalid", "The request is empty", {
        hint: "Say in a sentence what should be different afterwards",
      });
    }
    const id: PlanId = `d_${deps.ids.ulid()}`;
    const by = deps.environment.person();
    if (params.offline === true) {
      // No model is called, but a provider that does not exist is a mistake all the same.
      await deps.models.describe();
      const view = await this.#view();
      const plan = templatePlan(request, view, detectChecks(view), deps.environment.translate);
      const head =
        before === null
          ? await keepDraft(deps, { id, plan, claimed: null, origin: "template", by })
          : await keepVersion(deps, { id: before.plan_id, plan, summary: words, by });
      return { ...head, tasks: tasksOf(plan).length, findings: await this.#findings(plan, view) };
    }
    const ledger = new BudgetLedger(deps.settings.get().budget_usd);
    const client = await modelForPlanning(deps, ledger, id);
    const view = await this.#view();
    const drafted = await createPlanner({ client }).draft(
      {
        request,
        facts: await workspaceFacts(deps, view),
        ...(params.answers !== undefined && { answers: params.answers }),
        ...(params.no_discovery === true && { noDiscovery: true }),
      },
      signal,
    );
    if (!drafted.ok) throw drafted.error;
    const draft = drafted.value;
    if (draft.kind === "questions")
      return { questions: draft.questions.map((question) => ({ ...question })) };
    if (before !== null) {
      const head = await keepVersion(deps, { id: before.plan_id, plan: draft.plan, summary: words, by });
      return { ...head, tasks: tasksOf(draft.plan).length, findings: await this.#findings(draft.plan, view) };
    }
    const discoveryId: DiscoveryId = `y_${deps.ids.ulid()}`;
    const head = await keepDraft(deps, {
      id,
      plan: draft.plan,
      claimed: draft.claimed,
      origin: draft.recorded ? "recorded" : "request",
      by,
      discovery:
        draft.discovery === null
          ? null
          : { id: discoveryId, document: draft.discovery as unknown as JsonObject },
    });
    return { ...head, tasks: tasksOf(draft.plan).length, findings: await this.#findings(draft.plan, view) };
  }

  async importPlan(params: {
    readonly text: string;
    readonly name: string;
    readonly format: string;
  }): Promise<ImportOutcome> {
    const deps = this.#deps;
    const read = importDocument(params.text, params.name, params.format);
    if (!read.ok) throw invalidPlan(params.name, read.error);
    const { plan, claimed, format, warnings } = read.value;
    const head = await keepDraft(deps, {
      id: `d_${deps.ids.ulid()}`,
      plan,
      claimed,
      origin: `import:${format}`,
      by: deps.environment.person(),
    });
    return {
      ...head,
      tasks: tasksOf(plan).length,
      findings: await this.#findings(plan, await this.#view()),
      format,
      claimed: Object.values(claimed?.tasks ?? {}).filter((task) => task.state === "done").length,
      warnings,
    };
  }

  exportPlan(id: PlanId, format: string): { readonly text: string; readonly file_name: string } {
    const { row, version } = currentVersion(this.#deps, id);
    const run = this.#deps.store.runs(id).at(-1);
    const state = run === undefined ? null : this.#deps.store.run(run.id);
    const written = exportPlan(version.plan, { claimed: row.claimed, run: state }, format);
    if (!written.ok) throw written.error;
    return written.value;
  }

  async lint(params: {
    readonly id?: PlanId;
    readonly text?: string;
    readonly name?: string;
  }): Promise<LintReport> {
    const view = await this.#view();
    if (params.id !== undefined) {
      return {
        faults: [],
        findings: await this.#findings(currentVersion(this.#deps, params.id).version.plan, view),
      };
    }
    const text = params.text ?? "";
    if ((params.name ?? "").toLowerCase().endsWith(".json")) {
      return lintPlan(text, this.#deps.environment.translate, await this.#readinessContext(view));
    }
    const read = importDocument(text, params.name ?? "plan.md", "auto");
    if (!read.ok) return { faults: read.error, findings: [] };
    return { faults: [], findings: await this.#findings(read.value.plan, view) };
  }

  async edit(params: {
    readonly id: PlanId;
    readonly text: string;
    readonly summary?: string;
    readonly by?: string;
  }): Promise<PlanHead> {
    currentVersion(this.#deps, params.id);
    const read = importDocument(params.text, `${params.id}.masterplan.json`, "masterplan");
    if (!read.ok) throw invalidPlan(params.id, read.error);
    const by = params.by ?? this.#deps.environment.person();
    return keepVersion(this.#deps, {
      id: params.id,
      plan: read.value.plan,
      summary: params.summary ?? "Edited",
      by,
    });
  }

  /** What a person may want to settle before approving, with what the workspace knows. */
  async findings(plan: Plan): Promise<readonly Finding[]> {
    return this.#findings(plan, await this.#view());
  }

  async #findings(plan: Plan, view: WorkspaceView): Promise<readonly Finding[]> {
    return readiness(plan, this.#deps.environment.translate, await this.#readinessContext(view));
  }

  async #readinessContext(view: WorkspaceView): Promise<ReadinessContext> {
    const files = new Set(view.files);
    const checks = detectChecks(view);
    return {
      fileExists: (path: string) => files.has(path),
      checkNames: checks.map((check) => check.name),
      missingTools: await missingTools(this.#deps, checks),
    };
  }

  #view(): Promise<WorkspaceView> {
    return readWorkspace(this.#deps.filesAt(this.#deps.workspace));
  }
}

/** Checks that the workspace is set up for and that cannot run here, because their tool is not installed. */
async function missingTools(
  deps: EngineDeps,
  checks: readonly DetectedCheck[],
): Promise<NonNullable<ReadinessContext["missingTools"]>> {
  const { hasTool } = deps;
  if (hasTool === undefined) return [];
  const found = checks.map(async (check) => {
    const tool = checkTool(check);
    if (tool === null || (await hasTool(tool, check.cwd))) return [];
    return [{ check: check.name, tool, source: check.source }];
  });
  return (await Promise.all(found)).flat();
}

function invalidPlan(name: string, faults: readonly PlanFault[]): MasterPlanError {
  const first = faults[0];
  if (first?.code === "plan.unknownFormat") {
    return new MasterPlanError("plan.unsupportedFormat", first.message, {
      hint: "Nothing was stored. Name one of these formats, or leave it to be found out",
    });
  }
  const place = first === undefined || first.pointer === "" ? "" : `${placeOf(first)}: `;
  return new MasterPlanError(
    first?.code === "plan.tooLarge" ? "plan.tooLarge" : "plan.invalid",
    `${name}: ${place}${first?.message ?? "This is not a plan"}`,
    {
      hint: "Nothing was stored. Mend the file and try again; `lint` lists every fault",
      details: { faults, name },
    },
  );
}

function placeOf({ pointer, line }: PlanFault): string {
  return line === undefined || pointer.startsWith("line ") ? pointer : `${pointer} (line ${line})`;
}
