// @ts-check
// Runs test/extension/**/*.test.ts inside the extension host of the editor that npm carries.
// Options: --editor lowest, --json FILE (all results in one file).
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { launchBrowser } from "./browserPage.mjs";
import { bundleExtensionTests } from "./bundleExtensionTests.mjs";
import { createProfile } from "./profile.mjs";
import { quietSettings } from "./quietSettings.mjs";
import { createSample } from "../sample/createSample.mjs";
import { installEditor } from "../start/editorInstall.mjs";
import { startEditorServer, workbenchAddress } from "../start/editorServer.mjs";
import { root } from "../start/paths.mjs";

/** @typedef {import("./extensionTestEntry").HostTestResult} HostTestResult */

/**
 * @param {{ editor?: "current" | "lowest", extension?: string, tests?: string, sessionTimeoutMs?: number }} [options]
 * @returns {Promise<HostTestResult[]>} one entry per test; a session that breaks off is one failed entry
 */
export async function runExtensionTests(options = {}) {
  const sessions = await bundleExtensionTests(options.tests);
  const editor = await installEditor(options.editor ?? "current", (line) => console.log(line));
  const results = [];
  for (const session of sessions) results.push(...(await runSession(session, editor, options)));
  return results;
}

/**
 * @param {import("./bundleExtensionTests.mjs").HostSession} session
 * @param {{ node: string, serverMain: string }} editor
 * @param {{ extension?: string, sessionTimeoutMs?: number }} options
 * @returns {Promise<HostTestResult[]>}
 */
async function runSession(session, editor, options) {
  const profile = await createProfile();
  const workspace = await createSample(path.join(profile.folder, "todo"));
  const server = await startEditorServer({
    editor,
    profile: profile.folder,
    smokeTest: true,
    trust: session.trust,
    env: profile.env,
    settings: quietSettings,
    extensions: [path.join(root, "test", "editor", "fakeLanguageModel")],
  });
  const browser = await launchBrowser();
  let log = "";
  try {
    const page = await browser.newPage();
    /** @type {Promise<number>} */
    const exit = new Promise((resolve, reject) => {
      const timeoutMs = options.sessionTimeoutMs ?? 180_000;
      const timer = setTimeout(() => reject(new Error(`no result after ${timeoutMs / 1000} s`)), timeoutMs);
      timer.unref();
      page.once("crash", () => reject(new Error("the page crashed")));
      void page.exposeFunction("codeAutomationExit", (/** @type {number} */ code) => resolve(code));
    });
    await page.exposeFunction(
      "codeAutomationLog",
      (/** @type {string} */ _type, /** @type {unknown[]} */ args) => {
        const line = args.map((arg) => (typeof arg === "string" ? arg : JSON.stringify(arg))).join(" ");
        log += `${line}\n`;
      },
    );
    await page.goto(
      workbenchAddress(server, workspace, {
        extension: options.extension ?? root,
        testsPath: session.testsPath,
      }),
    );
    const code = await exit;
    if (existsSync(session.resultFile)) return JSON.parse(await readFile(session.resultFile, "utf8"));
    throw new Error(`the suite ended with exit code ${code} and left no results`);
  } catch (error) {
    const message = `${error instanceof Error ? error.message : String(error)}\n${log}\n${server.log().slice(-4000)}`;
    return [
      { title: `extension host, ${session.name} folder`, outcome: "failed", durationMs: 0, error: message },
    ];
  } finally {
    await browser.close();
    await server.stop();
    await profile.remove();
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({ options: { editor: { type: "string" }, json: { type: "string" } } });
  const results = await runExtensionTests({ editor: values.editor === "lowest" ? "lowest" : "current" });
  for (const { title, outcome, durationMs, error } of results) {
    console.log(
      `  ${outcome.padEnd(7)} ${title} (${durationMs} ms)${error === undefined ? "" : `\n${error}`}`,
    );
  }
  if (values.json !== undefined) {
    await mkdir(path.dirname(values.json), { recursive: true });
    await writeFile(values.json, JSON.stringify(results));
  }
  process.exit(results.length > 0 && results.every(({ outcome }) => outcome !== "failed") ? 0 : 1);
}
