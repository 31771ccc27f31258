// @ts-check
import { readFile } from "node:fs/promises";

/** @typedef {"light" | "dark" | "high-contrast" | "high-contrast-light"} Theme */

/** @type {Record<Theme, { kind: string, variables: Record<string, string> }>} */
const themes = JSON.parse(await readFile(new URL("themes.json", import.meta.url), "utf8"));

export const themeNames = /** @type {Theme[]} */ (Object.keys(themes));

/** Everything that a theme may have set before another takes its place. */
const allOfThemes = {
  names: [...new Set(Object.values(themes).flatMap(({ variables }) => Object.keys(variables)))],
  kinds: [...new Set(Object.values(themes).flatMap(({ kind }) => kind.split(" ")))],
};

/** What the toolkit is known to set against the policy; its looks do not depend on any of it. */
const knownReports = /style-src/u;

/** @typedef {{ page: import("playwright-core").Page, faults: string[] }} Tab */

/** Tabs that nobody looks at any more: another page opens in one sooner than in a new tab. @type {Tab[]} */
const idle = [];

/**
 * Opens one state of a page as the editor would show it; `close` it. Nothing is left of what a tab showed before.
 * @param {import("playwright-core").Browser} browser
 * @param {string} origin
 * @param {{ page: "plan" | "review", state: string, theme: Theme, width: number, height?: number, language?: string }} options
 */
export async function openPage(browser, origin, options) {
  const { width, height = 900, theme } = options;
  const tab = idle.pop() ?? (await newTab(browser));
  const { page } = tab;
  /** @type {string[]} */
  const faults = (tab.faults = []);
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ reducedMotion: "no-preference" });
  /** As the editor does when a person changes the theme: under the page, without a word to it. @param {Theme} to */
  const changeTheme = (to) =>
    page.evaluate(
      ({ from, kind, variables }) => {
        const { style } = document.documentElement;
        for (const name of from.names) style.removeProperty(name);
        for (const [name, value] of Object.entries(variables)) style.setProperty(name, value);
        document.body.classList.remove(...from.kinds);
        document.body.classList.add(...kind.split(" "));
        document.body.dataset.vscodeThemeKind = kind.split(" ")[0];
        return new Promise((resolve) =>
          window.requestAnimationFrame(() => window.requestAnimationFrame(resolve)),
        );
      },
      { from: allOfThemes, ...themes[to] },
    );
  const query = new URLSearchParams({ state: options.state, language: options.language ?? "en", theme });
  await page.goto(`${origin}/${options.page}?${query}`);
  await page.locator("h1").waitFor();
  await page.evaluate(() => document.fonts.ready);
  const close = async () => {
    await page.evaluate(() => window.sessionStorage.clear());
    await page.goto("about:blank");
    idle.push(tab);
  };
  return { page, faults, changeTheme, close };
}

/**
 * @param {import("playwright-core").Browser} browser
 * @returns {Promise<Tab>}
 */
async function newTab(browser) {
  const context = await browser.newContext({ deviceScaleFactor: 1 });
  /** @type {Tab} */
  const tab = { page: await context.newPage(), faults: [] };
  tab.page.on("pageerror", (error) => tab.faults.push(String(error)));
  tab.page.on("console", (message) => {
    if (message.type() === "error" && !knownReports.test(message.text())) tab.faults.push(message.text());
  });
  await tab.page.addInitScript((all) => {
    const theme = all[/** @type {Theme} */ (new URLSearchParams(window.location.search).get("theme"))];
    if (theme === undefined) return;
    new window.MutationObserver((_, observer) => {
      if (document.body === null) return;
      observer.disconnect();
      const { style } = document.documentElement;
      for (const [name, value] of Object.entries(theme.variables)) style.setProperty(name, value);
      document.body.classList.add(...theme.kind.split(" "));
      document.body.dataset.vscodeThemeKind = theme.kind.split(" ")[0];
    }).observe(document, { childList: true, subtree: true });
  }, themes);
  return tab;
}
