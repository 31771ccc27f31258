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
