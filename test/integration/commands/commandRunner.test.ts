import { readdir, symlink } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { createCommandRunner } from "../../../src/adapters/node/command/nodeCommandRunner";
import { commandFolder } from "../../support/commandFolder";

const place = commandFolder();
const runner = createCommandRunner();
const live = new AbortController().signal;

describe("a command that behaves", () => {
  it("CM-1 runs without a shell: every argument arrives as it is", async () => {
    const file = await place.script("args.mjs", "console.log(JSON.stringify(process.argv.slice(2)))");
    const nasty = ["$(touch pwned)", "`id`", "; rm -rf .", "a\nb", "*", "&& echo", "%PATH%", "~", ""];
    const result = await runner.run(place.spec(["node", file, ...nasty]), live);
    expect(JSON.parse(result.output)).toEqual(nasty);
    expect(await readdir(place.folder)).toEqual(["args.mjs"]);
  });

  it("CM-2 reports exit code, both streams and the number of bytes", async () => {
    const file = await place.script(
      "out.mjs",
      "console.log('out'); console.error('err'); process.exitCode = 3",
    );
    const result = await runner.run(place.spec(["node", file]), live);
    expect(result).toMatchObject({
      exit_code: 3,
      signal: null,
      timed_out: false,
      cancelled: false,
      survivors: [],
      truncated: false,
    });
    expect(result.output).toContain("out\n");
    expect(result.output).toContain("err\n");
    expect(result.output_bytes).toBe(8);
  });

  it("CM-3 has no terminal and no input: reading it ends at once", async () => {
    const result = await runner.run(place.spec(["cat"]), live);
    expect(result).toMatchObject({ exit_code: 0, output: "" });
  });

  it("CM-4 gets a private temporary folder that is gone afterwards", async () => {
    const file = await place.script(
      "tmp.mjs",
      "import {writeFileSync} from 'node:fs'; import os from 'node:os'; writeFileSync(os.tmpdir() + '/x', '1'); console.log(os.tmpdir())",
    );
    const first = await runner.run(place.spec(["node", file]), live);
    const second = await runner.run(place.spec(["node", file]), live);
    expect(first.exit_code).toBe(0);
    expect(first.output).not.toBe(second.output);
    await expect(readdir(first.output.trim())).rejects.toThrow("ENOENT");
  });

  it("CM-5 keeps HOME unless a private one is wanted", async () => {
    const file = await place.script("home.mjs", "console.log(process.env.HOME)");
    expect((await runner.run(place.spec(["node", file]), live)).output.trim()).toBe(process.env["HOME"]);
    const own = await runner.run(place.spec(["node", file], { private_home: true }), live);
    expect(own.output.trim()).not.toBe(process.env["HOME"]);
    expect(own.exit_code).toBe(0);
  });

  it("CM-6 names the executable that does not exist, and the folder", async () => {
    await expect(runner.run(place.spec(["no-such-program-here", "x"]), live)).rejects.toMatchObject({
      code: "command.notFound",
      message: expect.stringContaining("no-such-program-here"),
    });
    await expect(
      runner.run(place.spec(["node"], { cwd: path.join(place.folder, "missing") }), live),
    ).rejects.toMatchObject({
      code: "command.notFound",
      message: expect.stringContaining("missing"),
    });
  });

  it("CM-7 is not looked up in the working folder, nor through a relative entry of the path", async () => {
    await place.script("planted", "#!/bin/sh\necho planted\n");
    const own = createCommandRunner({
      environment: { ...process.env, PATH: `.::${process.env["PATH"] ?? ""}` },
    });
    await expect(own.run(place.spec(["planted"]), live)).rejects.toMatchObject({ code: "command.notFound" });
    expect((await own.run(place.spec(["./planted"]), live)).output).toBe("planted\n");
  });

  it("CM-8 runs a program that is one file under many names under the name that was asked for", async () => {
    const target = await place.script("tool", "#!/bin/sh\necho run\n");
    await symlink(target, path.join(place.folder, "alias"));
    expect((await runner.run(place.spec(["./alias"]), live)).exit_code).toBe(0);
  });
});

describe("what a command may see", () => {
  it("CM-9 gets neither code-loading variables nor secrets", async () => {
    const file = await place.script("env.mjs", "console.log(JSON.stringify(process.env))");
    const hostile = {
      ...process.env,
      NODE_OPTIONS: "--require ./evil.js",
      LD_PRELOAD: "/tmp/evil.so",
      PYTHONSTARTUP: "evil.py",
      GIT_SSH_COMMAND: "evil",
      npm_config_script_shell: "evil",
      BASH_ENV: "evil.sh",
      OPENAI_API_KEY: "sk-aaaaaaaaaaaaaaaaaaaaaaaa",
      GITHUB_TOKEN: "ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      AWS_SECRET_ACCESS_KEY: "x",
      LANG: "C.UTF-8",
      HTTPS_PROXY: "http://user:password@proxy.example:3128",
    };
    const own = createCommandRunner({ environment: hostile });
    const result = await own.run(
      place.spec(["node", file], {
        env: { APP_MODE: "test", NODE_OPTIONS: "--inspect", DB_PASSWORD: "hunter2", LD_LIBRARY_PATH: "/tmp" },
      }),
      live,
    );
    const seen = JSON.parse(result.output) as Record<string, string>;
    const names = Object.keys(seen);
    expect(seen).toMatchObject({ APP_MODE: "test", LANG: "C.UTF-8", CI: "1" });
    for (const name of names) {
      expect(name).not.toMatch(
        /^(?:NODE_OPTIONS|LD_|PYTHON|GIT_|npm_config_|BASH_ENV|OPENAI|GITHUB|AWS|DB_PASSWORD|HTTPS_PROXY)/u,
      );
    }
  });

  it("CM-10 refuses code for an interpreter unless exactly that vector was approved", async () => {
    const argv = ["bash", "-c", "echo approved"];
    await expect(runner.run(place.spec(argv), live)).rejects.toMatchObject({ code: "command.notApproved" });
    await expect(
      runner.run(place.spec(argv, { approved: [["bash", "-c", "echo approved "]] }), live),
    ).rejects.toMatchObject({
      code: "command.notApproved",
    });
    expect((await runner.run(place.spec(argv, { approved: [argv] }), live)).output).toBe("approved\n");
  });

  it("CM-18 runs nothing but what was approved word for word, and asks approved programs for their version", async () => {
    const own = createCommandRunner({
      approved: [
        ["node", "ok.mjs"],
        ["sh", "-c", "echo yes"],
      ],
    });
    await place.script("ok.mjs", "console.log('ok')");
    expect((await own.run(place.spec(["node", "ok.mjs"]), live)).output).toBe("ok\n");
    expect((await own.run(place.spec(["sh", "-c", "echo yes"]), live)).output).toBe("yes\n");
    expect((await own.run(place.spec(["node", "--version"]), live)).output).toMatch(/^v\d+/u);
    for (const argv of [
      ["node", "ok.mjs", "more"],
      ["node"],
      ["git", "--version"],
      ["sh", "-c", "echo yes; id"],
      ["sh", "--version", "x"],
    ]) {
      await expect(own.run(place.spec(argv), live), argv.join(" ")).rejects.toMatchObject({
        code: "command.notApproved",
      });
    }
  });

  it("CM-11 runs nothing in a workspace that is not trusted, asked at each command", async () => {
    let trusted = false;
    const own = createCommandRunner({ isTrusted: () => trusted });
    await expect(own.run(place.spec(["node", "--version"]), live)).rejects.toMatchObject({
      code: "gate.untrusted",
    });
    trusted = true;
    expect((await own.run(place.spec(["node", "--version"]), live)).exit_code).toBe(0);
  });
});
