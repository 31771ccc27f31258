import { mkdtemp, readdir, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCommandRunner } from "../../../src/adapters/node/command/nodeCommandRunner";
import type { CommandSpec } from "../../../src/ports/commandRunner";
import { hasControlGroups } from "../../support/controlGroups";
import { hostileCommands, livePids } from "../../support/hostileCommands";

let folder: string;
const runner = createCommandRunner();
const live = new AbortController().signal;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), "mp-commands-")));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function script(name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, text, { mode: 0o755 });
  return file;
}

function spec(argv: readonly string[], more: Partial<CommandSpec> = {}): CommandSpec {
  return { argv, cwd: folder, timeout_ms: 20_000, ...more };
}

describe("a command that behaves", () => {
  it("CM-1 runs without a shell: every argument arrives as it is", async () => {
    const file = await script("args.mjs", "console.log(JSON.stringify(process.argv.slice(2)))");
    const nasty = ["$(touch pwned)", "`id`", "; rm -rf .", "a\nb", "*", "&& echo", "%PATH%", "~", ""];
    const result = await runner.run(spec(["node", file, ...nasty]), live);
    expect(JSON.parse(result.output)).toEqual(nasty);
    expect(await readdir(folder)).toEqual(["args.mjs"]);
  });

  it("CM-2 reports exit code, both streams and the number of bytes", async () => {
    const file = await script("out.mjs", "console.log('out'); console.error('err'); process.exitCode = 3");
    const result = await runner.run(spec(["node", file]), live);
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
    const result = await runner.run(spec(["cat"]), live);
    expect(result).toMatchObject({ exit_code: 0, output: "" });
  });

  it("CM-4 gets a private temporary folder that is gone afterwards", async () => {
    const file = await script(
      "tmp.mjs",
      "import {writeFileSync} from 'node:fs'; import os from 'node:os'; writeFileSync(os.tmpdir() + '/x', '1'); console.log(os.tmpdir())",
    );
    const first = await runner.run(spec(["node", file]), live);
    const second = await runner.run(spec(["node", file]), live);
    expect(first.exit_code).toBe(0);
    expect(first.output).not.toBe(second.output);
    await expect(readdir(first.output.trim())).rejects.toThrow("ENOENT");
  });

  it("CM-5 keeps HOME unless a private one is wanted", async () => {
    const file = await script("home.mjs", "console.log(process.env.HOME)");
    expect((await runner.run(spec(["node", file]), live)).output.trim()).toBe(process.env["HOME"]);
    const own = await runner.run(spec(["node", file], { private_home: true }), live);
    expect(own.output.trim()).not.toBe(process.env["HOME"]);
    expect(own.exit_code).toBe(0);
  });

  it("CM-6 names the executable that does not exist, and the folder", async () => {
    await expect(runner.run(spec(["no-such-program-here", "x"]), live)).rejects.toMatchObject({
      code: "command.notFound",
      message: expect.stringContaining("no-such-program-here"),
    });
    await expect(
      runner.run(spec(["node"], { cwd: path.join(folder, "missing") }), live),
    ).rejects.toMatchObject({
      code: "command.notFound",
      message: expect.stringContaining("missing"),
    });
  });

  it("CM-7 is not looked up in the working folder, nor through a relative entry of the path", async () => {
    await script("planted", "#!/bin/sh\necho planted\n");
    const own = createCommandRunner({
      environment: { ...process.env, PATH: `.::${process.env["PATH"] ?? ""}` },
    });
    await expect(own.run(spec(["planted"]), live)).rejects.toMatchObject({ code: "command.notFound" });
    expect((await own.run(spec(["./planted"]), live)).output).toBe("planted\n");
  });

  it("CM-8 runs a program that is one file under many names under the name that was asked for", async () => {
    const target = await script("tool", "#!/bin/sh\necho run\n");
    await symlink(target, path.join(folder, "alias"));
    expect((await runner.run(spec(["./alias"]), live)).exit_code).toBe(0);
  });
});

describe("what a command may see", () => {
  it("CM-9 gets neither code-loading variables nor secrets", async () => {
    const file = await script("env.mjs", "console.log(JSON.stringify(process.env))");
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
      spec(["node", file], {
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
    await expect(runner.run(spec(argv), live)).rejects.toMatchObject({ code: "command.notApproved" });
    await expect(
      runner.run(spec(argv, { approved: [["bash", "-c", "echo approved "]] }), live),
    ).rejects.toMatchObject({
      code: "command.notApproved",
    });
    expect((await runner.run(spec(argv, { approved: [argv] }), live)).output).toBe("approved\n");
  });

  it("CM-18 runs nothing but what was approved word for word, and asks approved programs for their version", async () => {
    const own = createCommandRunner({
      approved: [
        ["node", "ok.mjs"],
        ["sh", "-c", "echo yes"],
      ],
    });
    await script("ok.mjs", "console.log('ok')");
    expect((await own.run(spec(["node", "ok.mjs"]), live)).output).toBe("ok\n");
    expect((await own.run(spec(["sh", "-c", "echo yes"]), live)).output).toBe("yes\n");
    expect((await own.run(spec(["node", "--version"]), live)).output).toMatch(/^v\d+/u);
    for (const argv of [
      ["node", "ok.mjs", "more"],
      ["node"],
      ["git", "--version"],
      ["sh", "-c", "echo yes; id"],
      ["sh", "--version", "x"],
    ]) {
      await expect(own.run(spec(argv), live), argv.join(" ")).rejects.toMatchObject({
        code: "command.notApproved",
      });
    }
  });

  it("CM-11 runs nothing in a workspace that is not trusted, asked at each command", async () => {
    let trusted = false;
    const own = createCommandRunner({ isTrusted: () => trusted });
    await expect(own.run(spec(["node", "--version"]), live)).rejects.toMatchObject({
      code: "gate.untrusted",
    });
    trusted = true;
    expect((await own.run(spec(["node", "--version"]), live)).exit_code).toBe(0);
  });
});

describe("a command that misbehaves", () => {
  for (const [title, make] of Object.entries(hostileCommands)) {
    it(`CM-12 is ended within seconds and leaves nothing alive: ${title}`, async () => {
      const pids = path.join(folder, "pids");
      const [name, text] = make(pids);
      const file = await script(name, `#!/bin/sh\n${text}\n`);
      const result = await runner.run(spec([file], { timeout_ms: 700 }), live);
      expect(result).toMatchObject({ timed_out: true, cancelled: false, survivors: [] });
      expect(await livePids(pids)).toEqual([]);
      expect(result.duration_ms).toBeLessThan(700 + 5000);
    });
  }

  it("CM-13 ends on abort, and says that it was cancelled", async () => {
    const pids = path.join(folder, "pids");
    const file = await script(
      "abort.sh",
      `#!/bin/sh\ntrap '' TERM\necho $$ > ${pids}\necho started\nwhile :; do sleep 1; done\n`,
    );
    const abort = new AbortController();
    const result = await runner.run(spec([file], { on_output: () => abort.abort() }), abort.signal);
    expect(result).toMatchObject({ cancelled: true, timed_out: false, survivors: [] });
    expect(await livePids(pids)).toEqual([]);
    expect(await runner.run(spec([file]), abort.signal)).toMatchObject({
      cancelled: true,
      exit_code: null,
      output_bytes: 0,
    });
  });

  it("CM-14 leaves nothing behind when it ends by itself and its children do not", async () => {
    const pids = path.join(folder, "pids");
    const file = await script(
      "leave.sh",
      `#!/bin/sh\n( trap '' TERM HUP; sleep 1000 & echo $! >> ${pids}; wait ) &\nsetsid sleep 1000 &\necho $! >> ${pids}\nsleep 0.2\necho done\nexit 4\n`,
    );
    const result = await runner.run(spec([file]), live);
    expect(result).toMatchObject({ exit_code: 4, timed_out: false, survivors: [], output: "done\n" });
    expect(await livePids(pids)).toEqual([]);
  });

  it("CM-15 does not wait for a pipe held by a child that shed group, session and environment, and ends it", async () => {
    const pids = path.join(folder, "pids");
    // With an empty environment the child loses the mark, and with a session of its own it loses the group.
    const file = await script(
      "hold.sh",
      `#!/bin/sh\nsetsid env -i sh -c 'echo $$ > ${pids}; sleep 30' &\nsleep 0.3\necho done\n`,
    );
    const result = await runner.run(spec([file]), live);
    expect(result.output).toContain("done");
    expect(result.duration_ms).toBeLessThan(10_000);
    expect(await livePids(pids)).toEqual([]);
    expect(result.survivors).toEqual([]);
  });

  it("CM-20 ends a daemon that shed everything before anybody could look, where the kernel has control groups", async (test) => {
    if (!(await hasControlGroups())) {
      test.skip("no control groups can be made here");
      return;
    }
    expect(await runner.containment?.(), "what the kernel offers is used").toBe("cgroup");
    const daemon = async (own: typeof runner, name: string) => {
      const pids = path.join(folder, name);
      const inner = `( exec env -i sh -c "echo \\$\\$ > ${pids}; exec sleep 1000" & )`;
      const file = await script(
        `${name}.sh`,
        `#!/bin/sh\nsetsid env -i sh -c '${inner}' > /dev/null 2>&1 < /dev/null\nwhile [ ! -s ${pids} ]; do :; done\n`,
      );
      const result = await own.run(spec([file]), live);
      return { survivors: result.survivors, exit: result.exit_code, alive: await livePids(pids) };
    };
    // On a busy machine it may be seen in time after all, so it gets several tries.
    const portable = createCommandRunner({ portable: true });
    let escaped: readonly number[] = [];
    for (let number = 0; number < 20 && escaped.length === 0; number += 1)
      escaped = (await daemon(portable, `control-${number}`)).alive;
    expect(escaped, "control: it escapes whoever looks for processes").not.toEqual([]);
    for (const pid of escaped) process.kill(pid, "SIGKILL");
    for (let number = 0; number < 10; number += 1)
      expect(await daemon(runner, `held-${number}`)).toEqual({ survivors: [], exit: 0, alive: [] });
  });

  it("CM-21 starts a command in a control group with the same name, arguments, environment, exit code and signal", async () => {
    const tell = await script(
      "tell.mjs",
      `import { readFileSync } from "node:fs";
       const { MASTERPLAN_COMMAND, TMPDIR, TEMP, TMP, _, SHLVL, ...env } = process.env;
       const name = readFileSync("/proc/self/cmdline", "utf8").split("\\0")[0];
       console.log(JSON.stringify({ name, args: process.argv.slice(2), env, cwd: process.cwd() }));`,
    );
    const odd = ["", "$(id)", "-x", "a b", "*", "'", '"', "\\", "\n", "é", "--", "{1,2}"];
    const both = [runner, createCommandRunner({ portable: true })];
    const [held, plain] = await Promise.all(
      both.map(async (own) => (await own.run(spec(["node", tell, ...odd]), live)).output),
    );
    expect(JSON.parse(held ?? "")).toEqual(JSON.parse(plain ?? ""));
    expect(JSON.parse(held ?? "")).toMatchObject({ args: odd });
    const ends = await Promise.all(
      both.map(async (own) => {
        const code = await script("code.sh", "#!/bin/sh\nexit 37\n");
        const signal = await script("signal.sh", "#!/bin/sh\nkill -USR1 $$\nsleep 5\n");
        const [one, other] = [await own.run(spec([code]), live), await own.run(spec([signal]), live)];
        return [one.exit_code, one.signal, other.exit_code, other.signal];
      }),
    );
    expect(ends).toEqual([
      [37, null, null, "SIGUSR1"],
      [37, null, null, "SIGUSR1"],
    ]);
  });

  it("CM-16 stores no more than the cap of a gigabyte", async () => {
    const file = await script(
      "flood.sh",
      "#!/bin/sh\nhead -c 1073741824 /dev/zero | tr '\\0' 'x'\necho\necho the end\n",
    );
    const result = await runner.run(spec([file], { max_output_bytes: 64 * 1024, timeout_ms: 60_000 }), live);
    expect(result).toMatchObject({ exit_code: 0, truncated: true });
    expect(result.output_bytes).toBe(1_073_741_824 + 9);
    expect(Buffer.byteLength(result.output)).toBeLessThanOrEqual(64 * 1024);
    expect(result.output).toMatch(/^x+\n\[\.\.\. \d+ bytes left out \.\.\.\]\nx+\nthe end\n$/u);
  });

  it("CM-17 cannot reach the terminal through what it prints", async () => {
    const file = await script(
      "ansi.mjs",
      `const w = (s) => process.stdout.write(s);
       w("\\u001b[31mred\\u001b[0m \\u001b]8;;http://evil.example\\u0007link\\u001b]8;;\\u0007 ");
       w("\\u001b]52;c;ZXZpbA==\\u001b\\\\clip \\u001b]0;title\\u0007 a\\u0008b \\u009b2Jc1 \\u202egnp.exe ");
       process.stdout.write(Buffer.from([0xff, 0xfe, 0x41, 0x0d, 0x0a]));`,
    );
    const result = await runner.run(spec(["node", file]), live);
    expect(result.output).toBe("red link clip  ab c1 gnp.exe \ufffd\ufffdA\n");
  });
});
