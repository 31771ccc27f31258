// @ts-check
/*
 * Drives both pages in a real browser by keyboard and mouse and looks at what they ask of the host.
 * `node test/webview/behavior.mjs [part of a name]`
 */
import assert from "node:assert/strict";
import { launchBrowser } from "../editor/browserPage.mjs";
import { openPage } from "./openPage.mjs";
import { startPageServer } from "./pageServer.mjs";

/** @typedef {import("playwright-core").Page} Page */

const server = await startPageServer();
const browser = await launchBrowser();

/** @type {Record<string, (open: (options: { page: "plan" | "review", state: string, width?: number }) => Promise<Page>) => Promise<void>>} */
const stories = {
  "approving names the version that was shown and the files that were ticked": async (open) => {
    const page = await open({ page: "plan", state: "draft" });
    await page.getByRole("checkbox", { name: "package.json" }).click();
    await page.getByRole("button", { name: "Approve v1 and run" }).click();
    const [request] = await requests(page, "approve", 1);
    assert.equal(request.params.hash.length, 64);
    assert.deepEqual([request.params.run, request.params.protected_files], [true, [0]]);
    assert.equal(await page.locator("[role=status]").textContent(), "Plan approved");
  },
  "comments and a text make one request for changes, and Escape gives the focus back": async (open) => {
    const page = await open({ page: "plan", state: "draft" });
    await page.getByRole("button", { name: "T-01" }).first().click();
    await page.getByRole("button", { name: /^Comment/ }).click();
    await page.keyboard.type("Call it urgency");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Request changes" }).focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    assert.equal(await focused(page), "request-changes");
    await page.keyboard.press("Enter");
    await page.keyboard.type("Fewer tasks");
    await page.keyboard.press("Control+Enter");
    const [request] = await requests(page, "requestChanges", 1);
    assert.equal(request.params.text, "Fewer tasks\nT-01: Call it urgency");
  },
  "a snapshot that is older than the one shown is dropped, a newer one is shown": async (open) => {
    const page = await open({ page: "plan", state: "draft" });
    const { state } = await page.evaluate(() => /** @type {any} */ (window).sample());
    await push(page, "stateChanged", { ...state, revision: 0, title: "Stale" });
    await push(page, "stateChanged", { ...state, revision: 9, title: "Fresh", status: "approved" });
    await page.getByRole("heading", { name: "Fresh" }).waitFor();
    assert.equal(await page.locator("[role=status]").textContent(), "Fresh: approved");
    await push(page, "stateChanged", { ...state, revision: 8, title: "Stale" });
    assert.equal(await page.locator("h1").textContent(), "Fresh");
  },
  "typed text, its caret and the focus survive a snapshot": async (open) => {
    const page = await open({ page: "plan", state: "draft" });
    await page.getByRole("button", { name: "Request changes" }).click();
    await page.keyboard.type("Keep this");
    await page.keyboard.press("ArrowLeft");
    const { state } = await page.evaluate(() => /** @type {any} */ (window).sample());
    await push(page, "stateChanged", { ...state, revision: 5, title: "Moved on" });
    await page.getByRole("heading", { name: "Moved on" }).waitFor();
    await page.keyboard.type("!");
    assert.equal(await page.locator("#changes-text textarea").inputValue(), "Keep thi!s");
  },
  "ten thousand tasks open at once and load as they are scrolled to": async (open) => {
    const page = await open({ page: "plan", state: "large" });
    assert.equal(await page.locator(".task").count(), 0);
    await page.getByRole("button", { name: /^3 Area 3/ }).click();
    await page.locator("[data-task=P3-100]").waitFor({ state: "attached" });
    await page.locator("[data-more=P3]").scrollIntoViewIfNeeded();
    await page.locator("[data-task=P3-200]").waitFor({ state: "attached" });
    const asked = await requests(page, "phaseRows");
    assert.deepEqual(
      asked.slice(0, 2).map((/** @type {any} */ { params }) => [params.phase, params.offset]),
      [
        ["P3", 0],
        ["P3", 100],
      ],
    );
  },
  "a review by keyboard alone sends back with a reason and keeps what was accepted": async (open) => {
    const page = await open({ page: "review", state: "review" });
    await page.keyboard.press("a");
    assert.equal(await page.locator("[role=status]").textContent(), "Hunk 1 accepted");
    assert.equal(await focused(page), "hunk-2");
    await page.keyboard.press("r");
    await page.keyboard.press("Control+Enter");
    assert.match((await page.locator("[role=alert]").textContent()) ?? "", /Say in a few words/);
    await page.keyboard.type("name the file, and more");
    await page.keyboard.press("Control+Enter");
    assert.equal(await focused(page), "hunk-3");
    await page.keyboard.press("c");
    await page.keyboard.type("why this file?");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("button", { name: "Send back, keep 1" }).click();
    const [{ params }] = await requests(page, "sendBack", 1);
    assert.deepEqual(
      [params.keep_hunks, params.reasons, params.comments],
      [[1], [{ hunk: 2, text: "name the file, and more" }], [{ hunk: 3, text: "why this file?" }]],
    );
  },
  "accepting stops at a check that needs a waiver, then names it": async (open) => {
    const page = await open({ page: "review", state: "review" });
    await page.getByRole("button", { name: "Accept all 2 in scope" }).click();
    assert.deepEqual(await requests(page, "accept"), []);
    assert.equal(await focused(page), "waivers");
    await page.getByRole("checkbox", { name: /security/ }).click();
    await page.getByRole("button", { name: "Accept all 2 in scope" }).click();
    const [{ params }] = await requests(page, "accept", 1);
    assert.deepEqual([params.hunks, params.protected_files, params.waivers], [[1, 2], [], ["security"]]);
  },
  "a protected file is accepted only by its own button": async (open) => {
    const page = await open({ page: "review", state: "review" });
    await page.getByRole("checkbox", { name: /security/ }).click();
    await page
      .locator("#hunk-3")
      .getByRole("button", { name: /^Accept/ })
      .click();
    await page.getByRole("button", { name: "Accept 1 of 3 and finish" }).click();
    const [{ params }] = await requests(page, "accept", 1);
    assert.deepEqual([params.hunks, params.protected_files], [[3], [1]]);
  },
  "decisions survive a reload of the page, and end with the change they are about": async (open) => {
    const page = await open({ page: "review", state: "review" });
    await page.keyboard.press("a");
    await page.keyboard.press("r");
    await page.keyboard.type("half a thought");
    await page.reload();
    await page.locator("#hunk-1 .decision.accepted").waitFor();
    assert.equal(await page.locator("#note-text textarea").inputValue(), "half a thought");
    const { state } = await page.evaluate(() => /** @type {any} */ (window).sample());
    await push(page, "stateChanged", { ...state, revision: 2, change_hash: "feedfacefeedface" });
    await page.locator("#hunk-1 .decision.open").waitFor();
    assert.equal(await page.locator("[role=status]").textContent(), "A new change is shown");
  },
  "undo takes the last decision back, and single keys stay out of text fields": async (open) => {
    const page = await open({ page: "review", state: "review" });
    await page.keyboard.press("a");
    await page.keyboard.press("a");
    await page.keyboard.press("u");
    assert.equal(await page.locator("[role=status]").textContent(), "Hunk 2 is not decided");
    assert.equal(await page.locator(".decision.accepted").count(), 1);
    await page.keyboard.press("c");
    await page.keyboard.type("a r n u");
    assert.equal(await page.locator("#note-text textarea").inputValue(), "a r n u");
    assert.equal(await page.locator(".decision.accepted").count(), 1);
  },
  "a long hunk shows its next lines as they are scrolled to": async (open) => {
    const page = await open({ page: "review", state: "special" });
    await page.locator("#hunk-3 .diff-more").scrollIntoViewIfNeeded();
    await page.locator("#hunk-3 tbody tr").nth(400).waitFor({ state: "attached" });
  },
  "the width decides between two columns and one": async (open) => {
    const page = await open({ page: "review", state: "clean", width: 1000 });
    await page.locator("#hunk-1 table.split").waitFor();
    await page.setViewportSize({ width: 500, height: 800 });
    await page.locator("#hunk-1 table:not(.split)").waitFor();
  },
  "commands of the editor do what the keys do, and send what was decided": async (open) => {
    const page = await open({ page: "review", state: "review" });
    const invoke = (/** @type {string} */ command) => push(page, "invoked", { command });
    await invoke("sendReview");
    await page.locator(".problem").waitFor();
    assert.deepEqual(await requests(page, "accept"), []);
    await invoke("acceptHunk");
    await page.locator("#hunk-1 .decision.accepted").waitFor();
    await invoke("acceptHunk");
    await invoke("undoHunkDecision");
    await page.locator("#hunk-2 .decision.open").waitFor();
    await invoke("rejectHunk");
    await page.locator("#note-text textarea:focus").waitFor();
    await page.keyboard.type("name the file");
    await page.keyboard.press("Control+Enter");
    await page.locator("#hunk-2 .decision.rejected").waitFor();
    await invoke("sendReview");
    const [{ params }] = await requests(page, "sendBack", 1);
    assert.deepEqual([params.keep_hunks, params.reasons], [[1], [{ hunk: 2, text: "name the file" }]]);
  },
  "the history is opened by keyboard, asked for once and follows what happens": async (open) => {
    const page = await open({ page: "plan", state: "draft" });
    assert.deepEqual(await requests(page, "history"), []);
    await page.locator("#history-title").focus();
    await page.keyboard.press("Enter");
    await page.locator(".history").getByText("approval refused").waitFor();
    assert.equal(await focused(page), "history-title");
    assert.equal((await requests(page, "history", 1)).length, 1);
    const { state } = await page.evaluate(() => /** @type {any} */ (window).sample());
    await push(page, "stateChanged", { ...state, revision: 9 });
    assert.equal((await requests(page, "history", 2)).length, 2);
    await page.reload();
    await page.locator(".history").getByText("approval refused").waitFor();
  },
  "whatever can be clicked is reached by the Tab key": async (open) => {
    for (const [kind, state] of /** @type {const} */ ([
      ["plan", "draft"],
      ["plan", "approved"],
      ["plan", "running"],
      ["plan", "confirming"],
      ["plan", "completed"],
      ["plan", "closed"],
      ["review", "review"],
      ["review", "clean"],
    ])) {
      const page = await open({ page: kind, state });
      const wanted = await page.evaluate(() => {
        const all = document.querySelectorAll(
          "button, vscode-button, vscode-checkbox, vscode-text-area, a[href]",
        );
        const usable = [...all].filter(
          (one) => one.checkVisibility() && !(/** @type {HTMLButtonElement} */ (one).disabled),
        );
        usable.forEach((one, index) => one.setAttribute("data-tab", String(index)));
        return usable.map((one) => one.textContent ?? "");
      });
      const reached = new Set();
      for (let presses = 0; presses < wanted.length * 2 + 20; presses += 1) {
        await page.keyboard.press("Tab");
        reached.add(await page.evaluate(() => document.activeElement?.getAttribute("data-tab") ?? ""));
      }
      const missed = wanted.filter((_, index) => !reached.has(String(index)));
      assert.deepEqual(missed, [], `${kind} ${state}`);
    }
  },
  "the reason that was just given is not hidden by the bar, which grew": async (open) => {
    const page = await open({ page: "review", state: "review", width: 320 });
    await page.keyboard.press("a");
    await page.keyboard.press("a");
    await page.keyboard.press("r");
    await page.keyboard.type("The file is not part of this");
    await page.keyboard.press("Control+Enter");
    await page.locator("#hunk-3 .hunk-note").waitFor();
    const gap = await page.evaluate(() => {
      const top = document.querySelector(".action-bar")?.getBoundingClientRect().top ?? 0;
      return top - (document.querySelector("#hunk-3")?.getBoundingClientRect().bottom ?? Infinity);
    });
    assert.ok(gap >= 0, `the bar covers ${-gap} px of the hunk`);
  },
  "nothing turns for people who asked for less motion": async (open) => {
    const page = await open({ page: "plan", state: "running" });
    await page.locator(".spinner-ring").first().waitFor();
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.locator(".spinner-still").first().waitFor();
    assert.equal(await page.locator(".spinner-ring:visible").count(), 0);
  },
  "at twice the size nothing is cut off sideways": async (open) => {
    for (const [kind, state] of /** @type {const} */ ([
      ["plan", "draft"],
      ["plan", "running"],
      ["review", "review"],
    ])) {
      const page = await open({ page: kind, state, width: 560 });
      await page.evaluate(() => document.documentElement.style.setProperty("zoom", "2"));
      assert.equal(
        await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth),
        false,
        state,
      );
    }
  },
};

const only = process.argv[2] ?? "";
let failed = 0;
for (const [name, story] of Object.entries(stories)) {
  if (!name.includes(only)) continue;
  /** @type {{ faults: string[], close: () => Promise<void> }[]} */
  const opened = [];
  try {
    await story(async ({ page, state, width = 1000 }) => {
      const one = await openPage(browser, server.origin, { page, state, theme: "dark", width });
      one.page.setDefaultTimeout(10_000);
      opened.push(one);
      return one.page;
    });
    assert.deepEqual(
      opened.flatMap(({ faults }) => faults),
      [],
    );
    console.log(`ok - ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`not ok - ${name}\n${error instanceof Error ? error.message : String(error)}`);
  }
  for (const { close } of opened) await close();
}
await browser.close();
await server.close();
process.exitCode = failed === 0 ? 0 : 1;

/**
 * @param {Page} page
 * @param {string} method
 */
async function requests(page, method, atLeast = 0) {
  const asked = await page.waitForFunction(
    ([wanted, least]) => {
      const all = /** @type {any} */ (window).requests;
      const found = all.filter((/** @type {any} */ request) => request.method === wanted);
      return found.length >= Number(least) ? found : null;
    },
    [method, atLeast],
  );
  return asked.jsonValue();
}

/**
 * @param {Page} page
 * @param {string} name
 * @param {unknown} payload
 */
async function push(page, name, payload) {
  await page.evaluate(
    ([event, value]) => /** @type {any} */ (window).push(event, value),
    /** @type {const} */ ([name, payload]),
  );
}

/** @param {Page} page */
function focused(page) {
  return page.evaluate(() => document.activeElement?.id);
}
