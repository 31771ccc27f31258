// @ts-check
import assert from "node:assert/strict";
import { focused, push, requests } from "./pageProbe.mjs";

/** @type {Record<string, import("./pageProbe.mjs").Story>} */
export const planPageStories = {
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
};
