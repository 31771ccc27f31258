import { afterEach, describe, expect, it } from "vitest";
import { blocks, type Evidence } from "../../../src/core/validation/evidence";
import type { ChangeSet } from "../../../src/core/change/changeSet";
import { validateAttempt } from "../../../src/engine/validation/validator";
import { aPlan, aTask } from "../../support/builders";
import { cart, shopFiles } from "../../support/shopWorkspace";
import { baselineOn, validateChange, type ValidateOptions } from "../../support/validateChange";
import { makeValidationFolder, type ValidationFolder } from "../../support/validationFolder";

let folder: ValidationFolder;
const live = new AbortController().signal;

afterEach(async () => folder.dispose());

const baselineNow = () => baselineOn(folder);
const validate = (change: ChangeSet, options: ValidateOptions = {}) =>
  validateChange(folder, change, options);
const brief = (evidence: readonly Evidence[]) =>
  evidence.map(({ check, severity, status }) => `${check} ${severity} ${status}`);

describe("validateAttempt", () => {
  it("VA-1 proves a good change layer by layer, in order, with counts, hashes and criteria", async () => {
    folder = await makeValidationFolder(shopFiles);
    const baseline = await baselineNow();
    const change = await folder.change({
      "src/cart.js": `${cart}export const count = (items) => items.length;\n`,
    });
    const evidence = await validate(change, {
      baseline,
      task: {
        acceptance_criteria: [
          { id: "C1", text: "Tests pass", check: "test" },
          { text: "It is exported", check: "count is there" },
          "It is pleasant",
        ],
        postconditions: [
          { type: "export_available", name: "count", from: "src/cart.js", description: "count is there" },
        ],
        expected_outputs: { files: ["src/cart.js"], exports: ["count"] },
      },
    });
    expect(brief(evidence)).toEqual([
      "scope critical passed",
      "syntax critical passed",
      "imports critical not_applicable",
      "export_available count src/cart.js critical passed",
      "export_available count src/cart.js critical passed",
      "test critical passed",
      "lint important passed",
      "security important passed",
      "complexity nice_to_have passed",
      "comments nice_to_have failed",
      "test-integrity important passed",
    ]);
    const test = evidence.find((one) => one.check === "test");
    expect(test).toMatchObject({
      counts: { total: 2, passed: 2, failed: 0, skipped: 0 },
      command: ["npm", "run", "test", "--silent"],
      exit_code: 0,
      proves: ["C1"],
    });
    expect(folder.outputs.get(test?.output_hash ?? "")).toContain("pass 2");
    expect(evidence[4]?.proves).toEqual(["It is exported"]);
    expect(evidence.flatMap((one) => one.proves ?? [])).not.toContain("It is pleasant");
  });

  it("VA-2 stops at the first critical failure: no check runs on a file that does not parse", async () => {
    folder = await makeValidationFolder(shopFiles);
    const change = await folder.change({ "src/cart.js": "export const total = (;\n" });
    const evidence = await validate(change);
    expect(brief(evidence)).toEqual(["scope critical passed", "syntax critical failed"]);
    expect(evidence[1]?.summary).toMatch(/^src\/cart\.js line 1: unexpected/u);
  });

  it("VA-3 fails an import that nothing provides, and only if the change adds it", async () => {
    folder = await makeValidationFolder({
      ...shopFiles,
      "src/old.js": "import old from './never-there.js';\n",
    });
    const added = await folder.change({ "src/cart.js": `import gone from './gone.js';\n${cart}` });
    expect((await validate(added)).at(-1)).toMatchObject({
      check: "imports",
      status: "failed",
      summary: "src/cart.js line 1: cannot resolve ./gone.js",
    });
    const touched = await folder.change({
      "src/old.js": "import old from './never-there.js';\nexport const x = 1;\n",
    });
    expect((await validate(touched)).find((one) => one.check === "imports")?.status).toBe("not_applicable");
  });

  it("VA-4 tests that passed on the base are critical: breaking one ends the validation", async () => {
    folder = await makeValidationFolder(shopFiles);
    const baseline = await baselineNow();
    const change = await folder.change({ "src/cart.js": "export const total = () => 1;\n" });
    const evidence = await validate(change, { baseline });
    expect(evidence.at(-1)).toMatchObject({
      check: "test",
      severity: "critical",
      status: "failed",
      counts: { failed: 2 },
    });
    expect(evidence.at(-1)?.summary).toMatch(/^2 of 2 tests failed\. Ended with exit code 1: /u);
  });

  it("VA-5 tests that were red before may stay red, but not get redder, unless the task names them", async () => {
    folder = await makeValidationFolder({
      ...shopFiles,
      "test/red.test.js": "import test from 'node:test';\ntest('red', () => { throw new Error('old') });\n",
    });
    const baseline = await baselineNow();
    expect(baseline.checks[0]).toMatchObject({
      name: "test",
      status: "failed",
      counts: { passed: 2, failed: 1 },
    });
    const fine = await folder.change({ "src/cart.js": `${cart}// note\n` });
    const same = (await validate(fine, { baseline })).find((one) => one.check === "test");
    expect(same).toMatchObject({ severity: "nice_to_have", status: "failed" });
    expect(same === undefined || blocks(same)).toBe(false);
    expect((await validate(fine, { baseline, task: { checks: ["test"] } })).at(-1)).toMatchObject({
      check: "test",
      severity: "critical",
      status: "failed",
    });
    const worse = await folder.change({ "src/cart.js": "export const total = () => 1;\n" });
    expect((await validate(worse, { baseline })).at(-1)).toMatchObject({
      check: "test",
      severity: "critical",
      status: "failed",
    });
  });

  it("VA-6 a check that cannot run, hangs or runs no test is never a pass", async () => {
    const scripts = {
      test: "node empty.mjs",
      lint: "no-such-linter .",
      typecheck: "node -e 'setInterval(() => {}, 1000)'",
    };
    folder = await makeValidationFolder({
      ...shopFiles,
      "package.json": JSON.stringify({ type: "module", scripts }),
      "empty.mjs": "console.log('ℹ tests 0\\nℹ pass 0\\nℹ fail 0')\n",
    });
    const change = await folder.change({ "src/cart.js": `${cart}\n` });
    const checks = (await folder.checks()).map((check) =>
      check.layer === "types" ? { ...check, severity: "important" as const, timeout_ms: 500 } : check,
    );
    const task = aTask("T1");
    const evidence = await validateAttempt(
      {
        ...folder.ports,
        task,
        plan: aPlan([task]),
        change,
        checks,
        baseline: { checks: [] },
        blocking_layers: [],
      },
      live,
      () => undefined,
    );
    const by = (layer: string) => evidence.find((one) => one.layer === layer);
    expect(by("types")).toMatchObject({ status: "timed_out" });
    expect(by("tests")).toMatchObject({ status: "not_verified", summary: "There are no tests to run" });
    expect(by("lint")).toMatchObject({
      status: "not_verified",
      summary: "Could not run: no-such-linter is not installed",
    });
    expect(evidence.filter(blocks).map((one) => one.layer)).toEqual(["types", "tests", "lint"]);
  });

  it("VA-9 runs a command once however many checks, gates and conditions name it, and gates read their metric", async () => {
    folder = await makeValidationFolder({
      ...shopFiles,
      "count.mjs":
        "import { appendFileSync, readFileSync } from 'node:fs';\nappendFileSync('runs', 'x');\nconsole.log('coverage: ' + (70 + readFileSync('runs', 'utf8').length));\n",
    });
    const change = await folder.change({ "src/cart.js": `${cart}\n` });
    const command = ["node", "count.mjs"];
    const evidence = await validate(change, {
      task: { postconditions: [{ type: "command_succeeds", command }], checks: ["coverage", "nowhere"] },
      plan: {
        quality_gates: [
          { gate: "coverage", command, metric: "coverage", operator: ">=", value: 71, when: "task" },
          { gate: "high coverage", command, metric: "coverage", operator: ">=", value: 90, when: "task" },
          { gate: "phase only", command: ["node", "none.js"], when: "phase" },
        ],
      },
    });
    expect(brief(evidence.filter((one) => one.layer === "gate"))).toEqual([
      "coverage critical passed",
      "high coverage critical failed",
    ]);
    expect(evidence.at(-1)?.summary).toBe("coverage is 71, but wanted >= 90");
  });

  it("VA-10 a check that a task asks for and the workspace lacks is not verified", async () => {
    folder = await makeValidationFolder(shopFiles);
    const change = await folder.change({ "src/cart.js": `${cart}\n` });
    expect((await validate(change, { task: { checks: ["types"] } })).at(-1)).toMatchObject({
      check: "types",
      severity: "critical",
      status: "not_verified",
    });
  });

  it("VA-13 runs nothing for an attempt that is cancelled", async () => {
    folder = await makeValidationFolder(shopFiles);
    const change = await folder.change({ "src/cart.js": `${cart}\n` });
    const task = aTask("T1");
    const abort = new AbortController();
    const running = validateAttempt(
      {
        ...folder.ports,
        on_output: () => abort.abort(),
        task,
        plan: aPlan([task]),
        change,
        checks: await folder.checks(),
        baseline: { checks: [] },
        blocking_layers: [],
      },
      abort.signal,
      () => undefined,
    );
    await expect(running).rejects.toMatchObject({ code: "cancelled" });
  });
});
