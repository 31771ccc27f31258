// @ts-check
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { startGroup, stopGroup } from "./childProcesses.mjs";
import { freePort } from "./freePort.mjs";
import { packagedFiles } from "./packagedFiles.mjs";
import { toolEnvironment } from "./paths.mjs";

/**
 * @typedef {object} EditorServerOptions
 * @property {{ node: string, serverMain: string }} editor what `installEditor` found
 * @property {string} profile folder for everything the editor writes; a new one is a fresh profile
 * @property {number} [port] fixed where state must be found again: the editor's id of a folder depends on the address
 * @property {boolean} [trust] whether folders are trusted without asking; true unless told otherwise
 * @property {string} [locale] display language of the extensions, such as "es"
 * @property {Record<string, unknown>} [settings] the person's settings
 * @property {readonly string[]} [extensions] folders of extensions to install
 * @property {string} [token] what an address must carry to be let in; nobody is asked without it
 * @property {boolean} [smokeTest] takes an extension and its tests from the address; shows no notifications then
 * @property {NodeJS.ProcessEnv} [env] laid over this process's environment
 */

/** @typedef {{ port: number, origin: string, token: string | undefined, log: () => string, stop: () => Promise<void> }} EditorServer */

/**
 * Starts the editor's server on the loopback address and resolves when it takes connections.
 * @param {EditorServerOptions} options
 * @returns {Promise<EditorServer>}
 */
export async function startEditorServer(options) {
  const port = options.port ?? (await freePort());
  const data = path.join(options.profile, "user");
  const extensions = path.join(options.profile, "extensions");
  await mkdir(path.join(data, "User"), { recursive: true });
  await mkdir(extensions, { recursive: true });
  if (options.settings !== undefined) {
    await writeFile(path.join(data, "User", "settings.json"), JSON.stringify(options.settings, undefined, 2));
  }
  if (options.locale !== undefined) await writeLanguagePack(data, options.locale);
  for (const folder of options.extensions ?? []) {
    await installExtension(folder, extensions);
  }
  const { token } = options;
  const flags = ["--accept-server-license-terms"];
  flags.push(...(token === undefined ? ["--without-connection-token"] : ["--connection-token", token]));
  if (options.smokeTest === true) flags.push("--enable-smoke-test-driver");
  if (options.trust !== false) flags.push("--disable-workspace-trust");
  if (options.locale !== undefined) flags.push("--locale", options.locale);
  const folders = [
    "--user-data-dir",
    data,
    "--server-data-dir",
    path.join(options.profile, "server"),
    "--extensions-dir",
    extensions,
  ];
  const address = ["--host", "127.0.0.1", "--port", String(port)];
  const child = startGroup(
    options.editor.node,
    [options.editor.serverMain, ...address, ...flags, ...folders],
    {
      // Started from a shell: the extension host keeps this environment and asks no login shell for another.
      env: { ...toolEnvironment(), ...options.env, VSCODE_CLI: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let log = "";
  await new Promise((resolve, reject) => {
    /** @param {Buffer} chunk */
    const read = (chunk) => {
      log += String(chunk);
      if (log.includes(`agent listening on ${port}`)) resolve(undefined);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", reject);
    child.once("exit", (code) =>
      reject(new Error(`The editor's server ended with exit code ${code}:\n${log}`)),
    );
  });
  return { port, origin: `http://127.0.0.1:${port}`, token, log: () => log, stop: () => stopGroup(child) };
}

/**
 * The address that opens `folder` (or the folders that a `.code-workspace` file names), or a window without one.
 * @param {EditorServer} server
 * @param {string} [folder]
 * @param {{ extension: string, testsPath: string }} [tests] an extension under development and what to run in its host
 */
export function workbenchAddress(server, folder, tests) {
  const query = new URLSearchParams();
  if (folder === undefined) query.set("ew", "true");
  else query.set(folder.endsWith(".code-workspace") ? "workspace" : "folder", uriPath(folder));
  if (server.token !== undefined) query.set("tkn", server.token);
  if (tests !== undefined) {
    const remote = `vscode-remote://127.0.0.1:${server.port}`;
    const payload = [
      ["extensionDevelopmentPath", remote + uriPath(tests.extension)],
      ["extensionTestsPath", remote + uriPath(tests.testsPath)],
      ["skipWelcome", "true"],
    ];
    query.set("payload", JSON.stringify(payload));
  }
  return `${server.origin}/?${query}`;
}

/** @param {string} file */
function uriPath(file) {
  return process.platform === "win32" ? `/${file.replaceAll("\\", "/")}` : file;
}

/**
 * Copies just what a package would hold, so that nothing of the checkout can be reached by accident.
 * @param {string} folder
 * @param {string} extensions
 */
async function installExtension(folder, extensions) {
  const manifest = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const target = path.join(extensions, `${manifest.publisher}.${manifest.name}-${manifest.version}`);
  await rm(target, { recursive: true, force: true });
  for (const name of await packagedFiles(folder)) {
    await mkdir(path.dirname(path.join(target, name)), { recursive: true });
    await copyFile(path.join(folder, name), path.join(target, name));
  }
}

/**
 * An empty language pack: it leaves the editor's own words English and makes the extensions' words come in `locale`.
 * @param {string} data
 * @param {string} locale
 */
async function writeLanguagePack(data, locale) {
  const translations = path.join(data, `empty-${locale}.i18n.json`);
  await writeFile(translations, JSON.stringify({ version: "1.0.0", contents: {} }));
  const pack = {
    hash: `empty-${locale}`,
    label: locale,
    extensions: [{ extensionIdentifier: { id: `test.empty-${locale}` }, version: "0.0.1" }],
    translations: { vscode: translations },
  };
  await writeFile(path.join(data, "languagepacks.json"), JSON.stringify({ [locale]: pack }));
}
