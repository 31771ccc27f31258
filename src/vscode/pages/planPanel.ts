import type * as vscode from "vscode";
import { MasterPlanError } from "../../core/errors";
import { isPlanId, type PlanId, type RunId } from "../../core/ids";
import type { PlanView } from "../../engine/masterPlan";
import type { PublicEvent } from "../../engine/publicEvent";
import { planLabels } from "../../protocol/planLabels";
import { planParams } from "../../protocol/planParams";
import type { LiveState, PlanHost, PlanState } from "../../protocol/planView";
import { historyEntries } from "./historyEntries";
import { LiveSteps } from "./liveSteps";
import { phaseRows, phaseStates } from "./phaseRows";
import { latestRun, planState, progressOf, waitingKey, type PlanSnapshotInput } from "./planState";
import { reportInWords } from "./reportWords";
import { SnapshotLoop } from "./snapshotLoop";
import { translateLabels } from "./translateLabels";
import type { Page, PageConnection, PageDefinition, WebviewHost } from "./webviewHost";

export const planViewType = "masterplan.plan";

/** Opens the page of a plan, or brings it to the front. Rejects with `plan.unknown`. */
export async function openPlanPanel(
  host: WebviewHost,
  plan: PlanId,
  restored?: vscode.WebviewPanel,
): Promise<void> {
  const view = await showPlan(host, plan);
  host.open(planPage(host, plan, view.title), restored);
}

function planPage(host: WebviewHost, plan: PlanId, title: string): PageDefinition<PlanHost> {
  return {
    viewType: planViewType,
    bundle: "plan",
    subject: plan,
    title,
    params: planParams,
    connect: (connection) => new PlanPanel(host, plan, connection),
  };
}

async function showPlan({ options }: WebviewHost, plan: PlanId): Promise<PlanView> {
  const shown = await options.masterPlan.show({ id: plan });
  if ("plan" in shown && "grants" in shown) return shown;
  throw new MasterPlanError("plan.unknown", `There is no plan ${plan}`);
}

/** The host's end of one plan page. */
class PlanPanel implements Page<PlanHost> {
  readonly handlers: PlanHost;
  readonly #host: WebviewHost;
  readonly #plan: PlanId;
  readonly #connection: PageConnection;
  readonly #loop: SnapshotLoop;
  /** Steps and output come often and cost little; a snapshot reads the whole plan. */
  readonly #live: SnapshotLoop;
  readonly #steps = new LiveSteps();
  readonly #subscriptions: readonly { dispose(): void }[];
  #revision = 0;
  /** What the last snapshot was made of; requests of the page refer to it. */
  #last: { readonly view: PlanView; readonly run: PlanSnapshotInput["run"] } | null = null;

  constructor(host: WebviewHost, plan: PlanId, connection: PageConnection) {
    this.#host = host;
    this.#plan = plan;
    this.#connection = connection;
    const { clock, masterPlan, output } = host.options;
    this.#loop = new SnapshotLoop({ make: () => this.#post(), clock, pauseMs: 100 });
    this.#live = new SnapshotLoop({ make: () => this.#postLive(), clock, pauseMs: 100 });
    this.#subscriptions = [
      masterPlan.onEvent((event) => this.#onEvent(event)),
      output.onDidPrint((run) => {
        if (run === this.#last?.run?.row.id) this.#live.request();
      }),
    ];
    this.handlers = this.#createHandlers();
  }

  setSeen(seen: boolean): void {
    this.#loop.setSeen(seen);
    this.#live.setSeen(seen);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#loop.dispose();
    this.#live.dispose();
  }

  #onEvent(event: PublicEvent): void {
    const mine = event.run === this.#plan || event.run === this.#last?.run?.row.id;
    // A run that this page does not know yet may be one of its plan.
    if (!mine && event.type !== "run.started") return;
    this.#steps.add(event);
    if (mine && passing.includes(event.type)) this.#live.request();
    else this.#loop.request();
  }

  async #snapshot(): Promise<PlanState> {
    const view = await showPlan(this.#host, this.#plan);
    const row = latestRun(view);
    const { masterPlan, sentence } = this.#host.options;
    const run =
      row === null
        ? null
        : { row, report: reportInWords(await masterPlan.report({ run: row.id }), sentence) };
    if (row?.id !== this.#last?.run?.row.id) this.#steps.clear();
    this.#last = { view, run };
    this.#revision += 1;
    this.#connection.setTitle(view.title);
    const output = row === null ? null : this.#host.options.output.tail(row.id);
    const providers = await this.#host.options.masterPlan.providers().catch(() => []);
    const recorded = providers.find(({ active }) => active)?.recorded ?? false;
    return planState({ revision: this.#revision, view, run, steps: this.#steps, output, recorded });
  }

  async #postLive(): Promise<void> {
    await Promise.resolve();
    const run = this.#last?.run;
    if (run == null) return;
    const live: LiveState = {
      run: run.row.id,
      steps: this.#steps.all(),
      output: this.#host.options.output.tail(run.row.id),
    };
    this.#connection.post("liveChanged", live);
  }

  async #post(): Promise<void> {
    try {
      this.#connection.post("stateChanged", await this.#snapshot());
    } catch (error) {
      const { code, message } = this.#host.options.describe(error);
      this.#host.options.logger.log("warn", "Plan page not updated", { code, message });
    }
  }

  /** The snapshot a request refers to; refused when the page showed another version. */
  async #current(hash: string): Promise<PlanView> {
    const view = this.#last?.view ?? (await showPlan(this.#host, this.#plan));
    if (view.hash === hash) return view;
    const message = this.#host.options.translate("The plan changed while you were reading it");
    const hint = this.#host.options.translate("Look at the new version, then decide");
    throw new MasterPlanError("gate.staleApproval", message, { hint });
  }

  #run(id: string): RunId {
    const run = this.#last?.run?.row.id;
    if (run === id) return run;
    throw new MasterPlanError("run.unknown", `Run ${id} is not on this page`);
  }

  #createHandlers(): PlanHost {
    const { masterPlan, actions, language, translate, output } = this.#host.options;
    const plan = this.#plan;
    const done = async (work: Promise<unknown>): Promise<Record<string, never>> => {
      await work;
      this.#loop.request();
      return {};
    };
    return {
      ready: async () => ({
        language,
        labels: translateLabels(planLabels, translate),
        state: await this.#snapshot(),
      }),
      phaseRows: async ({ hash, phase, offset, limit }) => {
        const view = await this.#current(hash);
        const content = view.plan;
        const progress = progressOf(view, this.#last?.run ?? null);
        const found = content.phases.find(({ phase_id }) => phase_id === phase);
        if (found === undefined) throw new MasterPlanError("task.unknown", `The plan has no phase ${phase}`);
        const rows = phaseRows(found, progress);
        const stamp = phaseStates({ ...content, phases: [found] }, hash, progress)[0]?.stamp ?? "";
        return { phase, stamp, offset, total: rows.length, rows: rows.slice(offset, offset + limit) };
      },
      approve: async ({ hash, run, protected_files }) => {
        const { grants } = await this.#current(hash);
        const granted = protected_files.flatMap((index) => grants.protected_files[index] ?? []);
        const approval = await masterPlan.approve({
          id: plan,
          hash,
          grants: granted.map((path) => `protected:${path}`),
        });
        const started = run ? await masterPlan.run({ approval: approval.id }) : null;
        this.#loop.request();
        return { approval: approval.id, run: started?.run ?? null };
      },
      startRun: async ({ hash }) => {
        const { approval } = await this.#current(hash);
        if (approval === null)
          throw new MasterPlanError("gate.notApproved", translate("This plan is not approved"));
        const started = await masterPlan.run({ approval: approval.id });
        this.#loop.request();
        return started;
      },
      reject: async ({ hash, reason }) => {
        await this.#current(hash);
        return done(masterPlan.reject(reason === "" ? { id: plan } : { id: plan, reason }));
      },
      requestChanges: async ({ hash, text }) => {
        await this.#current(hash);
        return done(actions.requestChanges(plan, text));
      },
      editAsDocument: ({ node }) => done(actions.editAsDocument(plan, node)),
      control: ({ run, action }) => done(masterPlan[action]({ run: this.#run(run) })),
      task: ({ run, task, action, text }) =>
        done(masterPlan.task({ run: this.#run(run), task, action, ...textFor(action, text) })),
      gate: ({ run, phase, go, reason }) =>
        done(masterPlan.gate({ run: this.#run(run), phase, go, ...(reason === "" ? {} : { reason }) })),
      openWaiting: async ({ key }) => {
        const item = this.#last?.run?.report.waiting.find((one) => waitingKey(one) === key);
        if (item === undefined)
          throw new MasterPlanError("task.unknown", translate("This does not wait any more"));
        return done(actions.openWaiting(item));
      },
      openTask: ({ task }) => done(actions.openTask(plan, this.#last?.run?.row.id ?? null, task)),
      showOutput: async () => {
        await Promise.resolve();
        output.reveal();
        return {};
      },
      history: async () => ({
        entries: historyEntries(await masterPlan.history({ id: plan }), this.#host.options.sentence),
      }),
      finishBranch: async ({ run, how }) => {
        const result = await masterPlan.finishBranch({ run: this.#run(run), how });
        this.#loop.request();
        return result;
      },
    };
  }
}

/** Events that leave every status as it is. */
const passing: readonly string[] = ["attempt.step", "check.started", "check.finished"];

function textFor(
  action: "retry" | "skip" | "done",
  text: string,
): { readonly reason?: string; readonly note?: string } {
  if (text === "") return {};
  return action === "done" ? { note: text } : { reason: text };
}

/** The plan that a restored page belongs to; null when its state is not one of ours. */
export function planOfSubject(subject: string): PlanId | null {
  return isPlanId(subject) ? subject : null;
}
