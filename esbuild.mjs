import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";

const root = path.dirname(fileURLToPath(import.meta.url));
const production = process.argv.includes("--production");
const watch = process.argv.includes("--watch");

const base = {
  absWorkingDir: root,
  bundle: true,
  minify: production,
  sourcemap: production ? false : "linked",
  logLevel: "warning",
  legalComments: "none",
  metafile: true,
};
/** Their main entries ask for files beside themselves, or for `import.meta`, which a bundle in this format has not. */
const alias = {
  "jsonc-parser": "./node_modules/jsonc-parser/lib/esm/main.js",
  "web-tree-sitter": "./node_modules/web-tree-sitter/web-tree-sitter.cjs",
};
const node = { ...base, platform: "node", format: "cjs", target: "node20", outdir: "dist", alias };

const { version } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8"));
/** What the command line prints of itself. */
const define = { MASTERPLAN_VERSION: JSON.stringify(version) };

/** The entry loads the host bundle when it is first needed instead of carrying it. */
const separateHost = {
  name: "separate-host",
  setup(build) {
    build.onResolve({ filter: /^\.\/vscode\/host$/ }, () => ({ path: "./host.js", external: true }));
  },
};

/** One options object per runtime. Only the host builds know `vscode`; the command line fails to build if it leaks in. */
const builds = [
  // The entry stays tiny: everything else is loaded when it is first needed.
  { ...node, entryPoints: { extension: "src/extension.ts" }, external: ["vscode"], plugins: [separateHost] },
  { ...node, entryPoints: { host: "src/vscode/host.ts" }, external: ["vscode"] },
  { ...node, entryPoints: { cli: "src/cli/main.ts" }, define, banner: { js: "#!/usr/bin/env node" } },
  { ...node, entryPoints: { checkpointWorker: "src/adapters/sqljs/image/checkpointWorker.ts" } },
  {
    ...base,
    platform: "browser",
    format: "iife",
    target: "es2022",
    outdir: "dist/webview",
    entryPoints: { plan: "webview/plan/main.ts", review: "webview/review/main.ts" },
    loader: { ".ttf": "file" },
    assetNames: "[name]",
  },
];

async function copyAssets() {
  const grammars = ["bash", "cpp", "css", "go", "java", "javascript", "python", "rust", "tsx", "typescript"];
  const assets = [
    ["node_modules/sql.js/dist/sql-wasm.wasm", "dist/sql-wasm.wasm"],
    ["node_modules/web-tree-sitter/web-tree-sitter.wasm", "dist/grammars/web-tree-sitter.wasm"],
    ["test/sample/workspace", "dist/sample/workspace"],
    ["node_modules/@vscode/codicons/dist/codicon.css", "dist/webview/codicon.css"],
    ["node_modules/@vscode/codicons/dist/codicon.ttf", "dist/webview/codicon.ttf"],
    ...grammars.map((name) => [
      `node_modules/@vscode/tree-sitter-wasm/wasm/tree-sitter-${name}.wasm`,
      `dist/grammars/tree-sitter-${name}.wasm`,
    ]),
  ];
  for (const [from, to] of assets) {
    if (!existsSync(path.join(root, from))) continue;
    await mkdir(path.dirname(path.join(root, to)), { recursive: true });
    await cp(path.join(root, from), path.join(root, to), { recursive: true });
  }
}

/** The schema in the code is the truth; the editor gets a copy for plan files. */
async function writePlanSchema() {
  const entry = path.join(root, "src/core/plan/planSchema.ts");
  const { outputFiles } = await esbuild.build({
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    write: false,
  });
  const { planSchema } = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString("base64")}`
  );
  await writeFile(path.join(root, "media/plan.schema.json"), `${JSON.stringify(planSchema, null, 2)}\n`);
}

const ready = builds.filter((build) =>
  Object.values(build.entryPoints).every((entry) => existsSync(path.join(root, entry))),
);
if (!watch) await rm(path.join(root, "dist"), { recursive: true, force: true });
await copyAssets();
await writePlanSchema();
if (watch) {
  for (const build of ready) await (await esbuild.context(build)).watch();
} else {
  const inputs = {};
  for (const build of ready) {
    const result = await esbuild.build(build);
    Object.assign(inputs, result.metafile.outputs);
  }
  if (process.argv.includes("--meta")) {
    await writeFile(path.join(root, "dist/meta.json"), JSON.stringify(inputs));
  }
}
