// @ts-check
import assert from "node:assert/strict";

/** @type {Record<string, import("./pageProbe.mjs").Story>} */
export const accessibilityStories = {
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
