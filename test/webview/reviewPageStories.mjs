// @ts-check
import assert from "node:assert/strict";
import { focused, push, requests } from "./pageProbe.mjs";

/** @type {Record<string, import("./pageProbe.mjs").Story>} */
export const reviewPageStories = {
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
  "in both high contrast themes a border tells added from removed lines, named by the theme or not": async (
    open,
  ) => {
    for (const theme of /** @type {const} */ (["high-contrast", "high-contrast-light"])) {
      const page = await open({ page: "review", state: "review", theme });
      const borders = () =>
        page.evaluate(() =>
          [".code-cell.add", ".code-cell.remove"].map((cell) => {
            const found = document.querySelector(cell);
            if (found === null) throw new Error(`No ${cell}`);
            const { borderTopStyle, borderTopWidth, borderTopColor } = window.getComputedStyle(found);
            return { style: borderTopStyle, width: borderTopWidth, color: borderTopColor };
          }),
        );
      const [added, removed] = await borders();
      assert.deepEqual([added?.style, removed?.style], ["solid", "dashed"], theme);
      assert.deepEqual([added?.width, removed?.width], ["1px", "1px"], theme);
      assert.notEqual(added?.color, removed?.color);
      const named = await page.evaluate(() => {
        const { style } = document.documentElement;
        const names = ["inserted", "removed"].map((one) => `--vscode-diffEditor-${one}TextBorder`);
        const values = names.map((name) => style.getPropertyValue(name));
        for (const name of names) style.removeProperty(name);
        return values;
      });
      assert.ok(
        named.every((value) => value !== ""),
        "the editor names both colors",
      );
      assert.deepEqual(
        (await borders()).map(({ style }) => style),
        ["solid", "dashed"],
        theme,
      );
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
};
