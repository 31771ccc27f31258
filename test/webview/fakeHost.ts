import { planLabels } from "../../src/protocol/planLabels";
import type { PlanState } from "../../src/protocol/planView";
import { reviewLabels } from "../../src/protocol/reviewLabels";
import type { ReviewState } from "../../src/protocol/reviewView";
import type { RpcRequest } from "../../src/protocol/rpc";
import { largePlan, largePlanRows } from "./largePlan";
import { planHistory } from "./planParts";
import { planStates } from "./planStates";
import { reviewStates } from "./reviewStates";

/*
 * Stands in for the editor in the browser: answers `ready` with the state that the address names and keeps every
 * other request for the test to look at. Loaded before the page's own script.
 */

interface TestWindow extends Window {
  acquireVsCodeApi: () => unknown;
  requests: RpcRequest[];
  push: (name: string, payload: unknown) => void;
  /** The state that the page began with, to send changed copies of. */
  sample: () => { readonly state: unknown };
}

const self = window as unknown as TestWindow;
const query = new URLSearchParams(location.search);
const name = query.get("state") ?? "";
const spanish = query.get("language") === "es";
let saved: unknown = JSON.parse(sessionStorage.getItem("state") ?? "null");

const plan: PlanState | undefined = name === "large" ? largePlan() : planStates[name];
const review: ReviewState | undefined = reviewStates[name];

self.requests = [];
self.push = (event, payload) => window.postMessage({ kind: "event", name: event, payload });
self.sample = () => ({ state: plan ?? review });
self.acquireVsCodeApi = () => ({
  postMessage: (message: RpcRequest) => {
    self.requests.push(message);
    void answer(message);
  },
  getState: () => saved,
  setState: (state: unknown) => {
    saved = state;
    sessionStorage.setItem("state", JSON.stringify(state));
  },
});

async function answer({ id, method, params }: RpcRequest): Promise<void> {
  const value = await valueOf(method, params as Record<string, number | string>);
  window.postMessage({ kind: "response", id, ok: true, value });
}

async function valueOf(method: string, params: Record<string, number | string>): Promise<unknown> {
  if (method === "ready") {
    return { language: spanish ? "es" : "en", labels: await labels(), state: plan ?? review };
  }
  if (method === "phaseRows") {
    const rows = largePlanRows(String(params["phase"]));
    const from = Number(params["offset"]);
    return {
      ...params,
      stamp: "s",
      total: rows.length,
      rows: rows.slice(from, from + Number(params["limit"])),
    };
  }
  if (method === "history") return { entries: planHistory };
  return {};
}

async function labels(): Promise<Record<string, string>> {
  const all: Record<string, string> = plan === undefined ? reviewLabels : planLabels;
  if (!spanish) return all;
  const bundle = JSON.parse(document.body.dataset["spanish"] ?? "{}") as Record<string, string>;
  return Object.fromEntries(Object.entries(all).map(([key, text]) => [key, bundle[text] ?? text]));
}
