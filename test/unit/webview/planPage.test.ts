// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import { planLabels } from "../../../src/protocol/planLabels";
import type { PlanState } from "../../../src/protocol/planView";
import { patch } from "../../../webview/shared/dom";
import { createWords } from "../../../webview/shared/words";
import { planPage } from "../../../webview/plan/planPage";
import {
  historyPart,
  initialArrangement,
  type PlanActions,
  type PlanPage,
} from "../../../webview/plan/planUi";
import { largePlan } from "../../webview/largePlan";
import { planHistory } from "../../webview/planParts";
import { planStates } from "../../webview/planStates";

let root: HTMLElement;
let actions: PlanActions;

beforeEach(() => {
  root = document.createElement("div");
  document.body.replaceChildren(root);
  actions = new Proxy({} as PlanActions, {
    get: (target, name) =>
      (Reflect.get(target, name) ??
        (Reflect.set(target, name, vi.fn()), Reflect.get(target, name))) as unknown,
  });
});

function show(state: PlanState, change: Partial<PlanPage> = {}): string {
  const page: PlanPage = {
    state,
    arranged: initialArrangement,
    loaded: new Map(),
    history: null,
    busy: null,
    error: null,
    now: Date.parse("2026-11-21T10:00:00Z"),
    language: "en",
    words: createWords(planLabels),
    actions,
    ...change,
  };
  patch(root, [planPage(page)]);
  return root.textContent;
}

function press(label: string): void {
  const button = [...root.querySelectorAll<HTMLElement>("vscode-button")].find((item) =>
    item.textContent.startsWith(label),
  );
  if (button === undefined) throw new Error(`There is no button ${label}`);
  button.click();
}

test("WV-18 everything that approval grants stands on the page before it can be given", () => {
  const draft = planStates["draft"]!;
  const text = show(draft);
  const { grants } = draft;
  for (const { argv } of grants.commands) for (const argument of argv) expect(text).toContain(argument);
  for (const { name, argv } of grants.checks)
    for (const part of [name, ...argv]) expect(text).toContain(part);
  for (const path of [...grants.files, ...grants.protected_files, ...grants.hooks_skipped])
    expect(text).toContain(path);
  expect(text).toContain(grants.branch);
  expect(text).toContain("$0.08 to $0.15");
  expect(text).toContain("limit $2.00");
  expect(text).toContain("42 min to 1 h 18 min");
  expect(text).toContain("recorded");
  expect(text).toContain(`sha ${draft.hash.slice(0, 12)}`);
});

test("WV-18 what a plan costs is never guessed: nothing, a range, or that the price is not known", () => {
  const draft = planStates["draft"]!;
  const withGrants = (change: Partial<typeof draft.grants>) =>
    show({ ...draft, grants: { ...draft.grants, ...change } });
  expect(withGrants({ cost: null, model_tasks: 0 })).toContain("No model calls");
  expect(withGrants({ cost: null, model_tasks: 1 })).toContain("Price not known1 task by a model");
  expect(withGrants({ cost: { min: 0, max: 0, budget: 2 } })).toContain("$0.00limit $2.00");
});

test("WV-19 arguments and paths show what is hidden in them", () => {
  const draft = planStates["draft"]!;
  const grants = {
    ...draft.grants,
    commands: [{ argv: ["node", "", "a b", "x\u202Ejs.exe", 'say "hi"'], where: "T-01" }],
    files: ["src/\u200Bevil.ts"],
  };
  const text = show({ ...draft, grants });
  expect(text).toContain('node "" "a b" "x\\u{202e}js.exe" "say \\"hi\\""');
  expect(text).toContain("src/\\u{200b}evil.ts");
});

test("the buttons of a draft ask for what they say", () => {
  show(planStates["draft"]!);
  press("Approve v1 and run");
  press("Approve only");
  press("Edit as document");
  press("Request changes");
  expect(actions.approve).toHaveBeenNthCalledWith(1, true);
  expect(actions.approve).toHaveBeenNthCalledWith(2, false);
  expect(actions.editAsDocument).toHaveBeenCalledTimes(1);
  expect(actions.arrange).toHaveBeenCalledWith({ form: "changes" });
});

test("WV-20 nothing approves a plan that is not a draft", () => {
  for (const name of ["running", "completed", "approved", "closed"]) {
    show(planStates[name]!);
    const labels = [...root.querySelectorAll("vscode-button")].map((item) => item.textContent);
    expect(
      labels.filter((label) => label.startsWith("Approve")),
      name,
    ).toEqual([]);
  }
});

test("a running plan shows what waits, what runs and what it cost", () => {
  const text = show(planStates["running"]!);
  for (const part of [
    "3 of 6 done",
    "$0.12 of $2.00",
    "Waiting for you",
    "Running now",
    "run_command",
    "recorded",
  ]) {
    expect(text).toContain(part);
  }
  press("Open");
  expect(actions.openWaiting).toHaveBeenCalledWith("review:T-04:");
  press("Retry");
  expect(actions.retry).toHaveBeenCalledWith("T-02");
});

test("a completed run reports and offers what may become of its branch", () => {
  const text = show(planStates["completed"]!);
  for (const part of ["Report", "14 of 14 passed", "42 min, estimated 54 min", "5 files"])
    expect(text).toContain(part);
  for (const [label, how] of [
    ["Merge", "merge"],
    ["Squash", "squash"],
    ["Keep branch", "keep"],
  ] as const) {
    press(label);
    expect(actions.finishBranch).toHaveBeenLastCalledWith(how);
  }
  press("Drop");
  expect(actions.arrange).toHaveBeenCalledWith({ form: "drop" });
});

test("WV-44 a branch that was brought to its end says so and offers nothing more", () => {
  show(planStates["merged"]!);
  expect(root.querySelector(".figures")?.textContent).toContain("merged");
  expect(root.querySelector(".finish")).toBeNull();
  const { completed } = planStates;
  show({ ...completed!, run: { ...completed!.run!, branch_end: "keep" } });
  expect(root.querySelector(".figures")?.textContent).toContain("kept");
  const offered = [...root.querySelectorAll(".finish vscode-button")].map((one) => one.textContent);
  expect(offered).toEqual(["Merge", "Squash", "Drop…"]);
});

test("WV-21 the page of ten thousand tasks holds one row per phase until one is opened", () => {
  const state = largePlan();
  show(state);
  expect(root.querySelectorAll(".phase")).toHaveLength(40);
  expect(root.querySelectorAll(".task")).toHaveLength(0);
  expect(root.querySelectorAll("*").length).toBeLessThan(1500);
  show(state, { arranged: { ...initialArrangement, openPhases: ["P3"] } });
  expect(root.querySelectorAll("[data-more=P3]")).toHaveLength(1);
});

test("a failure says what happened and what to do next", () => {
  show(planStates["draft"]!, {
    error: { code: "gate.frozen", message: "Panic mode is on", hint: "End it first" },
  });
  expect(root.querySelector("[role=alert]")?.textContent).toContain("Panic mode is onEnd it first");
});

test("WV-35 the end of a run lists what a person confirms; a no-go needs its reason", () => {
  const confirming = planStates["confirming"]!;
  const item = confirming.run!.waiting[0]!;
  const text = show(confirming);
  for (const criterion of item.criteria) expect(text).toContain(criterion);
  press("Go");
  expect(actions.gate).toHaveBeenCalledWith(item.phase, true);
  press("No-go");
  expect(actions.arrange).toHaveBeenCalledWith({ gateOn: item.phase });

  const asked = { ...initialArrangement, gateOn: item.phase };
  expect(show(confirming, { arranged: asked })).toContain("What has to change first?");
  const send = () =>
    [...root.querySelectorAll("vscode-button")].find((one) => one.textContent.startsWith("Say no-go"))!;
  expect((send() as HTMLButtonElement).disabled).toBe(true);
  show(confirming, { arranged: { ...asked, drafts: { ...asked.drafts, gate: "Quotes are missing" } } });
  expect((send() as HTMLButtonElement).disabled).toBe(false);
  press("Say no-go");
  expect(actions.gate).toHaveBeenCalledWith(item.phase, false);
});

test("WV-37 the history says who did what and why, refused approvals too, once it is opened", () => {
  const closed = show(planStates["draft"]!, { history: planHistory });
  expect(closed).toContain("History");
  expect(closed).not.toContain("approval refused");
  root.querySelector<HTMLElement>("#history-title")?.click();
  expect(actions.toggleHistory).toHaveBeenCalledOnce();
  const arranged = { ...initialArrangement, openTasks: [historyPart] };
  show(planStates["draft"]!, { history: planHistory, arranged });
  const items = [...root.querySelectorAll(".history li")].map((one) => one.textContent);
  expect(items[1]).toMatch(/^approval refused.*another hash than the one you saw.*Ben, Nov 21, 2026/u);
  expect(show(planStates["draft"]!, { history: [], arranged })).toContain("Nothing happened yet");
});

test("WV-42 the run's page says what is left as a range, at the pace so far", () => {
  const running = planStates["running"]!;
  expect(show(running)).toContain("Remaining6 min to 14 min");
  const even = { ...running, run: { ...running.run!, remaining: { min: 5, max: 5.2 } } };
  expect(show(even)).toContain("Remaining5 min");
  const unknown = { ...running, run: { ...running.run!, remaining: null } };
  expect(show(unknown)).not.toContain("Remaining");
});

test("WV-43 a finding of a draft is mended where it is written, or asked for in the next version", () => {
  const draft = planStates["draft"]!;
  expect(show(draft)).toContain("Approving accepts what is still listed here");
  const labelled = (label: string) => {
    const found = root.querySelector<HTMLElement>(`.findings vscode-button[aria-label="${label}"]`);
    if (found === null) throw new Error(`There is no button ${label}`);
    return found;
  };
  labelled("Edit T-06 in the plan document").click();
  expect(actions.editNode).toHaveBeenLastCalledWith("T-06");
  labelled("Edit Export in the plan document").click();
  expect(actions.editNode).toHaveBeenLastCalledWith("P2");
  labelled("Ask for a change of T-06").click();
  expect(actions.arrange).toHaveBeenLastCalledWith({
    form: "changes",
    drafts: { changes: `T-06: ${draft.findings[0]!.message}`, reject: "", gate: "" },
  });
  show(planStates["running"]!);
  expect(root.querySelectorAll(".findings vscode-button")).toHaveLength(0);
});

test("WV-43 a task of a draft is edited where it is written", () => {
  const draft = planStates["draft"]!;
  show(draft, { arranged: { ...initialArrangement, openTasks: ["T-02"] } });
  const edit = [...root.querySelectorAll<HTMLElement>('[data-task="T-02"] vscode-button')].find((one) =>
    one.textContent.startsWith("Edit"),
  );
  edit?.click();
  expect(actions.editNode).toHaveBeenCalledWith("T-02");
});
