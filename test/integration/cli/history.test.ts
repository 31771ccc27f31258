import { readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { root } from "../../start/paths.mjs";
import { CliWorkspace } from "./cliWorkspace";

let place: CliWorkspace;

beforeEach(async () => {
  place = await CliWorkspace.make();
}, 60_000);

afterEach(() => {
  place.remove();
});

it("AP-7 the history on the command line tells who was refused what, and why", async () => {
  const plan = readFileSync(path.join(root, "media/sample/plan.masterplan.json"), "utf8");
  const { id } = (await place.jsonHere("import", place.write("plan.masterplan.json", plan))) as {
    id: string;
  };
  expect((await place.callHere("run", id)).code).toBe(1);
  expect((await place.callHere("approve", id, "--hash", "f".repeat(64))).code).not.toBe(0);
  const { code, out } = await place.call("history", id);
  expect(code).toBe(0);
  const lines = out.trim().split("\n");
  expect(lines[1]).toMatch(/ run refused +d_\w+ is a draft; only an approval can be run$/u);
  expect(lines[2]).toMatch(/ approval refused +The plan is at version 1 with another hash/u);
  const who = /^\S+ +(\S+) +created/u.exec(lines[0] ?? "")?.[1] ?? "nobody";
  for (const line of lines) expect(line).toContain(who);
});
