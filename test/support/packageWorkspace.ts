import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { makeWorkspace, type WorkspaceFolder } from "./workspaceFolder";

/** What the manifest of the workspace holds besides its dependencies. */
export const manifest = {
  name: "shop",
  private: true,
  type: "module",
  scripts: { test: "node check.mjs" },
  workspaces: ["packages/*"],
};

/** The install that is detected there. */
export const install = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"];

/** Fails unless every dependency of the manifest can be loaded from where the script lies. */
const check = `import { readFileSync } from "node:fs";
const { dependencies = {} } = JSON.parse(readFileSync("package.json", "utf8"));
for (const name of Object.keys(dependencies)) console.log(name, (await import(name)).default);
`;

const workspaceFiles = {
  ".gitignore": "node_modules\n",
  "package.json": json({ ...manifest, dependencies: vendored("old") }),
  "check.mjs": check,
  "packages/left/package.json": json({ name: "p-left", version: "1.0.0" }),
  "packages/right/package.json": json({ name: "p-right", version: "1.0.0" }),
};

/** What npm makes of the workspace at its start; made once for many of them. */
export interface MadePackages {
  readonly folder: string;
  dispose(): Promise<void>;
}

/** `old`, `left` and `right` packed in `vendor`, and `old` installed. */
export async function makePackages(): Promise<MadePackages> {
  const folder = await mkdtemp(path.join(tmpdir(), "masterplan-packages-"));
  for (const [file, content] of Object.entries(workspaceFiles)) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), content);
  }
  for (const name of ["old", "left", "right"]) await pack(folder, name);
  npm(folder, install.slice(1));
  return { folder, dispose: () => rm(folder, { recursive: true, force: true }) };
}

/**
 * An npm workspace that needs no network: `old` is installed and committed, `left` and `right` lie packed in `vendor`,
 * and the check `test` fails while a dependency is missing.
 */
export async function makePackageWorkspace(
  packages: MadePackages,
  files: Readonly<Record<string, string>>,
): Promise<WorkspaceFolder> {
  const before = { ...workspaceFiles, "package.json": json(manifest) };
  const folder = await makeWorkspace({ ...before, ...files });
  await cp(packages.folder, folder.workspace, {
    recursive: true,
    preserveTimestamps: true,
    verbatimSymlinks: true,
  });
  await folder.git("add", "--all");
  await folder.git("commit", "--quiet", "--message", "With one dependency");
  return folder;
}

/** Dependencies of these packed packages, as a manifest names them. */
export function vendored(...names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, `file:vendor/${name}-1.0.0.tgz`]));
}

export function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

export function npm(cwd: string, args: readonly string[]): void {
  execFileSync("npm", [...args, "--offline"], { cwd, stdio: "ignore" });
}

async function pack(workspace: string, name: string): Promise<void> {
  const source = await mkdtemp(path.join(tmpdir(), "masterplan-package-"));
  await writeFile(path.join(source, "package.json"), json({ name, version: "1.0.0", main: "index.js" }));
  await writeFile(path.join(source, "index.js"), `module.exports = "${name} works";\n`);
  const vendor = path.join(workspace, "vendor");
  await mkdir(vendor, { recursive: true });
  execFileSync("npm", ["pack", "--pack-destination", vendor], { cwd: source, stdio: "ignore" });
  await rm(source, { recursive: true });
}
