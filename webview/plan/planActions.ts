import type { PlanEvents, PlanHost } from "../../src/protocol/planView";
import type { RpcClient } from "../shared/rpcClient";
import {
  allDetails,
  approvedPart,
  historyPart,
  isPhaseOpen,
  type PlanActions,
  type PlanArrangement,
  type PlanForm,
  type PlanPage,
} from "./planUi";

interface Wiring {
  readonly rpc: RpcClient<PlanHost, PlanEvents>;
  readonly say: (text: string) => void;
  readonly arrange: (change: Partial<PlanArrangement>) => void;
  readonly fail: (error: unknown) => void;
  readonly set: (change: Partial<PlanPage>) => void;
  readonly page: () => PlanPage | null;
  readonly loadMore: (phase: string) => void;
  readonly loadHistory: () => void;
  readonly focus: (id: string) => void;
}

/** Where the focus goes when a form opens, and back to when it closes. */
const formFocus: Readonly<Record<PlanForm, { readonly into: string; readonly back: string }>> = {
  changes: { into: "changes-text", back: "request-changes" },
  reject: { into: "reject-text", back: "reject" },
  cancelRun: { into: "confirm-yes", back: "cancel-run" },
  drop: { into: "confirm-yes", back: "drop" },
};

export function createPlanActions(wiring: Wiring): PlanActions {
  const { rpc, set, fail, say } = wiring;

  /** One request at a time; the page stays as it is until the host has answered. */
  const during = (name: string, work: (page: PlanPage) => Promise<unknown>): void => {
    const page = wiring.page();
    if (page?.busy !== null) return;
    set({ busy: name, error: null });
    work(page).then(() => set({ busy: null }), fail);
  };
  const arrange = (change: Partial<PlanArrangement>): void => {
    const before = wiring.page()?.arranged;
    wiring.arrange(change);
    const { form } = change;
    if (form !== undefined && form !== before?.form) {
      if (form !== null) wiring.focus(formFocus[form].into);
      else if (before?.form != null) wiring.focus(formFocus[before.form].back);
    }
    if (typeof change.commentOn === "string") wiring.focus("task-comment");
    if (typeof change.gateOn === "string") wiring.focus("no-go-text");
    else if (change.gateOn === null && before?.gateOn != null) wiring.focus("no-go");
  };

  return {
    arrange,
    approve: (run) =>
      during("approve", async ({ state, arranged, words }) => {
        const files = arranged.granted.hash === state.hash ? arranged.granted.files : [];
        await rpc.request("approve", { hash: state.hash, run, protected_files: files });
        say(words("approvedSaid"));
      }),
    startRun: () => during("startRun", ({ state }) => rpc.request("startRun", { hash: state.hash })),
    reject: () =>
      during("reject", async ({ state, arranged }) => {
        await rpc.request("reject", { hash: state.hash, reason: arranged.drafts.reject.trim() });
        wiring.arrange({ form: null, drafts: { ...arranged.drafts, reject: "" } });
      }),
    requestChanges: () =>
      during("requestChanges", async ({ state, arranged, words }) => {
        const comments = Object.entries(arranged.comments).map(
          ([task, text]) => [task, text.trim()] as const,
        );
        const lines = comments.filter(([, text]) => text !== "").map(([task, text]) => `${task}: ${text}`);
        const text = [arranged.drafts.changes.trim(), ...lines].filter((part) => part !== "").join("\n");
        if (text === "") return;
        await rpc.request("requestChanges", { hash: state.hash, text });
        wiring.arrange({
          form: null,
          comments: {},
          commentOn: null,
          drafts: { ...arranged.drafts, changes: "" },
        });
        say(words("sentSaid"));
      }),
    editAsDocument: () => during("editAsDocument", () => rpc.request("editAsDocument", { node: null })),
    editNode: (node) => during("editAsDocument", () => rpc.request("editAsDocument", { node })),
    control: (action) =>
      during("control", async ({ state }) => {
        if (state.run === null) return;
        await rpc.request("control", { run: state.run.id, action });
        wiring.arrange({ form: null });
      }),
    retry: (task) =>
      during("task", async ({ state }) => {
        if (state.run === null) return;
        await rpc.request("task", { run: state.run.id, task, action: "retry", text: "" });
      }),
    gate: (phase, go) =>
      during("gate", async ({ state, arranged }) => {
        if (state.run === null) return;
        const reason = go ? "" : arranged.drafts.gate.trim();
        await rpc.request("gate", { run: state.run.id, phase, go, reason });
        wiring.arrange({ gateOn: null, drafts: { ...arranged.drafts, gate: "" } });
      }),
    openWaiting: (key) => during("openWaiting", () => rpc.request("openWaiting", { key })),
    openTask: (task) => during("openTask", () => rpc.request("openTask", { task })),
    showOutput: () => during("showOutput", () => rpc.request("showOutput", {})),
    finishBranch: (how) =>
      during("finishBranch", async ({ state }) => {
        if (state.run === null) return;
        await rpc.request("finishBranch", { run: state.run.id, how });
        wiring.arrange({ form: null });
      }),
    togglePhase: (phase) => {
      const page = wiring.page();
      if (page === null) return;
      const open = page.state.phases.map(({ id }) => id).filter((id) => isPhaseOpen(page, id));
      arrange({ openPhases: open.includes(phase) ? open.filter((id) => id !== phase) : [...open, phase] });
    },
    toggleTask: (task) => {
      const open = wiring.page()?.arranged.openTasks ?? [];
      arrange({ openTasks: open.includes(task) ? open.filter((id) => id !== task) : [...open, task] });
    },
    toggleAll: () => {
      const open = wiring.page()?.arranged.openTasks ?? [];
      const others = open.filter((id) => id === approvedPart || id === historyPart);
      arrange({ openTasks: open.includes(allDetails) ? others : [...others, allDetails] });
    },
    toggleHistory: () => {
      const open = wiring.page()?.arranged.openTasks ?? [];
      const isOpen = open.includes(historyPart);
      arrange({ openTasks: isOpen ? open.filter((id) => id !== historyPart) : [...open, historyPart] });
      if (!isOpen) wiring.loadHistory();
    },
    loadMore: wiring.loadMore,
    dismissError: () => set({ error: null }),
  };
}
