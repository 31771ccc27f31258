// @ts-check
import { runProgram } from "./childProcesses.mjs";

/**
 * Runs npm itself: the very one that started this program when there is one, otherwise the one on the path.
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, quiet?: boolean, timeoutMs?: number }} [options]
 */
export async function runNpm(args, options = {}) {
  const script = process.env["npm_execpath"];
  if (script !== undefined && /\.c?js$/u.test(script)) {
    const node = process.env["npm_node_execpath"] ?? process.execPath;
    return runProgram(node, [script, ...args], options);
  }
  if (process.platform === "win32") return runProgram("npm.cmd", args, { ...options, shell: true });
  return runProgram("npm", args, options);
}
