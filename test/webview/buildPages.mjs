// @ts-check
import { cp } from "node:fs/promises";
import path from "node:path";
import esbuild from "esbuild";
import { output, root } from "../start/paths.mjs";

/** Where the pages of the harness are built; never the product's own `dist`. */
export const pagesFolder = path.join(output, "webview-pages");

/** Builds both pages as they ship, and the stand-in for the host. */
export async function buildPages() {
  await esbuild.build({
    absWorkingDir: root,
    bundle: true,
    platform: "browser",
    format: "iife",
    target: "es2022",
    minify: true,
    logLevel: "warning",
    outdir: pagesFolder,
    entryPoints: {
      plan: "webview/plan/main.ts",
      review: "webview/review/main.ts",
      fakeHost: "test/webview/fakeHost.ts",
    },
    loader: { ".ttf": "file" },
  });
  await esbuild.build({
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: path.join(pagesFolder, "webviewHtml.mjs"),
    entryPoints: ["src/vscode/pages/webviewHtml.ts"],
    logLevel: "warning",
  });
  for (const name of ["codicon.css", "codicon.ttf"]) {
    await cp(path.join(root, "node_modules/@vscode/codicons/dist", name), path.join(pagesFolder, name));
  }
}
