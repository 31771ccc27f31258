import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CheckoutCopy } from "./checkoutCopy";

const tooLong = Array.from({ length: 301 }, (_, index) => `export const seed${index} = 1;`).join("\n");

/** One seeded file per rule of ESLint: where it lies, what it holds, which rule must name it. */
const forLint = [
  [
    "src/core/seedZone.ts",
    'export type { Clock as Seed } from "../ports/clock";',
    "import-x/no-restricted-paths",
  ],
  [
    "src/ports/seedZone.ts",
    'export { gateSeed } from "../engine/seedTarget";',
    "import-x/no-restricted-paths",
  ],
  [
    "src/engine/seedZone.ts",
    'export { adapterSeed } from "../adapters/seedTarget";',
    "import-x/no-restricted-paths",
  ],
  [
    "src/cli/seedZone.ts",
    'export { adapterSeed } from "../adapters/seedTarget";',
    "import-x/no-restricted-paths",
  ],
  [
    "webview/seedZone.ts",
    'export { gateSeed } from "../src/engine/seedTarget";',
    "import-x/no-restricted-paths",
  ],
  [
    "src/core/seedEditor.ts",
    'import type * as vscode from "vscode";\nexport type Seed = vscode.Uri;',
    "@typescript-eslint/no-restricted-imports",
  ],
  [
    "src/cli/seedEditor.ts",
    'import type * as vscode from "vscode";\nexport type Seed = vscode.Uri;',
    "@typescript-eslint/no-restricted-imports",
  ],
  ["src/core/seedClock.ts", "export const seed = Date.now();", "no-restricted-properties"],
  ["src/engine/seedDate.ts", "export const seed = new Date();", "no-restricted-syntax"],
  ["src/engine/seedGlobal.ts", "export const seed = process.pid;", "no-restricted-globals"],
  ["src/core/seedDefault.ts", "export default 1;", "no-restricted-syntax"],
  ["src/core/seedEnum.ts", "export enum Seed { A }", "no-restricted-syntax"],
  ["src/core/seedLong.ts", tooLong, "max-lines"],
] as const;

/** Seeded files for the import graph; several rules see what ESLint sees while typing, over everything at once. */
const forGraph = [
  ["src/core/seedZone.ts", "core-is-pure"],
  ["src/ports/seedZone.ts", "ports-see-core"],
  ["src/engine/seedZone.ts", "engine-sees-ports"],
  ["src/cli/seedZone.ts", "cli-is-a-shell"],
  ["webview/seedZone.ts", "webview-sees-protocol"],
  ["src/core/seedEditor.ts", "only-vscode-knows-the-editor"],
  ["src/core/seedDisk.ts", "core-touches-no-machine"],
  ["src/adapters/seedSql.ts", "sqljs-in-one-place"],
  ["src/adapters/seedGit.ts", "git-in-one-place"],
  ["src/adapters/seedModel.ts", "openai-in-one-place"],
  ["src/vscode/seedSpawn.ts", "processes-in-one-place"],
  ["webview/seedToolkit.ts", "toolkit-in-one-file"],
  ["src/core/seedCycleA.ts", "no-cycles"],
] as const;

const supporting = [
  ["src/engine/seedTarget.ts", "export const gateSeed = 1;"],
  ["src/adapters/seedTarget.ts", "export const adapterSeed = 1;"],
  ["src/core/seedDisk.ts", 'import { readFileSync } from "node:fs";\nexport const seed = readFileSync;'],
  ["src/core/seedProcess.ts", "export const seed = process.pid;"],
  ["src/adapters/seedSql.ts", 'export { default as seed } from "sql.js";'],
  ["src/adapters/seedGit.ts", 'export { simpleGit as seed } from "simple-git";'],
  ["src/adapters/seedModel.ts", 'export { OpenAI as seed } from "openai";'],
  ["src/vscode/seedSpawn.ts", 'import { spawn } from "node:child_process";\nexport const seed = spawn;'],
  ["webview/seedToolkit.ts", 'export { Button as seed } from "@vscode/webview-ui-toolkit";'],
  [
    "src/core/seedCycleA.ts",
    'import { seedB } from "./seedCycleB";\nexport const seedA = (): unknown => seedB;',
  ],
  [
    "src/core/seedCycleB.ts",
    'import { seedA } from "./seedCycleA";\nexport const seedB = (): unknown => seedA;',
  ],
] as const;

/** The linter's program without what nobody seeded, which would take most of its time. */
const lintedSeeds = {
  extends: "./tsconfig.json",
  compilerOptions: { composite: false, emitDeclarationOnly: false, noEmit: true, types: ["node", "vscode"] },
  references: [],
  include: forLint.map(([file]) => file),
};

interface LintFile {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null }[];
}

interface GraphReport {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

describe("a seeded violation of the layers is caught", () => {
  let copy: CheckoutCopy;

  beforeAll(async () => {
    copy = await CheckoutCopy.create();
    for (const [file, text] of forLint) await copy.write(file, `${text}\n`);
    for (const [file, text] of supporting) await copy.write(file, `${text}\n`);
    await copy.write("tsconfig.lint.json", JSON.stringify(lintedSeeds));
  });

  afterAll(() => copy.remove());

  test("AR-1 by ESLint, while typing", async () => {
    const files = [...new Set(forLint.map(([file]) => file))];
    const { output } = await copy.run("node_modules/eslint/bin/eslint.js", "--format", "json", ...files);
    const report: LintFile[] = JSON.parse(output.slice(output.indexOf("[{")));
    const missed = forLint.filter(([file, , rule]) => {
      const found = report.find(({ filePath }) => filePath.replaceAll("\\", "/").endsWith(`/${file}`));
      return found?.messages.some(({ ruleId }) => ruleId === rule) !== true;
    });
    expect(missed.map(([file, , rule]) => `${file}: ${rule}`)).toEqual([]);
  });

  test("AR-2 by dependency-cruiser, over the whole graph", async () => {
    const { output } = await copy.run(
      "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs",
      ...["--config", ".dependency-cruiser.mjs", "--output-type", "json", "src", "webview"],
    );
    const report: GraphReport = JSON.parse(output);
    const missed = forGraph.filter(
      ([file, rule]) =>
        !report.summary.violations.some(({ from, rule: { name } }) => from === file && name === rule),
    );
    expect(missed.map(([file, rule]) => `${file}: ${rule}`)).toEqual([]);
  });

  test("AR-3 by the compiler: core knows neither the machine nor other layers", async () => {
    const { output } = await copy.run(
      "node_modules/typescript/bin/tsc",
      "-p",
      "src/core",
      "--noEmit",
      "--pretty",
      "false",
    );
    expect(output).toMatch(/seedProcess\.ts.*Cannot find name 'process'/u);
    expect(output).toMatch(/seedDisk\.ts.*Cannot find (module|name) 'node:fs'/u);
    expect(output).toMatch(/seedZone\.ts.*TS6307/u);
  });

  test("AR-4 by the bundler: the command line cannot reach the editor", async () => {
    await copy.write(
      "src/vscode/seedTitle.ts",
      'import { env } from "vscode";\nexport const seed = env.appName;\n',
    );
    await copy.write(
      "src/cli/main.ts",
      'import { seed } from "../vscode/seedTitle";\nprocess.stdout.write(seed);\n',
    );
    const { code, output } = await copy.run("esbuild.mjs");
    expect(code).not.toBe(0);
    expect(output).toContain('Could not resolve "vscode"');
  });
});
