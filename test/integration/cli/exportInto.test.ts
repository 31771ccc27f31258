import { readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { CliWorkspace } from "./cliWorkspace";

let place: CliWorkspace;

beforeEach(async () => {
  place = await CliWorkspace.make();
});

afterEach(() => {
  place.remove();
});

const document =
  "# Tidy up\r\n\r\nA word before.\r\n\r\n- [ ] Run `node --version`\r\n- [ ] Look at it by hand\r\n";

it("CL-33 ticks what is done in the document of the plan, and nothing else", async () => {
  const file = place.write("tidy.md", document);
  const { id } = await place.jsonHere("import", file);
  const { id: approval } = await place.jsonHere("approve", id);
  expect((await place.follow(["run", approval])).code).toBe(3);
  expect(await place.json("export", id, "--into", file)).toEqual({ file, ticked: 1 });
  const text = readFileSync(path.join(place.workspace, file), "utf8");
  expect(text).toBe(document.replace("- [ ] Run", "- [x] Run"));

  place.write(file, document.replace("Run `node --version`", "Run `npm --version`"));
  const refused = await place.callHere("export", id, "--into", file);
  expect([refused.code, refused.err.startsWith("error usage.invalid: tidy.md does not hold")]).toEqual([
    2,
    true,
  ]);
  expect((await place.callHere("export", id)).code).toBe(2);
});
