import { readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { openWorkbench } from "../editor/openWorkbench";
import type { Workbench } from "../editor/workbench";
import { root } from "../start/paths.mjs";
import { sampleRequest, sampleResponder } from "../support/sampleScript";
import { startScriptedModelServer, type ScriptedModelServer } from "../support/scriptedModelServer";

let workbench: Workbench | undefined;
let server: ScriptedModelServer | undefined;

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await workbench?.screenshot("failed-spanish");
  await workbench?.close();
  await server?.close();
  workbench = undefined;
  server = undefined;
});

test("in Spanish, sidebar and pages show no English words of ours", async () => {
  server = await startScriptedModelServer(sampleResponder());
  const env = { MASTERPLAN_BASE_URL: server.baseUrl, MASTERPLAN_MODEL: "scripted" };
  workbench = await openWorkbench({ locale: "es", env });
  const { page } = workbench;
  await workbench.openViewContainer("MasterPlan");
  const begin = page.getByRole("button", { name: "Nuevo plan", exact: true }).first();
  await begin.waitFor();
  expectNoEnglish(await page.locator(".part.sidebar").innerText());
  await begin.click();
  await workbench.answer(sampleRequest);
  const plan = workbench.webview();
  await plan.getByRole("button", { name: /^Aprobar v1 y ejecutar/u }).waitFor({ timeout: 60_000 });
  expectNoEnglish(await plan.locator("body").innerText());
  await plan.getByRole("button", { name: /^Aprobar v1 y ejecutar/u }).click();
  await page.getByRole("treeitem", { name: /^Revisar T-01/u }).click({ timeout: 90_000 });
  const review = workbench.webview();
  await review
    .getByRole("button", { name: /^Aceptar/u })
    .first()
    .waitFor();
  expectNoEnglish(await review.locator("body").innerText());
  expectNoEnglish(await page.locator(".part.sidebar").innerText());
  expectNoEnglish(await page.locator(".part.statusbar").innerText());
  const labels = await page
    // Progress bars in the sidebar are the editor's own and named by it.
    .locator(".part.sidebar [aria-label]:not(.monaco-progress-container)")
    .evaluateAll((nodes) => nodes.map((node) => node.getAttribute("aria-label") ?? "").join("\n"));
  expectNoEnglish(labels);
  expect(server.failures).toEqual([]);
}, 240_000);

/** What plans call the checks of a workspace is the same in every language. */
const checkNames: readonly string[] = ["test", "lint", "types", "build", "format"];

/** English sentences that have a Spanish form of their own; those with arguments are left to the unit tests. */
const english = new Set(
  [
    ...Object.entries(read("media/l10n/bundle.l10n.es.json")),
    ...pairs(read("package.nls.json"), read("package.nls.es.json")),
  ]
    .filter(([before, after]) => before !== after && !before.includes("{0}"))
    .map(([before]) => before)
    .filter((before) => !checkNames.includes(before)),
);

function expectNoEnglish(text: string): void {
  const lines = text.split("\n").map((line) => line.trim());
  expect(lines.filter((line) => english.has(line))).toEqual([]);
}

function read(file: string): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(path.join(root, file), "utf8")) as Record<string, string>;
}

function pairs(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): [string, string][] {
  return Object.entries(before).map(([key, value]) => [value, after[key] ?? value]);
}
