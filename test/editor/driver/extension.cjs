// @ts-check
const { writeFileSync } = require("node:fs");
const http = require("node:http");
const vscode = require("vscode");

/**
 * Lets a click test do from outside what another extension could do from inside: run a command with arguments and read
 * its result, or change a setting. Listens on the loopback address and tells its port in a file of the test's profile.
 * @param {import("vscode").ExtensionContext} context
 */
exports.activate = (context) => {
  const portFile = process.env["MASTERPLAN_TEST_DRIVER"];
  if (portFile === undefined) return;
  const server = http.createServer((request, response) => {
    /** @type {Buffer[]} */
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      perform(JSON.parse(Buffer.concat(chunks).toString("utf8"))).then(
        (value) => response.end(JSON.stringify({ value })),
        (error) =>
          response.end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) })),
      );
    });
  });
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    if (address !== null && typeof address === "object") writeFileSync(portFile, String(address.port));
  });
  context.subscriptions.push({ dispose: () => server.close() });
};

/** @param {{ command?: string, args?: unknown[], setting?: string, value?: unknown, focused?: boolean }} request */
async function perform(request) {
  if (request.focused !== undefined) return windowFocus(request.focused);
  if (request.command !== undefined)
    return vscode.commands.executeCommand(request.command, ...(request.args ?? []));
  if (request.setting === undefined) throw new Error("Neither a command nor a setting was asked for");
  await vscode.workspace
    .getConfiguration()
    .update(request.setting, request.value, vscode.ConfigurationTarget.Global);
  return undefined;
}

/**
 * Resolves when the extension host has heard whether the window is in front.
 * @param {boolean} focused
 */
async function windowFocus(focused) {
  if (vscode.window.state.focused === focused) return;
  await new Promise((resolve) => {
    const listener = vscode.window.onDidChangeWindowState((state) => {
      if (state.focused !== focused) return;
      listener.dispose();
      resolve(undefined);
    });
  });
}
