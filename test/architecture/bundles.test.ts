import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { deflateRawSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packagedFiles } from "../start/packagedFiles.mjs";
import { root } from "../start/paths.mjs";
import { CheckoutCopy } from "./checkoutCopy";

type Outputs = Readonly<
  Record<string, { readonly bytes: number; readonly inputs: Readonly<Record<string, unknown>> }>
>;

/** What a page of ours must not be able to do, however it is asked. */
const banned = [
  /\bfetch\s*\(/u,
  /XMLHttpRequest/u,
  /\bWebSocket\s*\(/u,
  /\bEventSource\s*\(/u,
  /sendBeacon/u,
  /\beval\s*\(/u,
].concat([/new Function\b/u, /importScripts/u, /\bimport\s*\(/u]);

/** The toolkit looks for the global object this way where `globalThis` is missing, which is nowhere we run. */
const neverReached = /new Function\((["'])return this\1\)\(\)/gu;

function pageFaults(code: string): string[] {
  const reached = code.replace(neverReached, "");
  return banned.filter((pattern) => pattern.test(reached)).map((pattern) => pattern.source);
}

let copy: CheckoutCopy;
let outputs: Outputs;

beforeAll(async () => {
  copy = await CheckoutCopy.create();
  const { code, output } = await copy.run("esbuild.mjs", "--production", "--meta");
  expect(output).toBe("");
  expect(code).toBe(0);
  outputs = JSON.parse(await readFile(path.join(copy.folder, "dist", "meta.json"), "utf8"));
});

afterAll(() => copy.remove());

test("AR-8 the entry is at most 15 kB", async () => {
  const entry = path.join(copy.folder, "dist", "extension.js");
  if (!existsSync(path.join(copy.folder, "src", "extension.ts"))) return;
  expect((await stat(entry)).size).toBeLessThanOrEqual(15_000);
});

test("AR-9 only the host bundles hold code that knows the editor", () => {
  const leaks = Object.entries(outputs)
    .filter(([file]) => !/^dist\/(extension|host)\.js(\.map)?$/u.test(file))
    .flatMap(([file, { inputs }]) =>
      Object.keys(inputs)
        .filter((input) => /^src\/vscode\/|^src\/extension\.ts$|^vscode$/u.test(input))
        .map((input) => `${file} holds ${input}`),
    );
  expect(leaks).toEqual([]);
});

test("AR-10 the pages cannot reach the network or run made-up code", async () => {
  const folder = path.join(copy.folder, "dist", "webview");
  const pages = existsSync(folder) ? (await readdir(folder)).filter((file) => file.endsWith(".js")) : [];
  const faults: string[] = [];
  for (const page of pages) {
    faults.push(
      ...pageFaults(await readFile(path.join(folder, page), "utf8")).map((fault) => `${page}: ${fault}`),
    );
  }
  expect(faults).toEqual([]);
});

test("AR-10 a page that could is named", () => {
  expect(pageFaults('const a = await fetch("/x"); new Function("return 1")();')).toHaveLength(2);
  expect(pageFaults("prefetch(1); evaluate(2); important(3)")).toEqual([]);
});

test("AR-11 the package holds bundles, media and what the marketplace shows", async () => {
  const vsce = path.join("node_modules", "@vscode", "vsce", "vsce");
  const { code, output } = await copy.run(vsce, "ls", "--no-dependencies");
  expect(output).not.toContain("ERROR");
  expect(code).toBe(0);
  const allowed =
    /^(dist\/(?!sample\/).*\.(js|css|wasm|ttf)|dist\/sample\/workspace\/.*|media\/.*|package\.json|package\.nls(\.\w+)?\.json|README\.md|CHANGELOG\.md|LICENSE)$/u;
  const files = output.split("\n").filter((line) => line !== "");
  expect(files.filter((file) => !allowed.test(file))).toEqual([]);
  expect(files).toEqual(
    expect.arrayContaining(["package.json", "dist/host.js", "media/l10n/bundle.l10n.es.json"]),
  );
  // All of the sample project, or the story of a first run ends before it begins.
  const project = path.join(root, "test", "sample", "workspace");
  const sample = (await packagedFiles(project)).map((file) => `dist/sample/workspace/${file}`);
  expect(files.filter((file) => file.startsWith("dist/sample/")).sort()).toEqual(sample);
  // The editor of the tests is given just these.
  expect([...files].sort()).toEqual(await packagedFiles(copy.folder));
});

test("AR-15 the package is at most 5 MB", async () => {
  const files = await packagedFiles(copy.folder);
  const sizes = await Promise.all(
    files.map(async (file) => deflateRawSync(await readFile(path.join(copy.folder, file))).length),
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(5 * 1024 * 1024);
  expect(sizes.length).toBeGreaterThan(40);
});
