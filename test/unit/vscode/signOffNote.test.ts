import { expect, test } from "vitest";
import { createTranslate } from "../../../src/core/translate";
import { noteProblem } from "../../../src/vscode/commands/signOffNote";

const english = createTranslate({});

test("MT-5 the box for a sign-off asks for what was looked at; a fix shows itself", () => {
  expect(noteProblem("  ", {}, english)).toBe("Say what you looked at: a file, an output or a link");
  expect(noteProblem("Read a.txt", {}, english)).toBeUndefined();
  expect(noteProblem("", { worktree: "/fix" }, english)).toBeUndefined();
});
