import path from "node:path";
import { describe, expect, it } from "vitest";
import { createCommandRunner } from "../../../src/adapters/node/command/nodeCommandRunner";
import { commandFolder } from "../../support/commandFolder";
import { hasControlGroups } from "../../support/controlGroups";
import { hostileCommands, livePids } from "../../support/hostileCommands";

const place = commandFolder();
const runner = createCommandRunner();
const live = new AbortController().signal;

describe("a command that misbehaves", () => {
  for (const [title, make] of Object.entries(hostileCommands)) {
    it(`CM-12 is ended within seconds and leaves nothing alive: ${title}`, async () => {
      const pids = path.join(place.folder, "pids");
      const [name, text] = make(pids);
      const file = await place.script(name, `#!/bin/sh\n${text}\n`);
      const result = await runner.run(place.spec([file], { timeout_ms: 700 }), live);
      expect(result).toMatchObject({ timed_out: true, cancelled: false, survivors: [] });
      expect(await livePids(pids)).toEqual([]);
      expect(result.duration_ms).toBeLessThan(700 + 5000);
    });
  }

  it("CM-13 ends on abort, and says that it was cancelled", async () => {
    const pids = path.join(place.folder, "pids");
    const file = await place.script(
      "abort.sh",
      `#!/bin/sh\ntrap '' TERM\necho $$ > ${pids}\necho started\nwhile :; do sleep 1; done\n`,
    );
    const abort = new AbortController();
    const result = await runner.run(place.spec([file], { on_output: () => abort.abort() }), abort.signal);
    expect(result).toMatchObject({ cancelled: true, timed_out: false, survivors: [] });
    expect(await livePids(pids)).toEqual([]);
    expect(await runner.run(place.spec([file]), abort.signal)).toMatchObject({
      cancelled: true,
      exit_code: null,
      output_bytes: 0,
    });
  });

  it("CM-14 leaves nothing behind when it ends by itself and its children do not", async () => {
    const pids = path.join(place.folder, "pids");
    const file = await place.script(
      "leave.sh",
      `#!/bin/sh\n( trap '' TERM HUP; sleep 1000 & echo $! >> ${pids}; wait ) &\nsetsid sleep 1000 &\necho $! >> ${pids}\nsleep 0.2\necho done\nexit 4\n`,
    );
    const result = await runner.run(place.spec([file]), live);
    expect(result).toMatchObject({ exit_code: 4, timed_out: false, survivors: [], output: "done\n" });
    expect(await livePids(pids)).toEqual([]);
  });

  it("CM-15 does not wait for a pipe held by a child that shed group, session and environment, and ends it", async () => {
    const pids = path.join(place.folder, "pids");
    // With an empty environment the child loses the mark, and with a session of its own it loses the group.
    const file = await place.script(
      "hold.sh",
      `#!/bin/sh\nsetsid env -i sh -c 'echo $$ > ${pids}; sleep 30' &\nsleep 0.3\necho done\n`,
    );
    const result = await runner.run(place.spec([file]), live);
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
      const pids = path.join(place.folder, name);
      const inner = `( exec env -i sh -c "echo \\$\\$ > ${pids}; exec sleep 1000" & )`;
      const file = await place.script(
        `${name}.sh`,
        `#!/bin/sh\nsetsid env -i sh -c '${inner}' > /dev/null 2>&1 < /dev/null\nwhile [ ! -s ${pids} ]; do :; done\n`,
      );
      const result = await own.run(place.spec([file]), live);
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
    const tell = await place.script(
      "tell.mjs",
      `import { readFileSync } from "node:fs";
       const { MASTERPLAN_COMMAND, TMPDIR, TEMP, TMP, _, SHLVL, ...env } = process.env;
       const name = readFileSync("/proc/self/cmdline", "utf8").split("\\0")[0];
       console.log(JSON.stringify({ name, args: process.argv.slice(2), env, cwd: process.cwd() }));`,
    );
    const odd = ["", "$(id)", "-x", "a b", "*", "'", '"', "\\", "\n", "é", "--", "{1,2}"];
    const both = [runner, createCommandRunner({ portable: true })];
    const [held, plain] = await Promise.all(
      both.map(async (own) => (await own.run(place.spec(["node", tell, ...odd]), live)).output),
    );
    expect(JSON.parse(held ?? "")).toEqual(JSON.parse(plain ?? ""));
    expect(JSON.parse(held ?? "")).toMatchObject({ args: odd });
    const ends = await Promise.all(
      both.map(async (own) => {
        const code = await place.script("code.sh", "#!/bin/sh\nexit 37\n");
        const signal = await place.script("signal.sh", "#!/bin/sh\nkill -USR1 $$\nsleep 5\n");
        const [one, other] = [
          await own.run(place.spec([code]), live),
          await own.run(place.spec([signal]), live),
        ];
        return [one.exit_code, one.signal, other.exit_code, other.signal];
      }),
    );
    expect(ends).toEqual([
      [37, null, null, "SIGUSR1"],
      [37, null, null, "SIGUSR1"],
    ]);
  });

  it("CM-16 stores no more than the cap of a gigabyte", async () => {
    const file = await place.script(
      "flood.sh",
      "#!/bin/sh\nhead -c 1073741824 /dev/zero | tr '\\0' 'x'\necho\necho the end\n",
    );
    const result = await runner.run(
      place.spec([file], { max_output_bytes: 64 * 1024, timeout_ms: 60_000 }),
      live,
    );
    expect(result).toMatchObject({ exit_code: 0, truncated: true });
    expect(result.output_bytes).toBe(1_073_741_824 + 9);
    expect(Buffer.byteLength(result.output)).toBeLessThanOrEqual(64 * 1024);
    expect(result.output).toMatch(/^x+\n\[\.\.\. \d+ bytes left out \.\.\.\]\nx+\nthe end\n$/u);
  });

  it("CM-17 cannot reach the terminal through what it prints", async () => {
    const file = await place.script(
      "ansi.mjs",
      `const w = (s) => process.stdout.write(s);
       w("\\u001b[31mred\\u001b[0m \\u001b]8;;http://evil.example\\u0007link\\u001b]8;;\\u0007 ");
       w("\\u001b]52;c;ZXZpbA==\\u001b\\\\clip \\u001b]0;title\\u0007 a\\u0008b \\u009b2Jc1 \\u202egnp.exe ");
       process.stdout.write(Buffer.from([0xff, 0xfe, 0x41, 0x0d, 0x0a]));`,
    );
    const result = await runner.run(place.spec(["node", file]), live);
    expect(result.output).toBe("red link clip  ab c1 gnp.exe \ufffd\ufffdA\n");
  });
});
