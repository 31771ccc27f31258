import type { LiveState, PlanEvents, PlanHost, PlanState } from "../../src/protocol/planView";
import type { PlanLabel } from "../../src/protocol/planLabels";
import type { WireError } from "../../src/protocol/rpc";
import { createAnnouncer } from "../shared/announcer";
import { keepClearOfBar } from "../shared/barRoom";
import { patch } from "../shared/dom";
import { createRpcClient, RequestFailed, type EditorApi } from "../shared/rpcClient";
import { loadViewState } from "../shared/viewState";
import { createWords } from "../shared/words";
import { createPlanActions } from "./planActions";
import { planPage } from "./planPage";
import {
  historyPart,
  isPhaseOpen,
  initialArrangement,
  type LoadedPhase,
  type PlanArrangement,
  type PlanPage,
} from "./planUi";

const pageSize = 100;

/** Wires page, host and document together; everything it shows comes from the last snapshot. */
export function startPlanApp(document: Document, api: EditorApi, window: Window): void {
  const root = document.getElementById("root") ?? document.body;
  const subject = document.body.dataset["subject"] ?? "";
  const view = loadViewState<PlanArrangement>(api, subject, initialArrangement);
  const rpc = createRpcClient<PlanHost, PlanEvents>(api, window);
  const say = createAnnouncer(document);
  const watchBar = keepClearOfBar(document);
  const loaded = new Map<string, LoadedPhase>();
  const loading = new Set<string>();
  let page: PlanPage | null = null;
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const phase = (entry.target as HTMLElement).dataset["more"];
      if (entry.isIntersecting && phase !== undefined) void loadRows(phase, pageSize);
    }
  });

  const set = (change: Partial<PlanPage>): void => {
    if (page === null) return;
    page = { ...page, ...change };
    render();
  };
  const fail = (error: unknown): void => {
    const wire: WireError =
      error instanceof RequestFailed ? error.wire : { code: "internal", message: String(error) };
    set({ error: wire, busy: null });
  };

  async function loadRows(phase: string, more: number): Promise<void> {
    if (page === null || loading.has(phase)) return;
    const { state } = page;
    const head = state.phases.find((item) => item.id === phase);
    if (head?.rows !== null) return;
    loading.add(phase);
    try {
      const known = loaded.get(phase);
      const fresh = known?.stamp === head.stamp ? known.rows : [];
      // What was on the page stays on the page: a changed phase is read again as far as it was shown.
      const wanted = Math.max((known?.rows.length ?? 0) + more, pageSize);
      const rows = [...fresh];
      let total = rows.length + 1;
      while (rows.length < Math.min(wanted, total)) {
        const limit = Math.min(500, wanted - rows.length);
        const answer = await rpc.request("phaseRows", {
          hash: state.hash,
          phase,
          offset: rows.length,
          limit,
        });
        rows.push(...answer.rows);
        total = answer.total;
        if (answer.rows.length === 0) break;
      }
      loaded.set(phase, { stamp: head.stamp, total, rows });
    } catch (error) {
      fail(error);
    } finally {
      loading.delete(phase);
    }
    render();
  }

  function loadHistory(): void {
    rpc.request("history", {}).then(({ entries }) => set({ history: entries }), fail);
  }

  function refreshOpenPhases(): void {
    if (page === null) return;
    for (const phase of page.state.phases) {
      const known = loaded.get(phase.id);
      if (phase.rows !== null || known === undefined || known.stamp === phase.stamp) continue;
      if (isPhaseOpen(page, phase.id)) void loadRows(phase.id, 0);
      else loaded.delete(phase.id);
    }
  }

  function render(): void {
    if (page === null) return;
    patch(root, [planPage(page)]);
    watchBar();
    observer.disconnect();
    for (const element of root.querySelectorAll("[data-more]")) observer.observe(element);
  }

  function show(state: PlanState): void {
    if (page === null || state.revision < page.state.revision) return;
    const before = page.state;
    if (state.hash !== before.hash) loaded.clear();
    set({ state, now: Date.now() });
    refreshOpenPhases();
    if (page.arranged.openTasks.includes(historyPart)) loadHistory();
    const status = state.run?.status ?? state.status;
    if (status !== (before.run?.status ?? before.status)) {
      say(page.words("updatedSaid", state.title, page.words(`status.${status}` as PlanLabel)));
    }
  }

  async function start(): Promise<void> {
    const ready = await rpc.request("ready", {});
    const words = createWords(ready.labels);
    const arrange = (change: Partial<PlanArrangement>): void => {
      view.save({ ...view.value, ...change });
      set({ arranged: view.value });
    };
    const actions = createPlanActions({
      rpc,
      say,
      arrange,
      fail,
      set,
      page: () => page,
      loadMore: (phase) => void loadRows(phase, pageSize),
      loadHistory,
      focus: (id) => document.getElementById(id)?.focus(),
    });
    document.documentElement.lang = ready.language;
    page = {
      state: ready.state,
      arranged: view.value,
      loaded,
      history: null,
      busy: null,
      error: null,
      now: Date.now(),
      language: ready.language,
      words,
      actions,
    };
    render();
    if (page.arranged.openTasks.includes(historyPart)) loadHistory();
  }

  function showLive(live: LiveState): void {
    const run = page?.state.run ?? null;
    if (page === null || run?.id !== live.run) return;
    const active = run.active.map((task) => ({ ...task, steps: live.steps[task.id] ?? task.steps }));
    set({ state: { ...page.state, run: { ...run, active, output: live.output } } });
  }

  rpc.on("stateChanged", show);
  rpc.on("liveChanged", showLive);
  // The clock of a running run; a second is the finest unit on the page.
  setInterval(() => {
    if (page?.state.run?.ended_at === null) set({ now: Date.now() });
  }, 1000);
  start().catch((error: unknown) => {
    patch(root, [error instanceof Error ? error.message : String(error)]);
  });
}
