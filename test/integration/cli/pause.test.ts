import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CliWorkspace } from "./cliWorkspace";

let place: CliWorkspace;
let approval: string;

beforeEach(async () => {
  place = await CliWorkspace.make();
  // Says that it began, and ends when it may.
  place.write(
    "slow.mjs",
    [
      "import { appendFileSync, existsSync } from 'node:fs';",
      `appendFileSync(${JSON.stringify(inHome("began"))}, 'began\\n');`,
      `while (!existsSync(${JSON.stringify(inHome("go"))})) await new Promise((next) => setTimeout(next, 20));`,
    ].join("\n"),
  );
  const { id: plan } = await place.jsonHere(
    "import",
    place.write("steps.md", "# Slow\n\n## Steps\n\n- [ ] Run `node slow.mjs`\n"),
  );
  approval = (await place.jsonHere("approve", plan)).id;
});

afterEach(() => place.remove());

function inHome(name: string): string {
  return path.join(place.folder, name);
}

function timesBegun(): number {
  return existsSync(inHome("began")) ? readFileSync(inHome("began"), "utf8").split("\n").length - 1 : 0;
}

function go(): void {
  writeFileSync(inHome("go"), "");
}

/** Follows the run and interrupts it in the middle of its command; `heard` gets what it says on stderr. */
async function interrupted(heard: (said: string, again: () => void) => void) {
  let signal: (name: NodeJS.Signals) => void = () => undefined;
  const following = place.follow(
    ["run", approval],
    (_event, kill) => {
      signal = kill;
    },
    (said) => heard(said, () => signal("SIGINT")),
  );
  await vi.waitUntil(() => timesBegun() === 1, { timeout: 60_000, interval: 20 });
  signal("SIGINT");
  return following;
}

describe("interrupting a run by the command line", () => {
  it("CL-26 Ctrl+C in the middle of a command lets it end, pauses, and the run goes on later", async () => {
    const stopped = await interrupted((said) => {
      if (said.includes("Pausing")) go();
    });
    expect(stopped.code, stopped.err).toBe(3);
    const types = stopped.events.map((event) => event.type);
    expect(types).toContain("check.finished");
    expect(types.at(-1)).toBe("run.paused");
    const id = stopped.events[0]?.run ?? "";
    expect((await place.jsonHere("status", id)).status).toBe("paused");
    const resumed = await place.follow(["resume", id]);
    expect([resumed.code, resumed.events.at(-1)?.type], resumed.err).toEqual([0, "run.completed"]);
    expect(timesBegun()).toBe(1);
  });

  it("CL-36 a second Ctrl+C stops the command, which is told as that and waits to be tried again", async () => {
    const asked = { again: false };
    const stopped = await interrupted((said, again) => {
      if (asked.again || !said.includes("Pausing")) return;
      asked.again = true;
      again();
    });
    expect(stopped.code, stopped.err).toBe(3);
    const id = stopped.events[0]?.run ?? "";
    const told = stopped.events.filter((event) => event.type === "task.status").at(-1);
    expect(told).toMatchObject({ to: "blocked", reason: "stopped by you while it ran: node slow.mjs" });
    const { waiting } = await place.jsonHere("status", id);
    expect(waiting.map((item: { kind: string }) => item.kind)).toContain("unknown_outcome");
    expect((await place.follow(["resume", id])).code).toBe(3);
    expect(timesBegun()).toBe(1);
    go();
    await place.json("task", id, "task_001", "--retry");
    const resumed = await place.follow(["resume", id]);
    expect([resumed.code, resumed.events.at(-1)?.type], resumed.err).toEqual([0, "run.completed"]);
    expect(timesBegun()).toBe(2);
  });
});
