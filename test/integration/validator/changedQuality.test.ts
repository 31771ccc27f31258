import { afterEach, describe, expect, it } from "vitest";
import { makeValidationFolder, type ValidationFolder } from "../../support/validationFolder";
import { validateChange } from "../../support/validateChange";

let folder: ValidationFolder;
afterEach(async () => folder.dispose());

const branches = Array.from({ length: 11 }, (_, index) => `  if (a === ${index}) return ${index};\n`).join(
  "",
);
const bare = "export const one = () => 1;\n";

async function quality(files: Readonly<Record<string, string>>, blocking: readonly string[] = []) {
  const change = await folder.change(files);
  const all = await validateChange(folder, change, { blocking });
  return all
    .filter((one) => one.layer === "quality")
    .map(({ check, status, severity, summary }) => [check, status, severity, summary]);
}

describe("the quality of changed code", () => {
  it("VA-19 shows functions that are too complex and public ones that say nothing, and only those that were changed", async () => {
    folder = await makeValidationFolder({
      "src/old.js": `export function old(a) {\n${branches}}\nexport const x = 1;\n`,
    });
    expect(
      await quality({ "src/a.js": `export function pick(a) {\n${branches}  return null;\n}\n` }),
    ).toEqual([
      ["complexity", "failed", "nice_to_have", "src/a.js line 1: pick has a complexity of 12, more than 10"],
      ["comments", "failed", "nice_to_have", "src/a.js line 1: pick is public and says nowhere what it does"],
    ]);
    expect(
      await quality({ "src/old.js": `export function old(a) {\n${branches}}\nexport const x = 2;\n` }),
    ).toEqual([]);
    expect(
      await quality({ "src/b.js": `/** One. */\n${bare}`, "test/b.test.js": bare, "notes.md": "# x\n" }),
    ).toEqual([
      ["complexity", "passed", "nice_to_have", "The changed functions have a complexity of at most 1"],
      ["comments", "passed", "nice_to_have", "Every changed public function says what it does (1)"],
    ]);
  });

  it("VA-19 stops a task by it only by setting, each by its own name", async () => {
    folder = await makeValidationFolder({ "a.txt": "" });
    const severities = (await quality({ "src/a.js": bare }, ["comments"])).map(([check, , severity]) => [
      check,
      severity,
    ]);
    expect(severities).toEqual([
      ["complexity", "nice_to_have"],
      ["comments", "important"],
    ]);
  });

  it("VA-20 shows the coverage that the tests print, against what the plan asks for, and claims none", async () => {
    const manifest = JSON.stringify({ type: "module", scripts: { test: "node run.mjs" } });
    const run = (text: string) => `console.log("# tests 2\\n# pass 2\\n# fail 0\\n${text}");\n`;
    folder = await makeValidationFolder({
      "package.json": manifest,
      "run.mjs": run("All files | 85.5 | 80 |"),
    });
    let turn = 0;
    const check = async (target?: string) => {
      const change = await folder.change({ "src/a.js": `/** ${++turn}. */\n${bare}` });
      const plan = target === undefined ? {} : { stack: { testing: { coverage_target: target } } };
      const all = await validateChange(folder, change, { plan });
      return all.filter((one) => one.check === "coverage").map(({ status, summary }) => [status, summary]);
    };
    expect(await check()).toEqual([["passed", "The tests cover 85.5 %"]]);
    expect(await check("80%")).toEqual([["passed", "The tests cover 85.5 %, wanted 80 %"]]);
    expect(await check("90")).toEqual([["failed", "The tests cover 85.5 %, but wanted 90 %"]]);
    await folder.write({ "run.mjs": run("done") });
    expect(await check()).toEqual([]);
    expect(await check("90")).toEqual([["not_verified", "The tests do not print their coverage"]]);
  });
});
