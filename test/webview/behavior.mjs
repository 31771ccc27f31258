// @ts-check
/*
 * Drives both pages in a real browser by keyboard and mouse and looks at what they ask of the host.
 * `node test/webview/behavior.mjs [part of a name]`
 */
import assert from "node:assert/strict";
import { launchBrowser } from "../editor/browserPage.mjs";
import { accessibilityStories } from "./accessibilityStories.mjs";
import { openPage } from "./openPage.mjs";
import { startPageServer } from "./pageServer.mjs";
import { planPageStories } from "./planPageStories.mjs";
import { reviewPageStories } from "./reviewPageStories.mjs";

const server = await startPageServer();
const browser = await launchBrowser();
const stories = { ...planPageStories, ...reviewPageStories, ...accessibilityStories };

const only = process.argv[2] ?? "";
let failed = 0;
for (const [name, story] of Object.entries(stories)) {
  if (!name.includes(only)) continue;
  /** @type {{ faults: string[], close: () => Promise<void> }[]} */
  const opened = [];
  try {
    await story(async ({ page, state, width = 1000, theme = "dark" }) => {
      const one = await openPage(browser, server.origin, { page, state, theme, width });
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
