import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openWorkbench } from "../editor/openWorkbench";
import type { Workbench } from "../editor/workbench";
import { root } from "../start/paths.mjs";
import { chooseDocument, git, planDocument, runCli } from "./pages";

let workbench: Workbench;
let workspace: string;
let plan: string;

beforeAll(async () => {
  workbench = await openWorkbench();
  workspace = workbench.workspace ?? "";
  await workbench.openViewContainer("MasterPlan");
  await workbench.page.getByRole("button", { name: "Choose a Model" }).first().waitFor();
  const imported = runCli(
    workbench,
    workspace,
    "import",
    path.join(root, "media", "sample", "plan.masterplan.json"),
    "--json",
  );
  plan = (JSON.parse(imported.out) as { readonly id: string }).id;
  await workbench.treeItem(/^T-01 .*, pending/u).waitFor();
});

afterEach(async ({ task: { result } }) => {
  if (result?.state === "fail") await workbench.screenshot("failed-draft");
});

afterAll(() => workbench.close());

/** Nothing started: no run is known, no branch was made, and every task is as it was. */
async function expectNothingRan(): Promise<void> {
  const listing = JSON.parse(runCli(workbench, workspace, "list", "--json").out) as { runs: unknown[] };
  expect(listing.runs).toEqual([]);
  expect(git(workspace, "branch", "--format=%(refname:short)").trim()).toBe("main");
  expect(await workbench.page.getByRole("treeitem", { name: /^T-0\d .*, pending/u }).count()).toBe(5);
}

test("GATE: a draft cannot be run from the palette", async () => {
  expect(await workbench.offers("MasterPlan: Approve Plan")).toBe(true);
  expect(await workbench.offers("MasterPlan: Run Approved Plan")).toBe(false);
  // Whoever calls it all the same, from a key of their own, is told why not.
  await workbench.execute("masterplan.runPlan");
  await workbench.notification(/is a draft; only an approval can be run/u).waitFor();
  await workbench.runCommand("Notifications: Clear All Notifications");
  await expectNothingRan();
});

test("GATE: a draft cannot be run from the tree", async () => {
  const toolbar = workbench.page.locator(".pane-header", { hasText: "Plan" });
  await toolbar.last().hover();
  expect(await workbench.page.getByRole("button", { name: "Run Approved Plan" }).count()).toBe(0);
  await workbench.treeItem(/^T-01/u).click({ button: "right" });
  const menu = workbench.page.getByRole("menu").last();
  await menu.getByRole("menuitem", { name: "Show Task" }).waitFor();
  expect(await menu.getByRole("menuitem", { name: /Run|Accept|Approve/u }).count()).toBe(0);
  await workbench.page.keyboard.press("Escape");
  await workbench.execute("masterplan.runPlan", { kind: "task", task: "T-01" });
  await expectNothingRan();
});

test("GATE: a draft cannot be run from the command line while the editor holds the store", async () => {
  const refused = runCli(workbench, workspace, "run", plan, "--json");
  expect(refused.code).not.toBe(0);
  expect(refused.out + refused.err).toContain("gate.notApproved");
  await expectNothingRan();
});

test("GATE: a draft cannot be run by arguments of a command", async () => {
  for (const argument of [plan, "A-2026-0001", { approval: plan }, { id: plan, approved: true }, [plan], 1]) {
    expect(await workbench.execute("masterplan.runPlan", argument)).not.toMatchObject({
      run: expect.anything(),
    });
  }
  await expectNothingRan();
});

test("GATE: a draft cannot be run by a message of its page", async () => {
  await workbench.page.addInitScript(keepPageChannel);
  await workbench.execute("masterplan.openPlan", plan);
  // A page that is drawn anew gives its channel to whoever waits for it.
  await workbench.page.keyboard.press("Control+W");
  await workbench.execute("masterplan.openPlan", plan);
  const page = workbench.webview();
  await page.getByRole("button", { name: "Approve v1 and run" }).waitFor();
  const answers = await page.locator("body").evaluate(async () => {
    const { api, messages } = (globalThis as unknown as { kept: Kept }).kept;
    const hash = messages.flatMap((one) => one.value?.state?.hash ?? [])[0] ?? "";
    const ask = (id: number, method: string, params: unknown): Promise<Answer> =>
      new Promise((resolve) => {
        globalThis.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
          if (data.id === id) resolve(data);
        });
        api.postMessage({ kind: "request", id, method, params });
      });
    return [
      hash,
      await ask(9001, "startRun", { hash }),
      await ask(9002, "startRun", { hash: "0".repeat(64) }),
      await ask(9003, "approve", { hash: "0".repeat(64), run: true, protected_files: [] }),
      await ask(9004, "run", { approval: "anything" }),
      await ask(9005, "startRun", { hash, approved: true }),
    ] as const;
  });
  const [hash, ...refusals] = answers;
  expect(hash).toMatch(/^[0-9a-f]{64}$/u);
  expect(refusals.map(({ ok }) => ok)).toEqual([false, false, false, false, false]);
  expect(refusals[0].error?.code).toBe("gate.notApproved");
  await expectNothingRan();
});

function task(id: string, title: string): object {
  return { task_id: id, title, description: `${title}.`, task_type: "documentation", depends_on: [] };
}

/** Without criteria, so that the page has something to say about each task. */
const notes = planDocument("Two notes", [task("T-01", "First"), task("T-02", "Second")]);

test("WV-43 a task of a draft opens in the plan document where it is written, from its row and from a finding", async () => {
  const { page } = workbench;
  await workbench.runCommand("MasterPlan: Import Plan...");
  await chooseDocument(workbench, notes);
  await workbench.treeItem(/^T-02\b.*Second.*, pending/u).waitFor();
  await workbench.webview().getByRole("heading", { level: 1, name: "Two notes" }).waitFor();

  // Where the cursor stands, the editor's status bar says.
  const line = page.getByRole("button", { name: /^Ln \d+, Col \d+/u });
  await workbench.treeMenu(/^T-02\b.*Second.*, pending/u, "Edit Plan as Document");
  await line.waitFor();
  await page.locator(".view-line", { hasText: '"task_id": "T-02"' }).waitFor();
  const second = await line.innerText();
  await workbench.runCommand("View: Close Editor");

  await workbench.webview().getByRole("button", { name: "Edit T-01 in the plan document" }).first().click();
  await page.locator(".view-line", { hasText: '"task_id": "T-01"' }).waitFor();
  const first = await line.innerText();
  const at = (text: string): number => Number(/Ln (\d+)/u.exec(text)?.[1]);
  expect(at(first)).toBeGreaterThan(1);
  expect(at(second)).toBeGreaterThan(at(first));
});

interface Answer {
  readonly id?: number;
  readonly ok?: boolean;
  readonly value?: { readonly state?: { readonly hash?: string } };
  readonly error?: { readonly code: string };
}

interface Kept {
  readonly api: { postMessage(message: unknown): void };
  readonly messages: readonly Answer[];
}

/** Runs in each frame before its own scripts: remembers the channel that a page of ours talks to the host through. */
function keepPageChannel(): void {
  const kept: { api: unknown; messages: unknown[] } = { api: null, messages: [] };
  Object.assign(globalThis, { kept });
  let make: (() => unknown) | undefined;
  Object.defineProperty(globalThis, "acquireVsCodeApi", {
    configurable: true,
    get: () => make,
    set: (own: () => unknown) => {
      // Only now: the document that the page is written into forgets earlier listeners.
      globalThis.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
        kept.messages.push(data);
      });
      make = () => (kept.api = own());
    },
  });
}
