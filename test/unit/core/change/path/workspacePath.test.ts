import { posix, win32 } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isGitName, parseWorkspacePath } from "../../../../../src/core/change/path/workspacePath";

const outside = [
  "..",
  "../a",
  "a/../../b",
  "a/..",
  "./../a",
  "a/b/../../..",
  "/etc/passwd",
  "//server/share/a",
  "/",
  "\\\\server\\share",
  "\\a",
  "C:/a",
  "c:\\a",
  "C:a",
  "Z:",
  "file:///etc/passwd",
  "http://a/b",
  "vscode-userdata:/x",
  "~/a",
  "~",
  "~\\a",
  "..\\a",
  "a\\..\\..\\b",
  "a/..\\b",
];

const forbidden = [
  "",
  ".",
  "./",
  "a/",
  "a\0b",
  "a\nb",
  "a\rb",
  "a\tb",
  "a\u0007",
  "a\u007fb",
  "a\u0085b",
  "a\u2028b",
  "a\u202eb/txt.exe",
  "a\u200fb/txt.exe",
  "a\u061cb/txt.exe",
  "a\u206ab/txt.exe",
  "a\u2066b",
  "a\\b",
  ".git",
  ".git/config",
  "a/.git/hooks/x",
  ".GIT/config",
  ".Git",
  ".gIt/x",
  ".git./config",
  ".git /config",
  ".git. . ./x",
  ".git::$INDEX_ALLOCATION/x",
  ".git::$DATA",
  ".git:x",
  "git~1",
  "GIT~1/config",
  "a/git~2",
  "git~12/x",
  ".g\u200cit/config",
  ".\u200dgit",
  ".git\u200e/x",
  "\ufeff.git",
  ".gi\u2060t",
  ".g\u00adit",
  ".ｇｉｔ/config",
  "．git/config",
  ".gⅰt/config",
  ".gıt/config",
  ".gİt/config",
  ".𝐠𝐢𝐭/config",
  ".g\u034fit",
  ".git\ufe0f",
  "con",
  "CON",
  "con.txt",
  "a/NUL",
  "nul.tar.gz",
  "aux ",
  "prn.",
  "com1",
  "COM9.log",
  "lpt¹",
  "com²",
  "conin$",
  "CONOUT$",
  "clock$",
  "aux .txt",
  "ｃｏｎ",
  "a.",
  "a ",
  "a/b. ",
  "a./b",
  "a /b",
  "a...",
  "a<b",
  "a>b",
  "a|b",
  "a?b",
  "a*b",
  'a"b',
  "a:b",
  "a/b:stream",
  "src／a.ts",
  "a＼b",
  "a：b",
  "PROGRA~1",
  "gitmod~1",
  "GI7EBA~1",
  "a/CONFIG~1.JSO",
  "x~1",
  "\ud800",
  "a\udfffb",
  "\u200b",
  "a/\u2060/b",
  "a".repeat(256),
  "é".repeat(128),
  `${"a/".repeat(600)}b`,
  "a/".repeat(3000),
];

const fine = [
  "a",
  "a/b.ts",
  "./a",
  "a//b",
  "a/./b",
  ".gitignore",
  ".github/workflows/ci.yml",
  ".gitattributes",
  "src/.gitkeep",
  "git",
  "a.git",
  "a.git/b",
  "git~x",
  "agit~1x",
  "src/[...slug].tsx",
  "app/(group)/page.tsx",
  "with space.txt",
  "señal/日本.md",
  "emoji 👩‍👩‍👧.md",
  "a-b_c+d@e!f",
  "#odd",
  "-rf",
  "--version",
  "$HOME",
  "%2e%2e/a",
  "console.ts",
  "nullable.ts",
  "community/com10.txt",
  "auxiliary.py",
  "..a",
  "a..b",
  "file~",
  "file.txt~",
  "a~b/c",
  "longer~name~1.txt",
];

describe("parseWorkspacePath", () => {
  it.each(outside)("PG-1 %j leaves the workspace", (path) => {
    expect(parseWorkspacePath(path)).toMatchObject({ ok: false, error: { code: "path.outside" } });
  });

  it.each(forbidden)("PG-2 %j is refused", (path) => {
    expect(parseWorkspacePath(path).ok).toBe(false);
  });

  it.each(fine)("PG-3 %j is accepted", (path) => {
    expect(parseWorkspacePath(path)).toEqual({
      ok: true,
      value: path
        .split("/")
        .filter((part) => part !== "" && part !== ".")
        .join("/"),
    });
  });

  it("PG-1 the root is a path only where it is asked for", () => {
    expect(parseWorkspacePath("", { allowRoot: true })).toEqual({ ok: true, value: "" });
    expect(parseWorkspacePath("./", { allowRoot: true })).toEqual({ ok: true, value: "" });
    expect(parseWorkspacePath("a/", { allowRoot: true })).toEqual({ ok: true, value: "a" });
    expect(parseWorkspacePath("..", { allowRoot: true }).ok).toBe(false);
  });

  const piece = fc.oneof(
    fc.constantFrom(
      "..",
      ".",
      "",
      "a",
      "src",
      ".git",
      "GIT~1",
      "CON",
      "nul.txt",
      "C:",
      "\\",
      "/",
      "~",
      ".g\u200cit",
      "．．",
      "a.",
      " ",
      "\0",
      "．git",
    ),
    fc.string({ unit: "grapheme", maxLength: 6 }),
  );
  const path = fc
    .array(fc.tuple(piece, fc.constantFrom("/", "\\", "//", "")), { maxLength: 6 })
    .map((pairs) => pairs.flat().join(""));

  /** Node's own resolvers for both families of systems, and the names that git and Windows refuse, by their rules. */
  function staysBelow(accepted: string): boolean {
    const onPosix = posix.relative("/root", posix.resolve("/root", accepted));
    const onWindows = win32.relative("C:\\root", win32.resolve("C:\\root", accepted));
    const escapes = (relative: string, separator: string): boolean =>
      relative === "" ||
      relative === ".." ||
      relative.startsWith(`..${separator}`) ||
      posix.isAbsolute(relative) ||
      win32.isAbsolute(relative);
    return !escapes(onPosix, "/") && !escapes(onWindows, "\\");
  }

  it("PG-4 whatever is accepted stays below the root on both families of systems", () => {
    fc.assert(
      fc.property(path, (text) => {
        const parsed = parseWorkspacePath(text);
        if (!parsed.ok) return;
        expect(staysBelow(parsed.value)).toBe(true);
        for (const component of parsed.value.split("/")) {
          const bare = component
            .normalize("NFKC")
            .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/gu, "")
            .toLowerCase()
            .replace(/[. ]+$/u, "");
          expect(bare).not.toBe(".git");
          expect(bare.split(":")[0]).not.toBe(".git");
          expect(bare).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/u);
          expect(component).not.toMatch(/[\\:*?"<>|\0]/u);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it("PG-4 parsing an accepted path again changes nothing", () => {
    fc.assert(
      fc.property(path, (text) => {
        const parsed = parseWorkspacePath(text);
        if (parsed.ok) expect(parseWorkspacePath(parsed.value)).toEqual(parsed);
      }),
    );
  });

  it("PG-5 messages hold nothing that could fool a reader", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const parsed = parseWorkspacePath(text);
        if (parsed.ok) return;
        expect(parsed.error.message).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
        expect(parsed.error.message.length).toBeLessThan(700);
      }),
    );
  });

  it("isGitName knows ordinary names apart", () => {
    expect([".gitignore", "git", ".gi", "gitx~1", ".git2"].filter(isGitName)).toEqual([]);
  });
});
