import { preflightRows } from "../core/validation/preflightText";
import { MasterPlanError } from "../core/errors";
import { isApprovalId, isPlanId, isRunId, type RunId } from "../core/ids";
import { detectChecks } from "../core/validation/detect/detectChecks";
import type { EngineDeps } from "./engineDeps";
import { approvePlan, rejectPlan } from "./plan/approval";
import { hideSecrets } from "./hideSecrets";
import { branchEnd, finishBranch } from "./run/finishBranch";
import { panicChange, standingApproval } from "./plan/gate";
import type { MasterPlan } from "./masterPlan";
import type { StatusReport } from "./runReports";
import { openSnapshot } from "./run/pauseSnapshot";
import { PlanService } from "./plan/planService";
import { currentPlanKey, currentVersion } from "./plan/planStore";
import { planViewOf } from "./plan/planView";
import { PublicEvents } from "./publicEvents";
import { createInTurn } from "./storage/inTurn";
import { purgeStorage } from "./storage/purgeStorage";
import { readWorkspace } from "./plan/readWorkspace";
import { markInterruptedRuns } from "./run/recovery";
import { importState, settleImport } from "./storage/importState";
import { applyRetention } from "./storage/retention";
import { changedFileOf, reviewViewOf } from "./review/reviewView";
import { rollback } from "./run/rollback";
import { preflightOf } from "./run/beginRun";
import { reportOf } from "./run/runReport";
import { recordTrial } from "./model/recordTrial";
import { RunService } from "./run/runService";
import { statusOfPlan, statusOfRun, withObstacle } from "./run/statusReport";
import { toPublicEvent } from "./toPublicEvent";

/**
 * The engine of one workspace behind its façade. Interrupted runs are marked before it is handed out. `close` ends
 * what is under way without recording a pause: a run that was going comes back as interrupted.
 */
export async function createMasterPlan(
  ports: EngineDeps,
  options: { readonly continueAfterDecision: boolean; readonly close: () => Promise<void> },
): Promise<MasterPlan> {
  const deps = hideSecrets(ports);
  const { store, clock, environment } = deps;
  const plans = new PlanService(deps);
  const runs = new RunService(deps, options);
  const events = new PublicEvents(deps);
  if (store.access === "write") {
    await markInterruptedRuns(deps);
    await settleImport(deps);
    await applyRetention(deps);
  }
  const person = (by: string | undefined) => by ?? environment.person();
  // A run must not be removed between what git does for it and the record of that.
  const onEndedRuns = createInTurn();

  const runState = (id: RunId) => {
    const run = store.run(id);
    const row = run === null ? null : store.plan(run.plan_id);
    const version = run === null ? null : store.version(run.plan_id, run.version);
    if (run === null || row === null || version === null) {
      throw new MasterPlanError("run.unknown", `There is no run ${id} in this workspace`, {
        hint: "List the runs of this workspace",
      });
    }
    return { run, row, version };
  };
  const runStatus = (id: RunId): StatusReport => {
    const { run, row, version } = runState(id);
    const report = withObstacle(
      statusOfRun(run, row, version.plan, environment.translate, branchEnd(store, id)),
      runs.obstacle(id),
      environment.translate,
    );
    const snapshot = openSnapshot(store, run);
    return snapshot === null ? report : { ...report, snapshot: snapshot.id };
  };
  const status = (id: string | undefined): StatusReport => {
    const latestRun = store.runs().at(-1);
    const latestPlan = store.plans().at(-1);
    const subject = id ?? latestRun?.id ?? latestPlan?.id;
    if (subject === undefined) {
      throw new MasterPlanError("plan.unknown", "This workspace has no plan yet", {
        hint: "Plan a request, or import a document",
      });
    }
    if (isRunId(subject)) return runStatus(subject);
    const planId = isApprovalId(subject) ? (store.approval(subject)?.plan_id ?? subject) : subject;
    const { row, version } = currentVersion(deps, planId);
    const run = store
      .runs(row.id)
      .filter((one) => one.version === row.current_version)
      .at(-1);
    if (run !== undefined) return runStatus(run.id);
    return statusOfPlan(row, version, standingApproval(deps, row.id) !== null, environment.translate);
  };

  return {
    async init() {
      const view = await readWorkspace(deps.filesAt(deps.workspace));
      return {
        workspace: deps.workspace,
        git: await deps.git.inspect(),
        checks: detectChecks(view),
        providers: await deps.models.describe(),
      };
    },
    plan: (params, signal) => plans.plan(params, signal ?? new AbortController().signal),
    importPlan: (params) => plans.importPlan(params),
    exportPlan: async ({ id, format }) => plans.exportPlan(id, format),
    lint: (params) => plans.lint(params),
    async list() {
      const current = store.setting(currentPlanKey)?.["id"];
      return {
        plans: store.plans(),
        approvals: store.approvals(),
        runs: store.runs(),
        current: typeof current === "string" && isPlanId(current) ? current : null,
      };
    },
    async show({ id }) {
      if (isApprovalId(id)) {
        const approval = store.approval(id);
        if (approval !== null) return approval;
      }
      if (isRunId(id)) {
        const report = runStatus(id);
        const row = store.runs().find((one) => one.id === id);
        if (row !== undefined) return { ...row, status_report: report };
      }
      return planViewOf(deps, plans, currentVersion(deps, id).row.id);
    },
    async planVersion({ id, version }) {
      const { row } = currentVersion(deps, id);
      const found = store.version(row.id, version ?? row.current_version);
      if (found !== null) return found;
      throw new MasterPlanError(
        "plan.unknown",
        `Plan ${id} has no version ${version ?? row.current_version}`,
      );
    },
    approve: (params) => approvePlan(deps, params, person(params.by)),
    reject: (params) => rejectPlan(deps, params.id, params.reason, person(params.by)),
    edit: (params) => plans.edit(params),
    async setCurrent({ id }) {
      if (id !== null) currentVersion(deps, id);
      const at = clock.now();
      await store.commit({
        at,
        actor: environment.person(),
        correlation_id: id ?? "none",
        changes: [{ kind: "setting.put", key: currentPlanKey, value: id === null ? null : { id } }],
      });
    },
    run: (params) => runs.run(params),
    settled: ({ run }) => runs.settled(run),
    pause: ({ run, by, now }) => runs.pause(run, person(by), { now: now === true }),
    resume: ({ run, by, options: changed, snapshot }) =>
      runs.resume(run, person(by), changed ?? {}, snapshot),
    cancel: ({ run, by, reason }) => runs.cancel(run, reason ?? "user", person(by)),
    review: (params) => runs.review(params),
    async task(params) {
      const place = await runs.task(params);
      const state = store.run(params.run)?.tasks.get(params.task);
      if (state === undefined)
        throw new MasterPlanError("task.unknown", `Run ${params.run} has no task ${params.task}`);
      return { status: state.status, ...place };
    },
    gate: async (params) => ({ status: await runs.gate(params) }),
    async panic({ on, by }) {
      const at = clock.now();
      await store.commit({
        at,
        actor: person(by),
        correlation_id: "panic",
        changes: [
          panicChange(on, person(by), at),
          {
            kind: "audit.add",
            row: { action: "panic", subject: "workspace", result: on ? "on" : "off", detail: null },
          },
        ],
      });
      if (on) await runs.stopAll("panic", person(by));
      return { panic: on };
    },
    finishBranch: ({ run, how }) =>
      onEndedRuns(() => {
        const { version } = runState(run);
        return finishBranch(deps, { run, how, title: version.plan.project_name }, person(undefined));
      }),
    rollback: (params) => onEndedRuns(() => rollback(deps, params, person(params.by))),
    status: async ({ id }) => status(id),
    async report({ run }) {
      const { run: state, version } = runState(run);
      const { translate } = environment;
      const report = reportOf(state, version.plan, runStatus(run), store.events(run), clock.now(), translate);
      const preflight = await preflightOf(deps, run);
      return {
        ...report,
        preflight,
        preflight_rows: preflight === null ? [] : preflightRows(preflight, translate),
      };
    },
    changeSet: ({ run, task }) => reviewViewOf(deps, run, task),
    changeFile: ({ run, task, path }) => changedFileOf(deps, run, task, path),
    async history({ id }) {
      if (id !== undefined) currentVersion(deps, id);
      return store.history(id);
    },
    async log({ run, after, limit }) {
      runState(run);
      const stored = store.events(run, {
        ...(after !== undefined && { after }),
        ...(limit !== undefined && { limit }),
      });
      return stored.flatMap((one) => toPublicEvent(run, one) ?? []);
    },
    async transcript({ run, task, plan }) {
      const rows = store.rows("model_calls", {
        ...(run !== undefined && { run_id: run }),
        ...(task !== undefined && { task_id: task }),
        ...(plan !== undefined && run === undefined && { plan_id: plan }),
      });
      // A call that is under way, or was cut off, has none.
      const hash = rows.findLast((row) => typeof row["transcript"] === "string")?.["transcript"];
      const bytes = typeof hash === "string" ? await store.blob(hash) : null;
      return bytes === null ? null : new TextDecoder().decode(bytes);
    },
    verify: () => store.verify(),
    storeInfo: async () => store.info(),
    stateExport: ({ path }) => store.exportState(path),
    stateImport: ({ path }) => importState(deps, path),
    purge: (params) => onEndedRuns(() => purgeStorage(deps, params)),
    providers: () => deps.models.describe(),
    recordTrial: async ({ calls }) => recordTrial(deps, calls),
    onEvent: (listener) => events.subscribe(listener),
    async dispose() {
      await runs.stopAll(null, "shutdown");
      events.dispose();
      await options.close();
    },
  };
}
