import { describe, expect, it } from "vitest";
import type { Argv } from "../../../../src/core/plan/plan";
import {
  approvedScripts,
  scriptsGrant,
  unapprovedCommands,
} from "../../../../src/core/validation/approvedChecks";
import { commandScripts, flatScripts } from "../../../../src/core/validation/commandScripts";

const root = {
  build: "tsc && npm run copy",
  prebuild: "node pre.js",
  copy: "cp a b",
  "copy:all": "cp -r a b",
  all: "turbo run build",
  each: "cd packages/a && npm run build",
  test: "node --test",
  postinstall: "node post.js",
  start: "node .",
};
const inner = { build: "tsc -p .", test: "vitest run", prepare: "husky" };

function scripts(...argv: string[]): readonly string[] {
  const files: Readonly<Record<string, unknown>> = { "package.json": root, "packages/a/package.json": inner };
  const view = {
    files: Object.keys(files),
    read: (path: string) => JSON.stringify({ scripts: files[path] }),
  };
  return Object.keys(flatScripts(commandScripts(view, argv)));
}

describe("the scripts behind an argument vector", () => {
  it.each<readonly [string, readonly string[]]>([
    ["npm run build", ["build", "copy", "prebuild"]],
    ["/usr/bin/npm run-script --silent build", ["build", "copy", "prebuild"]],
    ["yarn build", ["build", "copy", "prebuild"]],
    ["pnpm build", ["build", "copy", "prebuild"]],
    ["corepack pnpm@9 build", ["build", "copy", "prebuild"]],
    ["env CI=1 npm t", ["test"]],
    ["node --run test", ["test"]],
    ["node --run=test", ["test"]],
    ["npm restart", ["start"]],
    ["npm ci", ["postinstall"]],
    ["yarn", ["postinstall"]],
    ["npm cit", ["postinstall", "test"]],
    ["run-p copy:*", ["copy:all"]],
    ["npm run build -ws", ["build", "copy", "packages/a/build", "prebuild"]],
    ["npm --prefix packages/a test", ["packages/a/test", "test"]],
    ["npx turbo run build", ["build", "copy", "packages/a/build", "prebuild"]],
    ["npm run all", ["all", "build", "copy", "packages/a/build", "prebuild"]],
    ["npm run each", ["build", "copy", "each", "packages/a/build", "prebuild"]],
    ["npm run missing", []],
    ["node build", []],
    ["make build", []],
    ["python -m build", []],
  ])("CB-5 are found by its words: %s", (line, expected) => {
    expect([...scripts(...line.split(" "))].sort()).toEqual([...expected].sort());
  });

  it("CB-5 an approval covers the texts that it was given with, and none of an older approval", () => {
    const command: Argv = ["npm", "run", "build"];
    const grants = [scriptsGrant([{ command, scripts: { build: "tsc", prebuild: "true" } }])];
    const open = (now: Readonly<Record<string, string>>, kept: readonly string[] = grants) =>
      unapprovedCommands([{ command, scripts: now }], kept).length;
    expect(open({ build: "tsc", prebuild: "true" })).toBe(0);
    expect(open({ build: "tsc" }), "less runs").toBe(0);
    expect(open({ build: "tsc", prebuild: "false" })).toBe(1);
    expect(open({ build: "tsc", postbuild: "true" })).toBe(1);
    expect(open({ build: "tsc" }, [])).toBe(1);
    expect(approvedScripts(grants, ["npm", "run", "other"])).toEqual({});
    expect(approvedScripts([], command)).toBeNull();
  });
});
