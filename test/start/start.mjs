// @ts-check
// `npm start`: the editor with this extension on a sample workspace, on a machine with only Node 20 or newer and git.
// `--carried` takes the editor from npm even where a desktop one is installed; `--no-open` opens no browser.
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { runProgram, startGroup, stopGroup } from "./childProcesses.mjs";
import { installDependencies } from "./dependencies.mjs";
import { installEditor } from "./editorInstall.mjs";
import { startEditorServer, workbenchAddress } from "./editorServer.mjs";
import { freePort } from "./freePort.mjs";
import { nodeBinary, root, scratch, toolEnvironment } from "./paths.mjs";
import { createSample } from "../sample/createSample.mjs";

const { values } = parseArgs({
  options: { carried: { type: "boolean", default: false }, "no-open": { type: "boolean", default: false } },
});
const home = path.join(scratch, "start");

/** @type {(() => Promise<void>)[]} */
const closers = [];
let leaving = false;
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]))
  process.on(signal, () => void leave(0));

try {
  await start();
} catch (error) {
  console.error(`\nnpm start failed: ${error instanceof Error ? error.message : String(error)}`);
  await leave(1);
}

async function start() {
  await installDependencies(say);
  say("Building the extension");
  const built = await runProgram(nodeBinary(), ["esbuild.mjs"], {
    cwd: root,
    env: toolEnvironment(),
    quiet: true,
  });
  if (built.code !== 0) throw new Error(`the build ended with exit code ${built.code}:\n${built.output}`);
  say("Making a fresh sample workspace");
  await rm(home, { recursive: true, force: true });
  await mkdir(home, { recursive: true });
  const workspace = await createSample(path.join(home, "todo"));
  await importSamplePlan(workspace);
  const desktop = values.carried ? undefined : desktopEditor();
  if (desktop === undefined) await openCarried(workspace);
  else await openDesktop(desktop, workspace);
}

/**
 * Puts the sample plan in as a draft, the way anyone would: through the command line.
 * @param {string} workspace
 */
async function importSamplePlan(workspace) {
  const cli = path.join(root, "dist", "cli.js");
  const plan = path.join(root, "media", "sample", "plan.masterplan.json");
  const env = { ...toolEnvironment(), ...ownStore() };
  const made = await runProgram(nodeBinary(), [cli, "import", plan, "--workspace", workspace], {
    env,
    quiet: true,
  });
  if (made.code !== 0)
    throw new Error(`the sample plan could not be imported (exit code ${made.code}):\n${made.output}`);
}

/** @param {string} workspace */
async function openCarried(workspace) {
  const editor = await installEditor("current", say);
  say(`Starting VS Code ${editor.vscode}`);
  const server = await startEditorServer({
    editor,
    port: await preferredPort(8377),
    // Other people of this machine reach the loopback address too.
    token: randomBytes(16).toString("hex"),
    profile: path.join(home, "profile"),
    extensions: [root],
    env: { ...toolEnvironment(), ...ownStore() },
    settings: { "workbench.startupEditor": "none", "telemetry.telemetryLevel": "off" },
  });
  closers.push(server.stop);
  const address = workbenchAddress(server, workspace);
  if (!values["no-open"]) openInBrowser(address);
  announce(`MasterPlan runs in VS Code at:  ${address}`);
}

/**
 * @param {string} program
 * @param {string} workspace
 */
async function openDesktop(program, workspace) {
  say("Starting the VS Code that is installed here");
  const profile = path.join(home, "profile");
  const folders = [
    "--user-data-dir",
    path.join(profile, "user"),
    "--extensions-dir",
    path.join(profile, "extensions"),
  ];
  const flags = [
    "--new-window",
    "--wait",
    "--disable-workspace-trust",
    "--skip-welcome",
    `--extensionDevelopmentPath=${root}`,
  ];
  const child = startGroup(program, [...flags, ...folders, workspace], {
    env: { ...toolEnvironment(), ...ownStore() },
    stdio: "ignore",
    shell: process.platform === "win32",
  });
  closers.push(() => stopGroup(child));
  child.once("exit", (code) => void leave(code ?? 0));
  announce(`MasterPlan runs in VS Code, on the folder ${workspace}`);
}

/** @returns {string | undefined} the command that opens a desktop editor, where there is a working one */
function desktopEditor() {
  const screen =
    process.platform !== "linux" ||
    Boolean(process.env["DISPLAY"]) ||
    Boolean(process.env["WAYLAND_DISPLAY"]);
  if (!screen) return undefined;
  const probe = spawnSync("code", ["--version"], {
    shell: process.platform === "win32",
    encoding: "utf8",
    timeout: 20_000,
  });
  const [, major, minor] = /^(\d+)\.(\d+)\./u.exec(probe.stdout ?? "") ?? [];
  const supported = Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 101);
  return probe.status === 0 && supported ? "code" : undefined;
}

/**
 * What is tried out here stays apart from the person's own plans. Replies are recorded, so that the sample plan runs
 * without a key; a model that is chosen in the editor goes before.
 */
function ownStore() {
  return {
    XDG_DATA_HOME: path.join(home, "data"),
    XDG_STATE_HOME: path.join(home, "state"),
    LOCALAPPDATA: path.join(home, "data"),
    MASTERPLAN_PROVIDER: "recorded",
  };
}

/**
 * The editor keeps its state by address, so the same port finds it again.
 * @param {number} port
 */
async function preferredPort(port) {
  return (await freePort(port)) ?? (await freePort());
}

/** @param {string} address */
function openInBrowser(address) {
  const screen = Boolean(process.env["DISPLAY"]) || Boolean(process.env["WAYLAND_DISPLAY"]);
  if (process.platform === "darwin") spawnSync("open", [address], { stdio: "ignore" });
  else if (process.platform === "win32")
    spawnSync("rundll32", ["url.dll,FileProtocolHandler", address], { stdio: "ignore" });
  else if (screen) spawnSync("xdg-open", [address], { stdio: "ignore", timeout: 10_000 });
}

/** @param {string} line */
function say(line) {
  console.log(`- ${line}`);
}

/** @param {string} line */
function announce(line) {
  console.log(`\n${line}\n\nPress Ctrl-C to stop.`);
}

/** @param {number} code */
async function leave(code) {
  if (leaving) return;
  leaving = true;
  for (const close of closers.reverse()) await close();
  process.exit(code);
}
