import { afterEach, describe, expect, it } from "vitest";
import { runPreflight, type PreflightInput } from "../../../src/engine/validation/preflight";
import type { RepositoryState } from "../../../src/ports/git";
import { aPlan, aTask } from "../../support/builders";
import { makeValidationFolder, type ValidationFolder } from "../../support/validationFolder";
import { nodeTests } from "../../support/nodeTests";

let folder: ValidationFolder;
const live = new AbortController().signal;
afterEach(async () => folder.dispose());

const repository: RepositoryState = {
  kind: "repository",
  git_version: "2.39.5",
  version_warning: null,
  head: "a".repeat(40),
  branch: "main",
  detached: false,
  dirty_files: ["notes.md"],
  operation: null,
  identity: { name: "Ada", email: "ada@example.com" },
  nested_repositories: [],
  submodules: [],
  sparse: false,
  lfs: false,
  signing: false,
  hooks: ["pre-commit"],
  problems: [],
};

const provider = {
  id: "local",
  label: "Local",
  origin: "http://localhost:1",
  model: "m",
  active: true,
  recorded: false,
  has_key: false,
};

async function preflight(over: Partial<PreflightInput> = {}) {
  return await runPreflight(
    {
      ...folder.ports,
      plan: aPlan([aTask("T1", { expected_outputs: { files: ["src/new.js", "src/cart.js"] } })], {
        files: [
          { path: "src/cart.js", change: "add" },
          { path: "src/gone.js", change: "modify" },
        ],
        compatibility: { new_env_vars: ["SHOP_URL: where the shop is", { name: "SHOP_MODE" }, 7] },
        quality_gates: [{ gate: "x", command: ["no-such-tool", "--check"] }],
      }),
      checks: await folder.checks(),
      repository,
      providers: [provider],
      freeBytes: () => Promise.resolve(10 * 2 ** 30),
      hasVariable: (name) => name === "SHOP_MODE",
      ...over,
    },
    live,
  );
}

const files = {
  "package.json": JSON.stringify({ type: "module", scripts: { test: nodeTests, lint: "node lint.mjs" } }),
  "src/cart.js": "export const a = 1;\n",
  "test/a.test.js":
    "import test from 'node:test';\ntest('a', () => {});\ntest('b', () => { throw new Error('no') });\n",
  "lint.mjs": "",
};

describe("runPreflight", () => {
  it("PT-1 reports everything once, as JSON, before the first task", async () => {
    folder = await makeValidationFolder(files);
    const said: string[] = [];
    const report = await preflight({
      onProgress: (text) => said.push(text),
      probeProvider: () => Promise.resolve("No answer at http://localhost:1"),
    });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(report.ready).toBe(true);
    expect(report.baseline.map(({ name, status, counts }) => [name, status, counts?.failed])).toEqual([
      ["test", "failed", 1],
      ["lint", "passed", undefined],
    ]);
    expect(report.not_applicable).toEqual(["types", "format", "build"]);
    expect(report.tools.map(({ name, version }) => [name, version !== null])).toEqual([
      ["no-such-tool", false],
      ["npm", true],
      ["git", true],
    ]);
    expect(report.environment).toEqual([
      { name: "SHOP_URL", set: false },
      { name: "SHOP_MODE", set: true },
    ]);
    expect(report.files_to_modify).toEqual([
      { path: "src/cart.js", change: "add", exists: true },
      { path: "src/gone.js", change: "modify", exists: false },
      { path: "src/new.js", change: "add", exists: false },
    ]);
    expect(report.providers).toEqual([
      { id: "local", label: "Local", healthy: false, message: "No answer at http://localhost:1" },
    ]);
    expect(report.findings.map((finding) => finding.code)).toEqual([
      "preflight.baseline_failed",
      "preflight.not_applicable",
      "preflight.tool_missing",
      "preflight.variable_unset",
      "preflight.file_exists",
      "preflight.file_missing",
      "preflight.dirty",
      "preflight.hooks",
      "preflight.provider",
    ]);
    expect(said).toEqual(["Running test on the base", "Running lint on the base"]);
  });

  it("PT-2 is not ready when the repository or the disk would stop the run", async () => {
    folder = await makeValidationFolder({ "a.txt": "" });
    const stuck = await preflight({
      repository: { ...repository, operation: "rebase", problems: ["A rebase is in progress"] },
    });
    expect(stuck).toMatchObject({ ready: false, problems: ["A rebase is in progress"] });
    const full = await preflight({ freeBytes: () => Promise.resolve(2 ** 20) });
    expect(full).toMatchObject({ ready: false, problems: ["Only 1 MB of disk are free"] });
    expect(
      (await preflight({ freeBytes: () => Promise.resolve(null), providers: [] })).findings.map(
        (finding) => finding.code,
      ),
    ).toContain("preflight.no_provider");
  });

  it("PT-3 keeps the output of the baseline, and stops when it is cancelled", async () => {
    folder = await makeValidationFolder(files);
    const report = await preflight();
    expect(folder.outputs.get(report.baseline[0]?.output_hash ?? "")).toContain("fail 1");
    const abort = new AbortController();
    const running = runPreflight({ ...(await inputFor()), on_output: () => abort.abort() }, abort.signal);
    await expect(running).rejects.toMatchObject({ code: "cancelled" });
  });
});

async function inputFor(): Promise<PreflightInput> {
  return {
    ...folder.ports,
    plan: aPlan([]),
    checks: await folder.checks(),
    repository,
    providers: [],
    freeBytes: () => Promise.resolve(null),
    hasVariable: () => false,
  };
}
