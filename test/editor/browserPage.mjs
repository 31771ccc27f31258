// @ts-check
import { chromium } from "playwright-core";
import { findBrowser } from "../start/browserFinder.mjs";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts a browser without a window. Close it; its profile lives in memory only. */
export async function launchBrowser() {
  const { executablePath, env } = await findBrowser((line) => console.error(line));
  return chromium.launch({ executablePath, env: defined(env), args: flags, headless: true });
}

/** @typedef {import("playwright-core").Browser} Browser */

/** Modules may be loaded anew for each file of a process; what the process keeps is found here. */
const kept = /** @type {{ masterplanBrowser?: Promise<Browser> }} */ (globalThis);

/**
 * One browser for all windows of this process, one after another; each takes a context of its own, which remembers
 * nothing of the others. It ends with the process.
 * @returns {Promise<Browser>}
 */
export async function keptBrowser() {
  const browser = await kept.masterplanBrowser?.catch(() => undefined);
  if (browser?.isConnected() === true) return browser;
  kept.masterplanBrowser = launchBrowser();
  return kept.masterplanBrowser;
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Record<string, string>}
 */
function defined(env) {
  /** @type {Record<string, string>} */
  const result = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined) result[name] = value;
  return result;
}
