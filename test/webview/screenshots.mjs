// @ts-check
/*
 * Opens every state of both pages in every kind of theme, narrow and wide, and fails when axe finds something, when a
 * page scrolls sideways, or when a page reports an error. Pictures land in test/output/webview.
 * `node test/webview/screenshots.mjs [part of a name] [--no-pictures]`
 */
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { launchBrowser } from "../editor/browserPage.mjs";
import { output } from "../start/paths.mjs";
import { openPage, themeNames } from "./openPage.mjs";
import { startPageServer } from "./pageServer.mjs";

const pictures = !process.argv.includes("--no-pictures");
const only = process.argv.slice(2).find((argument) => argument !== "--no-pictures") ?? "";
/** What a person does before the picture is taken. @type {Record<string, (page: import("playwright-core").Page) => Promise<void>>} */
const scenes = {
  none: async () => undefined,
  details: async (page) => {
    await page.locator("#tasks-title + vscode-button").click();
    await page.locator("[data-task=T-02] vscode-button >> nth=0").click();
    await page.locator("#task-comment textarea").fill("Test the old file as well");
  },
  changes: async (page) => {
    await page.locator("#request-changes").click();
    await page.keyboard.type("Leave the manual task out, and export to stdout as well");
  },
  decided: async (page) => {
    await page.keyboard.press("a");
    await page.keyboard.press("r");
    await page.keyboard.type("The example has to name the file that is written");
    await page.keyboard.press("Control+Enter");
    await page.keyboard.press("?");
  },
  noGo: async (page) => {
    await page.locator("#no-go").click();
    await page.keyboard.type("Quotes inside a title are not doubled");
  },
  history: async (page) => {
    await page.locator("#history-title").focus();
    await page.keyboard.press("Enter");
    await page.locator(".history").waitFor();
    await page.locator(".history").scrollIntoViewIfNeeded();
  },
  rejecting: async (page) => {
    await page.locator(".chip").nth(4).click();
    await page.keyboard.press("n");
    await page.keyboard.press("r");
    await page.keyboard.press("Control+Enter");
  },
};
const states = /** @type {[page: "plan" | "review", state: string, scene?: string][]} */ ([
  ["plan", "draft", "details"],
  ["plan", "draft", "changes"],
  ["review", "review", "decided"],
  ["review", "review", "rejecting"],
  ["plan", "draft"],
  ["plan", "running"],
  ["plan", "confirming"],
  ["plan", "confirming", "noGo"],
  ["plan", "completed"],
  ["plan", "merged"],
  ["plan", "approved"],
  ["plan", "closed"],
  ["plan", "approved", "history"],
  ["plan", "large"],
  ["review", "review"],
  ["review", "clean"],
  ["review", "special"],
  ["review", "settled"],
]);
const folder = path.join(output, "webview");
await mkdir(folder, { recursive: true });
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const server = await startPageServer();
const browser = await launchBrowser();
/** @type {string[]} */
const problems = [];
for (const [page, state, scene = "none"] of states) {
  for (const width of [280, 300, 1000]) {
    for (const language of ["en", "es"]) await lookAtThemes({ page, state, scene, width, language });
  }
}
await browser.close();
await server.close();
for (const problem of problems) console.error(problem);
console.log(problems.length === 0 ? "Both pages are in order" : `${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

/**
 * One page, in one theme after another. What axe says of names, roles and order holds in each; contrast is measured anew.
 * @param {{ page: "plan" | "review", state: string, scene: string, width: number, language: string }} options
 */
async function lookAtThemes({ page, state, scene, width, language }) {
  const wanted = (language === "en" ? themeNames : /** @type {const} */ (["light"]))
    .map((theme) => {
      const parts = [page, state, ...(scene === "none" ? [] : [scene]), theme, width];
      return { theme, name: [...parts, ...(language === "en" ? [] : [language])].join("-") };
    })
    .filter(({ name }) => name.includes(only));
  const [first] = wanted;
  if (first === undefined) return;
  const { theme } = first;
  const opened = await openPage(browser, server.origin, { page, state, theme, width, language });
  await scenes[scene]?.(opened.page);
  // The inspector's way around the policy; the page's own scripts keep theirs.
  await opened.page.evaluate(axe);
  for (const next of wanted) {
    if (next !== first) await opened.changeTheme(next.theme);
    problems.push(
      ...(await look(opened.page, next.name, next === first ? {} : { runOnly: ["color-contrast"] })),
    );
  }
  problems.push(...opened.faults.map((fault) => `${first.name}: ${fault}`));
  await opened.close();
}

/**
 * @param {import("playwright-core").Page} page
 * @param {string} name
 * @param {{ runOnly?: string[] }} rules
 * @returns {Promise<string[]>}
 */
async function look(page, name, rules) {
  const found = [];
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (wide > 0) found.push(`${name}: scrolls sideways by ${wide} px`);
  const violations = await page.evaluate(
    async (options) => {
      const results = await /** @type {any} */ (window).axe.run(document, options);
      return results.violations.map((/** @type {any} */ rule) => {
        const where = rule.nodes
          .slice(0, 3)
          .map(
            (/** @type {any} */ node) =>
              `${node.target.join(" ")} (${node.any[0]?.message ?? node.failureSummary})`,
          );
        return `${rule.id}: ${where.join("; ")}`;
      });
    },
    { resultTypes: ["violations"], ...rules },
  );
  found.push(...violations.map((/** @type {string} */ violation) => `${name}: ${violation}`));
  if (!pictures || name.includes("-280")) return found;
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({
    width: page.viewportSize()?.width ?? 1000,
    height: Math.min(6000, Math.max(600, height)),
  });
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
  return found;
}
