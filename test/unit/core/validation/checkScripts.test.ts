import { describe, expect, it } from "vitest";
import {
  checksGrant,
  isChangedCheck,
  unapprovedChecks,
} from "../../../../src/core/validation/approvedChecks";
import { scriptsLine, scriptTexts } from "../../../../src/core/validation/checkScripts";
import { detectChecks } from "../../../../src/core/validation/detect/detectChecks";

const texts = (scripts: Record<string, string>, name: string) =>
  scriptTexts(JSON.stringify({ scripts }), name);

function checks(scripts: Record<string, string>, folder = "") {
  const file = `${folder}package.json`;
  return detectChecks({
    files: [file],
    read: (path) => (path === file ? JSON.stringify({ scripts }) : undefined),
  });
}

describe("the scripts behind a check", () => {
  it("CB-1 are the script, what runs around it, and every script it names, however far", () => {
    const scripts = {
      test: "npm run compile && node --test",
      pretest: "node prepare.js",
      compile: "tsc",
      postcompile: "run-s 'copy:*'",
      "copy:a": "cp a b",
      "copy:b": "cp b c",
      unrelated: "rm -rf dist",
    };
    expect(Object.keys(texts(scripts, "test"))).toEqual([
      "compile",
      "copy:a",
      "copy:b",
      "postcompile",
      "pretest",
      "test",
    ]);
    expect(texts(scripts, "missing")).toEqual({});
    expect(texts({ test: "npm test" }, "test"), "a script that calls itself").toEqual({ test: "npm test" });
    for (const text of ["", "{", "[]", '{"scripts":[]}', '{"scripts":{"test":1}}'])
      expect(scriptTexts(text, "test")).toEqual({});
  });

  it("CB-1 are bound by an approval: a new check and another text are told apart, names do not count", () => {
    const grant = checksGrant(checks({ test: "node --test", lint: "eslint ." }));
    const open = (scripts: Record<string, string>) =>
      unapprovedChecks(checks(scripts), [grant]).map((check) => [check.name, isChangedCheck(check, [grant])]);
    expect(open({ test: "node --test", lint: "eslint .", other: "x" })).toEqual([]);
    expect(open({ lint: "eslint ." })).toEqual([]);
    expect(open({ test: "node evil.mjs", build: "tsc" })).toEqual([
      ["test", true],
      ["build", false],
    ]);
    expect(open({ test: "node --test", posttest: "node evil.mjs" })).toEqual([["test", true]]);
    expect(
      unapprovedChecks(checks({ test: "node --test" }), []),
      "an approval of earlier times",
    ).toHaveLength(1);
  });

  it("CB-1 show what cannot be seen", () => {
    expect(scriptsLine({ test: "a\u202eb\u001b[2Jc\n" })).toBe("test: a\\u{202e}b\\u{1b}[2Jc\\u{a}");
  });
});
