import { afterEach, describe, expect, it } from "vitest";
import type { ChangeSet } from "../../../src/core/change/changeSet";
import { cart, cartTest, lint, shopFiles } from "../../support/shopWorkspace";
import { baselineOn, validateChange, type ValidateOptions } from "../../support/validateChange";
import { makeValidationFolder, type ValidationFolder } from "../../support/validationFolder";

let folder: ValidationFolder;
afterEach(async () => folder.dispose());

const baselineNow = () => baselineOn(folder);
const validate = (change: ChangeSet, options: ValidateOptions = {}) =>
  validateChange(folder, change, options);

describe("what validation reads in the changed files", () => {
  it("VA-7 names files out of scope, and fails on an output that is missing", async () => {
    folder = await makeValidationFolder(shopFiles);
    const change = await folder.change({ "src/cart.js": `${cart}\n`, "lint.mjs": `${lint}\n` }, ["src/**"]);
    const evidence = await validate(change, { task: { file_scope: { write: ["src/**"] } } });
    expect(evidence[0]).toMatchObject({
      check: "scope",
      severity: "nice_to_have",
      status: "failed",
      summary: "Outside the scope of the task: lint.mjs",
    });
    const missing = await validate(change, { task: { expected_outputs: { files: ["src/new.js"] } } });
    expect(missing[0]).toMatchObject({ check: "outputs", severity: "critical", status: "failed" });
    expect(missing.some((one) => one.check === "syntax")).toBe(false);
  });

  it("VA-8 sees danger in added lines, and conflict marks", async () => {
    folder = await makeValidationFolder({ ...shopFiles, "src/old.js": "export const f = (x) => eval(x);\n" });
    const change = await folder.change({
      "src/cart.js": `${cart}export const run = (x) => eval(x);\n`,
      "src/old.js": "export const f = (x) => eval(x);\n// note about eval(x)\n",
    });
    expect((await validate(change)).find((one) => one.check === "security")).toMatchObject({
      status: "failed",
      summary: "src/cart.js line 2: Text is run as code with eval",
    });
    const marks = await folder.change({ "notes.md": "<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n" });
    expect((await validate(marks)).at(-1)).toMatchObject({
      check: "syntax",
      status: "failed",
      summary: "notes.md line 1: a conflict mark was left in the file",
    });
  });

  it("VA-11 formatting is shown, and stops a task only by setting", async () => {
    const scripts = { "format:check": "node format.mjs" };
    folder = await makeValidationFolder({
      "package.json": JSON.stringify({ scripts }),
      "format.mjs": "process.exit(1)\n",
      "a.js": "1;\n",
    });
    const change = await folder.change({ "a.js": "2;\n" });
    const shown = (await validate(change)).find((one) => one.layer === "format");
    expect(shown).toMatchObject({ status: "failed", severity: "nice_to_have" });
    const strict = (await validate(change, { blocking: ["format"] })).find((one) => one.layer === "format");
    expect(strict).toMatchObject({ status: "failed", severity: "important" });
  });

  it("VA-12 skipped or emptied tests are no proof", async () => {
    folder = await makeValidationFolder(shopFiles);
    const baseline = await baselineNow();
    const change = await folder.change({
      "test/cart.test.js": cartTest.replace("test('adds'", "test.skip('adds'"),
    });
    const evidence = await validate(change, { baseline });
    expect(evidence.find((one) => one.check === "test-integrity")).toMatchObject({
      status: "failed",
      severity: "important",
    });
  });

  it("VA-16 tests that no longer run are missed, though no test file was touched", async () => {
    folder = await makeValidationFolder({
      ...shopFiles,
      "src/mode.js": "export const quick = false;\n",
      "test/slow.test.js":
        "import test from 'node:test';\nimport { quick } from '../src/mode.js';\nif (!quick) { test('slow', () => {}); test('slower', () => {}); }\n",
    });
    const baseline = await baselineNow();
    const change = await folder.change({ "src/mode.js": "export const quick = true;\n" });
    const evidence = await validate(change, { baseline });
    expect(evidence.find((one) => one.check === "test")).toMatchObject({ status: "passed" });
    expect(evidence.find((one) => one.check === "test count")).toMatchObject({
      layer: "integrity",
      severity: "important",
      status: "failed",
    });
  });

  it("VA-17 shows output for debugging that was left in, and lets programs print that are there to print", async () => {
    folder = await makeValidationFolder(shopFiles);
    const left = await folder.change({ "src/cart.js": `${cart}console.log(total);\n` });
    expect((await validate(left)).find((one) => one.check === "debug-output")).toMatchObject({
      severity: "nice_to_have",
      status: "failed",
      summary: "src/cart.js line 2: output for debugging was left in",
    });
    const cli = await folder.change({
      "bin/shop.js": "console.log('hello');\n",
      "src/a.js": "// console.log(1)\n",
    });
    expect((await validate(cli)).some((one) => one.check === "debug-output")).toBe(false);
  });
});
