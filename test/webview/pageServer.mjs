// @ts-check
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { root } from "../start/paths.mjs";
import { buildPages, pagesFolder } from "./buildPages.mjs";

const types = { ".js": "text/javascript", ".css": "text/css", ".ttf": "font/ttf", ".html": "text/html" };

/**
 * Serves the built pages on the loopback address, with the policy that they have in the editor.
 * @returns {Promise<{ origin: string, close: () => Promise<void> }>}
 */
export async function startPageServer() {
  await buildPages();
  const { pageHtml } = await import(path.join(pagesFolder, "webviewHtml.mjs"));
  const spanish = await readFile(path.join(root, "media/l10n/bundle.l10n.es.json"), "utf8");
  const server = createServer((request, response) => {
    if (request.url === "/favicon.ico") return response.writeHead(204).end();
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    answer(pathname).then(
      ({ type, body }) => response.writeHead(200, { "content-type": type }).end(body),
      () => response.writeHead(404).end(),
    );
  });

  /** @param {string} pathname */
  async function answer(pathname) {
    const page = /^\/(plan|review)$/u.exec(pathname)?.[1];
    if (page !== undefined) return { type: "text/html; charset=utf-8", body: frame(page) };
    const name = path.basename(pathname);
    const file =
      name === "editorDefaults.css" ? path.join(root, "test/webview", name) : path.join(pagesFolder, name);
    const extension = /** @type {keyof typeof types} */ (path.extname(name));
    return { type: types[extension], body: await readFile(file) };
  }

  /** @param {string} page */
  function frame(page) {
    const nonce = randomBytes(16).toString("base64url");
    const html = pageHtml({
      cspSource: "'self'",
      script: `/${page}.js`,
      styles: ["/editorDefaults.css", "/codicon.css", `/${page}.css`],
      nonce,
      language: "en",
      title: page,
      subject: page,
    });
    const host = `<script nonce="${nonce}" src="/fakeHost.js"></script>`;
    const bundle = spanish.replace(/[&<>"]/gu, (character) => `&#${character.codePointAt(0)};`);
    return html
      .replace("<body ", `<body data-spanish="${bundle}" `)
      .replace('<div id="root"></div>', (root) => `${root}\n    ${host}`);
  }

  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: () => new Promise((resolve) => server.close(() => resolve(undefined))),
  };
}
