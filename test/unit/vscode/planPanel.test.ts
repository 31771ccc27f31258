import { afterEach, expect, test } from "vitest";
import type { PublicEvent } from "../../../src/engine/publicEvent";
import type { OutputState, PlanHost } from "../../../src/protocol/planView";
import { openPlanPanel } from "../../../src/vscode/pages/planPanel";
import type { Page, PageDefinition, WebviewHost } from "../../../src/vscode/pages/webviewHost";
import { someRun } from "../../support/builders";
import { approval, aRow, aView, id, report } from "../../support/planViews";

let opened: Page<PlanHost> | undefined;

afterEach(() => {
  opened?.dispose();
  opened = undefined;
});

/** A plan page on an engine that counts how often its whole state is read. */
async function openPage() {
  const listeners: ((event: PublicEvent) => void)[] = [];
  const prints: ((run: string) => void)[] = [];
  const posts: { readonly name: string; readonly payload: unknown }[] = [];
  const output: { tail: OutputState | null; revealed: number } = { tail: null, revealed: 0 };
  let reads = 0;
  const subscribe = <T>(to: T[], one: T) => {
    to.push(one);
    return { dispose: () => to.splice(to.indexOf(one), 1) };
  };
  const options = {
    masterPlan: {
      show: () => {
        reads += 1;
        return Promise.resolve(aView({ approval, status: "in_progress", runs: [aRow()] }));
      },
      report: () => Promise.resolve(report),
      providers: () => Promise.resolve([]),
      onEvent: (listener: (event: PublicEvent) => void) => subscribe(listeners, listener),
    },
    output: {
      onDidPrint: (listener: (run: string) => void) => subscribe(prints, listener),
      tail: () => output.tail,
      reveal: () => (output.revealed += 1),
    },
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    logger: { log: () => undefined },
    translate: (text: string) => text,
    language: "en",
    describe: (error: unknown) => ({ code: "internal", message: String(error) }),
    sentence: (text: string) => text,
  };
  const open = (definition: PageDefinition<PlanHost>): void => {
    opened = definition.connect({
      post: (name, payload) => posts.push({ name, payload }),
      setTitle: () => undefined,
    });
  };
  await openPlanPanel({ options, open } as unknown as WebviewHost, id);
  const page = opened;
  if (page === undefined) throw new Error("No page was opened");
  await page.handlers.ready({});
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    page,
    posts,
    output,
    reads: () => reads,
    settle,
    event: async (type: string, more: object = {}) => {
      for (const listener of listeners) {
        listener({ at: "", run: someRun, task: "T-2", type, ...more } as unknown as PublicEvent);
      }
      await settle();
    },
    print: async (tail: OutputState) => {
      output.tail = tail;
      for (const listener of prints) listener(someRun);
      await settle();
    },
  };
}

test("WV-34 steps and output reach the page without another look at the whole plan", async () => {
  const { event, print, posts, reads } = await openPage();
  const before = reads();
  await event("attempt.step", { tool: "read_file", text: "README.md", ok: true });
  await event("check.finished", { check: "test", status: "passed", summary: "14 of 14" });
  await print({ check: "test", lines: ["ok 14"] });
  expect(reads()).toBe(before);
  expect(posts.map(({ name }) => name)).toEqual(["liveChanged", "liveChanged", "liveChanged"]);
  expect(posts.at(-1)?.payload).toEqual({
    run: someRun,
    steps: {
      "T-2": [
        { tool: "read_file", text: "README.md", ok: true },
        { tool: "test", text: "14 of 14", ok: true },
      ],
    },
    output: { check: "test", lines: ["ok 14"] },
  });

  await event("task.status", { to: "in_review" });
  expect(reads()).toBe(before + 1);
  expect(posts.at(-1)).toMatchObject({
    name: "stateChanged",
    payload: { run: { output: { check: "test", lines: ["ok 14"] } } },
  });
});

test("WV-31 a page out of sight reads nothing, and once when it is looked at again", async () => {
  const { page, event, posts, reads, settle } = await openPage();
  const before = reads();
  page.setSeen(false);
  for (const type of ["task.status", "attempt.step", "run.waiting", "commit.created"]) await event(type);
  expect([reads(), posts.length]).toEqual([before, 0]);
  page.setSeen(true);
  await settle();
  expect(reads()).toBe(before + 1);
  expect(posts.filter(({ name }) => name === "stateChanged")).toHaveLength(1);
});

test("the page leads to everything that is printed", async () => {
  const { page, output } = await openPage();
  await page.handlers.showOutput({});
  expect(output.revealed).toBe(1);
});
