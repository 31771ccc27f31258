import { describe, expect, it } from "vitest";
import { isAtLeast, parseGitVersion, versionWarning } from "../../../../../src/adapters/git/runner/gitBinary";
import { createTranslate } from "../../../../../src/core/translate";

describe("git versions", () => {
  const rows: readonly (readonly [string, readonly number[], boolean])[] = [
    ["git version 2.39.5", [2, 39, 5], true],
    ["git version 2.39.5 (Apple Git-154)", [2, 39, 5], true],
    ["git version 2.45.1.windows.1", [2, 45, 1], true],
    ["git version 2.45.4", [2, 45, 4], false],
    ["git version 2.50.0-rc1", [2, 50, 0], true],
    ["git version 2.50.1", [2, 50, 1], false],
    ["git version 2.51.0", [2, 51, 0], false],
    ["git version 3.0.0", [3, 0, 0], false],
    ["nonsense", [0, 0, 0], true],
  ];
  for (const [text, parts, warns] of rows) {
    it(`GT-80 ${text} is ${parts.join(".")} and ${warns ? "warned of" : "fine"}`, () => {
      const version = parseGitVersion(text);
      expect(version.parts).toEqual(parts);
      expect(versionWarning(version, createTranslate({})) !== null).toBe(warns);
    });
  }

  it("GT-80 compares part by part", () => {
    const version = parseGitVersion("git version 2.38.1");
    expect([
      isAtLeast(version, 2, 38),
      isAtLeast(version, 2, 38, 2),
      isAtLeast(version, 2, 9),
      isAtLeast(version, 3, 0),
    ]).toEqual([true, false, true, false]);
  });
});
