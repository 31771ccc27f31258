// @ts-check
import { spawn, spawnSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";

/** @typedef {import("node:child_process").ChildProcess} ChildProcess */

/** @type {Set<ChildProcess>} */
const running = new Set();
let guarded = false;

/**
 * Starts a program as the leader of its own process group, so that whatever it starts in turn can be ended with it.
 * The group is ended when this process ends, on Ctrl-C as well.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {import("node:child_process").SpawnOptions} [options]
 */
export function startGroup(file, args, options = {}) {
  guard();
  const child = spawn(file, args, { ...options, detached: process.platform !== "win32", windowsHide: true });
  running.add(child);
  child.once("error", () => running.delete(child));
  return child;
}

/**
 * Ends the whole group of a process made by `startGroup`: asks first, so that it can end what it started itself, and
 * kills what is left after `graceMs`. Resolves when all of it is gone.
 * @param {ChildProcess} child
 * @param {number} [graceMs]
 */
export async function stopGroup(child, graceMs = 3000) {
  const gone = hasEnded(child) ? Promise.resolve() : new Promise((resolve) => child.once("exit", resolve));
  const deadline = performance.now() + graceMs;
  signalGroup(child, "SIGTERM");
  while (groupLives(child) && performance.now() < deadline) await delay(20);
  signalGroup(child, "SIGKILL");
  await gone;
  running.delete(child);
}

/**
 * Runs a program to its end.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, quiet?: boolean, label?: string, timeoutMs?: number, shell?: boolean }} [options] with `quiet` the
 *   output is only collected, with `label` each line begins with it; a program that runs longer than `timeoutMs` is ended
 * @returns {Promise<{ code: number, output: string, timedOut: boolean }>}
 */
export async function runProgram(file, args, options = {}) {
  const child = startGroup(file, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    shell: options.shell ?? false,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    /** A line whose end has not come yet. */
    let begun = "";
    stream?.setEncoding("utf8");
    stream?.on("data", (/** @type {string} */ chunk) => {
      text += chunk;
      if (options.quiet === true) return;
      if (options.label === undefined) process.stdout.write(chunk);
      else begun = writeLines(options.label, begun + chunk);
    });
    stream?.once("end", () => {
      if (options.label !== undefined && begun !== "") writeLines(options.label, `${begun}\n`);
    });
  }
  let timedOut = false;
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          void stopGroup(child);
        }, options.timeoutMs);
  const code = await new Promise((resolve) => {
    child.once("error", (error) => {
      text += `${file}: ${error.message}\n`;
      resolve(127);
    });
    child.once("close", (status) => resolve(status ?? 1));
  });
  clearTimeout(timer);
  running.delete(child);
  return { code, output: text, timedOut };
}

/**
 * Writes the whole lines of `text`; answers what is left.
 * @param {string} label
 * @param {string} text
 */
function writeLines(label, text) {
  const lines = text.split("\n");
  const rest = lines.pop() ?? "";
  const full = lines.filter((line) => line.trim() !== "");
  if (full.length > 0) process.stdout.write(full.map((line) => `${label} ${line}\n`).join(""));
  return rest;
}

/** @param {ChildProcess} child */
function hasEnded(child) {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/**
 * @param {ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  if (process.platform === "win32") {
    if (!hasEnded(child))
      spawnSync("taskkill", ["/pid", String(child.pid), "/T", "/F"], { windowsHide: true });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // The group being gone already is the state we want.
    if (!(error instanceof Error && "code" in error && (error.code === "ESRCH" || error.code === "EPERM")))
      throw error;
  }
}

/** @param {ChildProcess} child */
function groupLives(child) {
  if (process.platform === "win32") return !hasEnded(child);
  try {
    process.kill(-(child.pid ?? 0), 0);
    return child.pid !== undefined;
  } catch {
    return false;
  }
}

function guard() {
  if (guarded) return;
  guarded = true;
  process.on("exit", () => {
    for (const child of running) signalGroup(child, "SIGKILL");
  });
  const signals = /** @type {const} */ ([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ]);
  for (const [signal, code] of signals) {
    process.on(signal, () => {
      // A program with its own way to close (such as `npm start`) has put a listener besides this one.
      const alone = process.listenerCount(signal) === 1;
      void Promise.all([...running].map((child) => stopGroup(child, 1500))).then(() => {
        if (alone) process.exit(code);
      });
    });
  }
}
