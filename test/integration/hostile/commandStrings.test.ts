import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCommandRunner } from "../../../src/adapters/node/command/nodeCommandRunner";
import { aPlan, aTask } from "../../support/builders";
import { recordRow } from "../../support/hostileRows";
import { makeWorkspace } from "../../support/workspaceFolder";

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "masterplan-strings-")));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const live = new AbortController().signal;
const ran = (): boolean => existsSync(path.join(folder, "mark"));

/** What a shell makes more of than one command; each word is an argument of an approved vector here. */
const strings: readonly (readonly [string, readonly string[]])[] = [
  ["a substitution", ["$(touch mark)"]],
  ["backquotes", ["`touch mark`"]],
  ["a semicolon", ["x;", "touch", "mark"]],
  ["and", ["x", "&&", "touch", "mark"]],
  ["or", ["x", ">", "/no/such/folder/x", "||", "touch", "mark"]],
  ["a pipe", ["x", "|", "touch", "mark"]],
  ["the background", ["x", "&", "touch", "mark"]],
  ["a new line", ["x\ntouch mark"]],
  ["a carriage return and new line", ["x\r\ntouch mark"]],
  ["a redirection", ["x", ">", "mark"]],
  ["a redirection in one word", ["x>mark"]],
  ["a parameter that runs", ["${x:-$(touch mark)}"]],
  ["arithmetic that runs", ["$((1+$(touch mark;echo 1)))"]],
  ["a quote that ends", ['"x"; touch mark; echo "y"']],
  ["fifty commands before", [...Array.from({ length: 50 }, () => "true;"), "touch", "mark"]],
];

describe("shell syntax in arguments", () => {
  it.each(strings)("CM-1 is text: %s", async (name, words) => {
    const line = ["echo", ...words].join(" ");
    try {
      execFileSync("bash", ["-c", line], { cwd: folder, stdio: "ignore" });
    } catch {
      // How the line as a whole ends does not matter.
    }
    const control = ran();
    rmSync(path.join(folder, "mark"), { force: true });
    const argv = ["echo", ...words];
    const runner = createCommandRunner({ approved: [argv] });
    const result = await runner.run({ argv, cwd: folder, timeout_ms: 10_000 }, live);
    recordRow({
      name: `shell syntax in arguments: ${name}`,
      shown: control,
      executions: ran() ? 1 : 0,
    });
    expect(control, "control: a shell executes it").toBe(true);
    expect(ran()).toBe(false);
    expect(result.exit_code).toBe(0);
  });
});

/** Vectors that run other code than the approved one whose words they begin with. */
const approved: readonly (readonly string[])[] = [
  ["node", "tool.mjs"],
  ["git", "show"],
  ["env", "true"],
  ["sed", "-n", "1p", "tool.mjs"],
  ["python3", "tool.py"],
];
const vectors: readonly (readonly string[])[] = [
  ["node", "-e", "require('fs').writeFileSync('mark','')"],
  ["node", "--eval=require('fs').writeFileSync('mark','')"],
  ["node", "-p", "require('fs').writeFileSync('mark','')"],
  ["node", "--require", "./spoil.cjs", "tool.mjs"],
  ["node", "--import", "./spoil.cjs", "tool.mjs"],
  ["node", "spoil.cjs"],
  ["git", "show", "--output=mark"],
  ["git", "-c", "alias.x=!touch mark", "x"],
  ["env", "touch", "mark"],
  ["env", "-S", "touch mark"],
  ["sed", "-n", "1w mark", "tool.mjs"],
  ["sed", "-n", "1e touch mark", "tool.mjs"],
  ["python3", "-c", "open('mark','w')"],
  ["bash", "-c", "touch mark"],
  ["sh", "-ec", "touch mark"],
  ["perl", "-e", "open(F,'>mark')"],
  ["find", ".", "-maxdepth", "0", "-exec", "touch", "mark", ";"],
  ["xargs", "-a", "tool.mjs", "touch", "mark"],
  ["awk", 'BEGIN{system("touch mark")}'],
  ["tar", "cf", "/dev/null", "--checkpoint=1", "--checkpoint-action=exec=touch mark", "."],
];

describe("vectors beside the approved ones", () => {
  it.each(vectors.map((argv) => [argv.join(" "), argv] as const))(
    "CM-18 do not run: %s",
    async (name, argv) => {
      execFileSync("git", ["init", "--quiet"], { cwd: folder });
      writeFileSync(path.join(folder, "tool.mjs"), "1\n");
      writeFileSync(path.join(folder, "tool.py"), "1\n");
      writeFileSync(path.join(folder, "spoil.cjs"), "require('fs').writeFileSync('mark','')\n");
      execFileSync("git", ["add", "."], { cwd: folder });
      const who = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgSign=false"];
      execFileSync("git", [...who, "commit", "-qm", "x"], { cwd: folder });
      try {
        execFileSync(argv[0] ?? "", argv.slice(1), { cwd: folder, stdio: "ignore", timeout: 10_000 });
      } catch {
        // Some complain after they ran.
      }
      const control = ran();
      rmSync(path.join(folder, "mark"), { force: true });
      const runner = createCommandRunner({ approved });
      const refused = await runner.run({ argv, cwd: folder, timeout_ms: 10_000 }, live).then(
        () => null,
        (error: unknown) => (error as { code?: string }).code ?? null,
      );
      recordRow({
        name: `vector beside the approved ones: ${name}`,
        shown: control,
        executions: ran() ? 1 : 0,
      });
      expect(control, "control: it executes").toBe(true);
      expect(refused).toBe("command.notApproved");
      expect(ran()).toBe(false);
    },
  );
});

describe("programs and variables of the workspace", () => {
  it("CM-7 a program in the working folder does not take the place of a tool", async () => {
    const tool = path.join(folder, "bin");
    mkdirSync(tool);
    writeFileSync(path.join(folder, "uname"), "#!/bin/sh\ntouch mark\n", { mode: 0o755 });
    execFileSync("sh", ["-c", "uname"], {
      cwd: folder,
      env: { ...process.env, PATH: `:${process.env["PATH"]}` },
    });
    const control = ran();
    rmSync(path.join(folder, "mark"), { force: true });
    const environment = { ...process.env, PATH: `:.:${process.env["PATH"]}` };
    const runner = createCommandRunner({ environment, approved: [["uname"]] });
    await runner.run({ argv: ["uname"], cwd: folder, timeout_ms: 10_000 }, live);
    recordRow({
      name: "a program in the working folder",
      shown: control,
      executions: ran() ? 1 : 0,
    });
    expect([control, ran()]).toEqual([true, false]);
  });

  it.each([
    ["NODE_OPTIONS", (file: string) => `--require ${file}`],
    ["BASH_ENV", (file: string) => file.replace(".cjs", ".sh")],
  ])("CM-9 a variable that loads code does not reach a command: %s", async (name, value) => {
    const spoil = path.join(folder, "spoil.cjs");
    writeFileSync(spoil, "require('fs').writeFileSync('mark','')\n");
    writeFileSync(path.join(folder, "spoil.sh"), "touch mark\n");
    writeFileSync(path.join(folder, "tool.mjs"), "1\n");
    writeFileSync(path.join(folder, "tool.sh"), "true\n");
    const argv = name === "BASH_ENV" ? ["bash", "tool.sh"] : ["node", "tool.mjs"];
    const environment = { ...process.env, [name]: value(spoil) };
    execFileSync(argv[0] ?? "", argv.slice(1), { cwd: folder, env: environment, stdio: "ignore" });
    const control = ran();
    rmSync(path.join(folder, "mark"), { force: true });
    for (const portable of [true, false]) {
      const runner = createCommandRunner({ environment, approved: [argv], portable });
      await runner.run({ argv, cwd: folder, timeout_ms: 10_000, env: { [name]: value(spoil) } }, live);
    }
    recordRow({
      name: `a variable that loads code: ${name}`,
      shown: control,
      executions: ran() ? 1 : 0,
    });
    expect([control, ran()]).toEqual([true, false]);
  });
});

describe("an approval", () => {
  it("AP-2 runs nothing of a plan that was changed after it, though the id is the same", async () => {
    const place = await makeWorkspace({ "tool.mjs": "1\n", "spoil.mjs": writesMark() });
    const masterPlan = await place.open();
    try {
      const planOf = (file: string) =>
        JSON.stringify(aPlan([aTask("T-1", { executor: "command", commands: [["node", file]] })]));
      execFileSync("node", ["spoil.mjs"], { cwd: place.workspace });
      const control = ran();
      rmSync(path.join(folder, "mark"), { force: true });
      const { id } = await masterPlan.importPlan({
        text: planOf("tool.mjs"),
        name: "x.masterplan.json",
        format: "masterplan",
      });
      const approval = (await masterPlan.approve({ id })).id;
      await masterPlan.edit({ id, text: planOf("spoil.mjs") });
      await expect(masterPlan.run({ approval, review: "accept" })).rejects.toMatchObject({
        code: expect.stringMatching(/^gate\./u) as string,
      });
      recordRow({
        name: "a plan changed after its approval",
        shown: control,
        executions: ran() ? 1 : 0,
      });
      expect([control, ran()]).toEqual([true, false]);
    } finally {
      await masterPlan.dispose();
      await place.dispose();
    }
  });

  function writesMark(): string {
    return `import { writeFileSync } from "node:fs";\nwriteFileSync(${JSON.stringify(path.join(folder, "mark"))}, "");\n`;
  }
});
