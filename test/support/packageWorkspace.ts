import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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

/**
 * An npm workspace that needs no network: `old` is installed and committed, `left` and `right` lie packed in `vendor`,
 * and the check `test` fails while a dependency is missing.
 */
export async function makePackageWorkspace(
  files: Readonly<Record<string, string>>,
): Promise<WorkspaceFolder> {
  const folder = await makeWorkspace({
    ".gitignore": "node_modules\n",
    "package.json": json(manifest),
    "check.mjs": check,
    "packages/left/package.json": json({ name: "p-left", version: "1.0.0" }),
    "packages/right/package.json": json({ name: "p-right", version: "1.0.0" }),
    ...files,
  });
  for (const name of ["old", "left", "right"]) pack(folder.workspace, name);
  await folder.write("package.json", json({ ...manifest, dependencies: vendored("old") }));
  npm(folder.workspace, install.slice(1));
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

function pack(workspace: string, name: string): void {
  const source = mkdtempSync(path.join(tmpdir(), "masterplan-package-"));
  writeFileSync(path.join(source, "package.json"), json({ name, version: "1.0.0", main: "index.js" }));
  writeFileSync(path.join(source, "index.js"), `module.exports = "${name} works";\n`);
  const vendor = path.join(workspace, "vendor");
  mkdirSync(vendor, { recursive: true });
  execFileSync("npm", ["pack", "--pack-destination", vendor], { cwd: source, stdio: "ignore" });
  rmSync(source, { recursive: true });
}
