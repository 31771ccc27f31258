import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createNodeWorkspaceFiles } from "../../../src/adapters/node/files/nodeWorkspaceFiles";
import { recordRow } from "../../support/hostileRows";
import { listing } from "../../support/tempRepo";

let folder: string;
const at = (...parts: string[]): string => join(folder, ...parts);

function arrange(): void {
  folder = mkdtempSync(join(tmpdir(), "masterplan-escapes-"));
  for (const path of [
    "root/real/file.txt",
    "outside/file.txt",
    "outside/inner/file.txt",
    "root-evil/file.txt",
  ]) {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), "theirs\n");
  }
}

beforeEach(arrange);
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** How a name below the root can stand for a file elsewhere, and the path that is then written. */
const ways: readonly { readonly name: string; readonly path: string; readonly plant: () => void }[] = [
  {
    name: "a link to a file",
    path: "link.txt",
    plant: () => symlinkSync(at("outside/file.txt"), at("root/link.txt")),
  },
  {
    name: "a relative link",
    path: "link.txt",
    plant: () => symlinkSync("../outside/file.txt", at("root/link.txt")),
  },
  {
    name: "a link to nothing yet",
    path: "link.txt",
    plant: () => symlinkSync(at("outside/new.txt"), at("root/link.txt")),
  },
  {
    name: "a link to a folder",
    path: "way/file.txt",
    plant: () => symlinkSync(at("outside"), at("root/way")),
  },
  {
    name: "a link further up",
    path: "way/inner/file.txt",
    plant: () => symlinkSync(at("outside"), at("root/way")),
  },
  {
    name: "a link to a folder whose name begins as the root's",
    path: "way/file.txt",
    plant: () => symlinkSync(at("root-evil"), at("root/way")),
  },
  {
    name: "a link to a link",
    path: "way/file.txt",
    plant: () => {
      symlinkSync(at("outside"), at("root/real/hop"));
      symlinkSync("real/hop", at("root/way"));
    },
  },
  {
    name: "a hard link",
    path: "twin.txt",
    plant: () => linkSync(at("outside/file.txt"), at("root/twin.txt")),
  },
  { name: "two dots", path: "../outside/file.txt", plant: () => undefined },
  { name: "two dots behind a folder", path: "real/../../outside/file.txt", plant: () => undefined },
];

function changedPaths(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => before.get(path) !== after.get(path),
  );
}

describe.each([{ portable: false }, { portable: true }])(
  "a write that would leave the root, portable $portable",
  ({ portable }) => {
    it.each(ways)("WF-8 is refused by $name, where a plain write escapes", async ({ path, plant }) => {
      plant();
      const before = listing(folder);
      writeFileSync(`${at("root")}/${path}`, "escaped\n");
      const plain = listing(folder);
      expect(plain, "control: a plain write changes a file outside").not.toEqual(before);
      rmSync(folder, { recursive: true });

      arrange();
      plant();
      const untouched = listing(folder);
      const files = createNodeWorkspaceFiles({ root: at("root"), portable });
      const write = { kind: "write" as const, path, bytes: Buffer.from("escaped\n"), mode: 0o644 };
      for (const operation of [write, { kind: "delete" as const, path }]) {
        await expect(files.apply([operation])).rejects.toMatchObject({
          code: expect.stringMatching(/^(?:path|edit)\./u) as string,
        });
      }
      if (path !== "twin.txt")
        await expect(files.read(path)).rejects.toMatchObject({
          code: expect.stringMatching(/^path\./u) as string,
        });
      const name = expect.getState().currentTestName ?? "";
      recordRow({ name, outside: changedPaths(untouched, listing(folder)).length });
      expect(listing(folder)).toEqual(untouched);
    });
  },
);
