import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const root = path.resolve(__dirname, "../..");

function testFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "fixtures" ? [] : testFiles(file);
    return entry.name.endsWith(".test.ts") ? [file] : [];
  });
}

it("AR-12 every rule of the specification is cited by a test, and every cited rule is in it", () => {
  const listed = [
    ...readFileSync(path.join(root, "src/core/SPEC.md"), "utf8").matchAll(/^\| ([A-Z]+-\d+) \|/gmu),
  ].map((match) => match[1] ?? "");
  expect(new Set(listed).size).toBe(listed.length);
  const cited = new Set(
    testFiles(path.join(root, "test")).flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/["'`]((?:[A-Z]{2}|MODEL)-\d+) /gu)].map(
        (match) => match[1] ?? "",
      ),
    ),
  );
  expect(listed.filter((id) => !cited.has(id))).toEqual([]);
  expect([...cited].filter((id) => !listed.includes(id))).toEqual([]);
});
