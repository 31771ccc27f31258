// @ts-check
/*
 * Reads the theme variables that pages get from the real editor and keeps those that the bundles use in `themes.json`.
 * Run it again when a page uses a variable that is not in there: `node test/webview/captureThemes.mjs`.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { launchBrowser } from "../editor/browserPage.mjs";
import { createProfile } from "../editor/profile.mjs";
import { installEditor } from "../start/editorInstall.mjs";
import { startEditorServer, workbenchAddress } from "../start/editorServer.mjs";
import { buildPages, pagesFolder } from "./buildPages.mjs";

const themes = {
  light: "Light Modern",
  dark: "Dark Modern",
  "high-contrast": "Default High Contrast",
  "high-contrast-light": "Default High Contrast Light",
};

const manifest = {
  name: "theme-capture",
  publisher: "test",
  version: "1.0.0",
  engines: { vscode: "^1.101.0" },
  main: "main.cjs",
  activationEvents: ["onStartupFinished"],
};
const main = `
const vscode = require("vscode");
exports.activate = () => {
  vscode.window.createWebviewPanel("themeCapture", "Themes", 1, {}).webview.html = "<p id=here>here</p>";
};
`;

await buildPages();
const bundles = ["plan", "review"].flatMap((name) => [`${name}.js`, `${name}.css`]);
const text = (await Promise.all(bundles.map((name) => readFile(path.join(pagesFolder, name), "utf8")))).join(
  "\n",
);
const used = new Set(text.match(/--vscode-[A-Za-z0-9-]+/gu) ?? []);

const folder = await mkdtemp(path.join(os.tmpdir(), "theme-capture-"));
await mkdir(folder, { recursive: true });
await writeFile(path.join(folder, "package.json"), JSON.stringify(manifest));
await writeFile(path.join(folder, "main.cjs"), main);
const editor = await installEditor("current", (line) => console.error(line));
const browser = await launchBrowser();
/** @type {Record<string, { kind: string, variables: Record<string, string> }>} */
const captured = {};
for (const [name, setting] of Object.entries(themes)) {
  const profile = await createProfile();
  const settings = {
    "workbench.colorTheme": setting,
    "workbench.startupEditor": "none",
    "window.autoDetectColorScheme": false,
    "window.autoDetectHighContrast": false,
  };
  const server = await startEditorServer({
    editor,
    profile: profile.folder,
    env: profile.env,
    settings,
    extensions: [folder],
  });
  const page = await browser.newPage();
  await page.goto(workbenchAddress(server));
  const frame = page.frameLocator("iframe.webview").frameLocator("#active-frame");
  await frame.locator("#here").waitFor({ timeout: 60_000 });
  captured[name] = await frame.locator("body").evaluate((body) => {
    const style = body.ownerDocument.documentElement.style;
    const names = Array.from({ length: style.length }, (_, index) => style.item(index));
    return {
      kind: body.className,
      variables: Object.fromEntries(names.sort().map((item) => [item, style.getPropertyValue(item)])),
    };
  });
  await page.close();
  await server.stop();
  await profile.remove();
}
await browser.close();
await rm(folder, { recursive: true });
for (const theme of Object.values(captured)) {
  theme.variables = Object.fromEntries(Object.entries(theme.variables).filter(([name]) => used.has(name)));
}
await writeFile(new URL("themes.json", import.meta.url), `${JSON.stringify(captured, undefined, 2)}\n`);
