import { afterEach, beforeEach, expect, test } from "vitest";
import { nodeIo } from "../../../src/cli/nodeIo";
import { runCli } from "../../../src/cli/runCli";
import { composeNode } from "../../../src/compose";
import { aTask } from "../../support/builders";
import { pseudoTranslate, strayWords } from "../../support/pseudoLocale";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";
import { nodeTests } from "../../support/nodeTests";

let folder: WorkspaceFolder;
let said: string[] = [];

beforeEach(async () => {
  folder = await makeWorkspace({
    "package.json": JSON.stringify({ name: "shop", scripts: { test: nodeTests } }),
    "tools/write.mjs":
      "import { appendFileSync, existsSync } from 'node:fs';\nconst again = existsSync(process.argv[3]);\nappendFileSync(process.argv[2], '1\\n');\nif (process.argv[3] && !again) process.exit(3);\n",
    "test/one.test.mjs":
      "import test from 'node:test';\nimport assert from 'node:assert';\ntest('1', () => {\n  assert.ok(2);\n});\n",
    "tools/skip.mjs":
      "import { readFileSync, writeFileSync } from 'node:fs';\nconst file = 'test/one.test.mjs';\nwriteFileSync(file, readFileSync(file, 'utf8').replace(\"test('1'\", \"test.skip('1'\"));\n",
  });
  said = [];
});

afterEach(() => folder.dispose());

/** Words of the test's own data; whatever else is Latin must have been said by a sentence of the bundle. */
const known = [
  "node tools/write.mjs 1.txt",
  "node tools/write.mjs 2.txt 9.txt",
  "node tools/skip.mjs",
  nodeTests,
  "npm run test",
  "npm test",
  "npm",
  "node",
  "git",
  "main",
  "package.json#/scripts/test",
  "test('1', () => {",
  "test.skip('1', () => {",
  "test-integrity",
  "1.txt",
  "2.txt",
  "Aδα",
  "masterplan/phase",
  "masterplan/plan",
  "npm install",
  "test/one.test.mjs",
  "import test from 'node:test';",
  "import assert from 'node:assert';",
  "assert.ok(2);",
  // Checks are waived by these names, and the gate is decided by this word.
  "scope",
  "syntax",
  "imports",
  "security",
  "test",
  "NO-GO",
  "GO",
];

/** One command line in this process, in the marking language; what it says is kept. */
async function call(...args: string[]): Promise<{ readonly code: number; readonly out: string }> {
  let out = "";
  const io = {
    ...nodeIo("0.0.0-test"),
    cwd: folder.workspace,
    env: { LANG: "C" },
    interactive: false,
    width: 400,
    resolve: (file: string) => `${folder.workspace}/${file}`,
    readFile: async (file: string) => nodeIo("0.0.0-test").readFile(`${folder.workspace}/${file}`),
    exists: (file: string) => nodeIo("0.0.0-test").exists(`${folder.workspace}/${file}`),
    out: (text: string) => void (out += text),
    err: (text: string) => void (out += text),
  };
  const code = await runCli(
    args,
    io,
    (options) =>
      composeNode({
        ...options,
        storage: `${folder.home}/store`,
        person: "Aδα",
        environment: { translate: pseudoTranslate },
        models: () => ({ model: () => Promise.resolve(null), describe: () => Promise.resolve([]) }),
      }),
    () => pseudoTranslate,
  );
  if (!args.includes("--json"))
    for (const line of strayWords(out.split(folder.workspace).join("·").split(folder.home).join("·"), known))
      said.push(`${args[0] ?? ""}: ${line.trim()}`);
  return { code, out };
}

async function json(...args: string[]) {
  return JSON.parse((await call(...args, "--json")).out);
}

/** Names of commands and arguments, the values that options take, and what was typed here. */
const commandLine =
  /^ +[a-z]+(?= |$)|masterplan [a-z]+|masterplan|\b(?:en|es|auto|ask|accept|reject|branch|current|detached|merge|squash|keep|drop|old|all)\b(?=[,)])|runn|maybe|approval/gmu;

test("AR-20 help and refused usage are sentences of the bundle, or data", async () => {
  const commands = [
    "plan",
    "import",
    "approve",
    "run",
    "review",
    "task",
    "gate",
    "status",
    "finish",
    "purge",
  ];
  const usages = [
    ["--help"],
    ...commands.map((command) => [command, "--help"]),
    ["run"],
    ["runn"],
    ["status", "1"],
    ["run", "--what"],
    ["panic", "maybe"],
  ];
  for (const args of usages) {
    const { out } = await call(...args);
    expect(out).toContain("⟦");
    const stray = strayWords(out).map((line) => line.replace(/⟦[^⟧]*⟧/gu, ""));
    expect(stray.flatMap((line) => strayWords(line.replace(commandLine, "·")))).toEqual([]);
  }
});

const task = (id: string, over = {}) => aTask(id, { title: `Έργο ${id}`, description: "Περιγραφή", ...over });

test("AR-20 whatever the command line says in the main story is a sentence of the bundle, or data", async () => {
  const whole = {
    schema_version: 1,
    project_name: "Δείγμα",
    user_request_original: "Κάνε",
    acceptance_criteria: ["Διαβάζεται"],
    phases: [
      {
        phase_id: "1",
        name: "Φάση",
        gate: "person",
        milestones: [{ milestone_id: "1", name: "Στόχος", tasks: tasks() }],
      },
    ],
  };
  function tasks() {
    return [
      task("1", { executor: "command", commands: [["node", "tools/write.mjs", "1.txt"]], checks: ["test"] }),
      task("2", {
        executor: "command",
        commands: [["node", "tools/write.mjs", "2.txt", "9.txt"]],
        max_attempts: 2,
        depends_on: ["1"],
      }),
      task("3", { executor: "manual", depends_on: ["1"] }),
      task("4", { executor: "command", commands: [["node", "tools/skip.mjs"]], checks: ["test"] }),
      task("5", { depends_on: ["2"] }),
    ];
  }
  await folder.write("plan.json", JSON.stringify(whole));
  await call("init");
  await call("list");
  await call("lint", "plan.json");
  const { id } = await json("import", "plan.json", "--format", "masterplan");
  await call("show", id);
  await call("list");
  await call("status");
  await call("run", id);
  const approval = await json("approve", id, "--by", "Aδα");
  await call("show", approval.id);
  await call("run", approval.id);
  const { id: run } = await json("status");
  for (const command of ["status", "log", "report", "show"]) await call(command, run);
  for (const one of ["1", "2", "3", "4"]) await call("review", run, one, "--show");
  await call("review", run, "1", "--reject", "--reason", "Ξανά");
  await call("resume", run);
  await call("review", run, "1", "--accept");
  await call("review", run, "4", "--accept");
  await call("review", run, "4", "--accept", "--waive", "test-integrity");
  await call("review", run, "5", "--accept");
  await call("gate", run, "1", "--go");
  await call("finish", run, "keep");
  await call("rollback", run, "--task", "1");
  await call("task", run, "3", "--done", "--note", "Είδα");
  await call("resume", run);
  await call("task", run, "2", "--retry");
  await call("status", run);
  await call("task", run, "2", "--skip", "--reason", "Όχι");
  await call("resume", run);
  await call("task", run, "5", "--skip", "--reason", "Όχι");
  await call("resume", run);
  await call("gate", run, "1", "--no-go", "--reason", "Όχι");
  for (const command of ["status", "log", "report"]) await call(command, run);
  await call("resume", run);
  await call("gate", run, "1", "--go");
  await call("resume", run);
  for (const command of ["status", "log", "report"]) await call(command, run);
  await call("pause", run);
  await call("cancel", run, "--reason", "Τέλος");
  await call("cancel", run);
  await call("resume", run);
  for (const command of ["status", "log", "report"]) await call(command, run);
  await call("finish", run, "keep");
  await call("history", id);
  await call("list");
  await call("verify");
  await call("provider", "list");
  await call("panic", "on");
  await call("run", approval.id);
  await call("panic", "off");
  await call("reject", id);
  await call("status", id);
  expect([...new Set(said)]).toEqual([]);
});
