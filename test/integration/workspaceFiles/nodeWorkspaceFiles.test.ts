import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createNodeWorkspaceFiles } from "../../../src/adapters/node/files/nodeWorkspaceFiles";
import type { FileWrite, WorkspaceFiles } from "../../../src/ports/workspaceFiles";

let folder: string;
let root: string;
let outside: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "masterplan-files-"));
  root = join(folder, "root");
  outside = join(folder, "outside");
  mkdirSync(root);
  mkdirSync(outside);
  put(join(outside, "secret.txt"), "keep me\n");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function write(path: string, text: string, mode = 0o644): FileWrite {
  return { kind: "write", path, bytes: Buffer.from(text), mode };
}

function remove(path: string): FileWrite {
  return { kind: "delete", path };
}

function everything(at: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(at, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(at.length + 1);
    if (entry.isFile())
      found[name] = `${(statSync(path).mode & 0o777).toString(8)} ${readFileSync(path, "utf8")}`;
    else if (entry.isDirectory()) found[`${name}/`] = "";
  }
  return found;
}

/** Both ways to reach a folder keep the same promises. */
const ways = [
  { way: "handles", portable: false },
  { way: "paths", portable: true },
];

describe.each(ways)("files below a root, by $way", ({ portable }) => {
  let files: WorkspaceFiles;
  beforeEach(() => {
    files = createNodeWorkspaceFiles({ root, portable, searchTimeoutMs: 1500 });
  });

  it("WF-1 writes, replaces and deletes in one set", async () => {
    put(join(root, "a.txt"), "a\n");
    put(join(root, "b.txt"), "b\n");
    await files.apply([
      write("a.txt", "A\n"),
      write("new/deep/c.sh", "c\n", 0o755),
      { kind: "delete", path: "b.txt" },
    ]);
    expect(everything(root)).toEqual({
      "a.txt": "644 A\n",
      "new/": "",
      "new/deep/": "",
      "new/deep/c.sh": "755 c\n",
    });
    expect(await files.read("new/deep/c.sh")).toEqual({ bytes: Buffer.from("c\n"), mode: 0o755 });
  });

  it("WF-1 a file may become a folder", async () => {
    put(join(root, "a"), "a\n");
    const writes: FileWrite[] = [write("a/b.txt", "b\n"), { kind: "delete", path: "a" }];
    await files.apply(writes);
    expect(everything(root)).toEqual({ "a/": "", "a/b.txt": "644 b\n" });
  });

  it.each([
    ["a file that is not there is deleted", remove("none.txt")],
    ["a folder stands where a file goes", write("folder", "x")],
    ["a path leaves the root", write("../x.txt", "x")],
    ["a path names git's folder", write(".git/config", "x")],
    ["a link stands where a file goes", write("link.txt", "x")],
    ["a link is on the way", write("way/x.txt", "x")],
    ["a broken link stands where a file goes", write("broken.txt", "x")],
    ["the file has another name", write("twin.txt", "x")],
    ["a file is on the way", write("a.txt/b.txt", "x")],
  ])("WF-2 nothing changes when %s", async (_, bad: FileWrite) => {
    put(join(root, "a.txt"), "a\n");
    put(join(root, "gone.txt"), "g\n");
    chmodSync(join(root, "gone.txt"), 0o600);
    put(join(root, "folder/file.txt"), "f\n");
    symlinkSync(join(outside, "secret.txt"), join(root, "link.txt"));
    symlinkSync(join(outside, "none.txt"), join(root, "broken.txt"));
    symlinkSync(outside, join(root, "way"));
    linkSync(join(outside, "secret.txt"), join(root, "twin.txt"));
    const before = everything(folder);
    const inode = statSync(join(root, "gone.txt")).ino;
    const set: FileWrite[] = [
      write("a.txt", "A\n"),
      write("made/b.txt", "B\n"),
      { kind: "delete", path: "gone.txt" },
    ];
    const orders: FileWrite[][] = [
      [...set, bad],
      [bad, ...set],
    ];
    for (const writes of orders) {
      await expect(files.apply(writes)).rejects.toMatchObject({
        code: expect.stringMatching(/^(path|edit)\./u) as string,
      });
      expect(everything(folder)).toEqual(before);
    }
    expect(statSync(join(root, "gone.txt")).ino).toBe(inode);
    expect(lstatSync(join(root, "link.txt")).isSymbolicLink()).toBe(true);
  });

  it("WF-3 links are not read through, wherever they lead", async () => {
    put(join(root, "real.txt"), "r\n");
    symlinkSync(join(outside, "secret.txt"), join(root, "out.txt"));
    symlinkSync("real.txt", join(root, "in.txt"));
    symlinkSync(outside, join(root, "way"));
    symlinkSync("/", join(root, "slash"));
    await expect(files.read("out.txt")).rejects.toMatchObject({ code: "path.outside" });
    await expect(files.read("in.txt")).rejects.toMatchObject({
      code: "path.forbidden",
      hint: expect.stringContaining("real.txt") as string,
    });
    await expect(files.read("way/secret.txt")).rejects.toMatchObject({ code: "path.outside" });
    await expect(files.read("slash/etc/passwd")).rejects.toMatchObject({ code: "path.outside" });
    await expect(files.read("../outside/secret.txt")).rejects.toMatchObject({ code: "path.outside" });
    expect(await files.stat("out.txt")).toBe("other");
  });

  it("WF-3 what is no file is null, and a pipe does not block", async () => {
    put(join(root, "a/b.txt"), "b\n");
    execFileSync("mkfifo", [join(root, "pipe")]);
    expect(await files.read("pipe")).toBeNull();
    expect(await files.read("a")).toBeNull();
    expect(await files.read("none.txt")).toBeNull();
    expect(await files.read("none/none.txt")).toBeNull();
    expect(await files.read("a/b.txt/c.txt")).toBeNull();
    expect(await files.stat("a")).toBe("directory");
    expect(await files.stat("a/b.txt")).toBe("file");
    expect(await files.stat("none")).toBeNull();
    expect(await files.stat("")).toBe("directory");
  });

  it("WF-4 lists what git would list", async () => {
    put(
      join(root, ".gitignore"),
      "*.log\nbuild/\n/only-root.txt\n!keep.log\n# comment\n\\#odd\ntemp*/\n**/cache/x\n",
    );
    put(join(root, "sub/.gitignore"), "local.txt\n!debug.log\n/anchored\n");
    put(join(root, "sub/deep/.gitignore"), "*\n!.gitignore\n!important.txt\n");
    const names = [
      "a.ts",
      "a.log",
      "keep.log",
      "build/out.js",
      "src/build/out.js",
      "only-root.txt",
      "sub/only-root.txt",
      "sub/debug.log",
      "sub/other.log",
      "sub/local.txt",
      "sub/anchored",
      "sub/more/anchored",
      "sub/deep/important.txt",
      "sub/deep/other.txt",
      "#odd",
      "temp1/x",
      "a-b.txt",
      "a/b.txt",
      ".hidden/file",
      "cache/x",
      "q/cache/x",
      "q/cache/y",
      "señal.txt",
      "a.b/c",
      "with space.txt",
    ];
    for (const name of names) put(join(root, name), "x\n");
    execFileSync("git", ["init", "-q", root]);
    const git = execFileSync(
      "git",
      ["-c", "core.quotePath=false", "ls-files", "-z", "--others", "--exclude-standard"],
      { cwd: root },
    )
      .toString()
      .split("\0")
      .filter((name) => name !== "")
      .sort();
    const listing = await files.list({ limit: 1000 });
    expect(listing).toEqual({ paths: git, truncated: false });
    expect(await files.list({ limit: 3 })).toEqual({ paths: git.slice(0, 3), truncated: true });
    expect((await files.list({ limit: 9, under: "sub/deep" })).paths).toEqual([
      "sub/deep/.gitignore",
      "sub/deep/important.txt",
    ]);
    expect((await files.list({ limit: 9, under: "build" })).paths).toEqual([]);
    expect((await files.list({ limit: 9, glob: "*.log" })).paths).toEqual(["keep.log", "sub/debug.log"]);
    expect((await files.list({ limit: 9, glob: "q/**" })).paths).toEqual(["q/cache/y"]);
  });

  it("WF-5 searches text files only, capped, and never secret ones", async () => {
    put(join(root, "a.ts"), "one\ntwo TOKEN\nthree TOKEN\n");
    put(join(root, "b/c.ts"), "TOKEN\r\n");
    put(join(root, ".env"), "TOKEN=1\n");
    put(join(root, "id_rsa"), "TOKEN\n");
    put(join(root, "x.bin"), "TOKEN\0");
    symlinkSync(join(outside, "secret.txt"), join(root, "link.txt"));
    expect(await files.search({ query: "TOKEN", is_regex: false, limit: 10 })).toEqual([
      { path: "a.ts", line: 2, text: "two TOKEN" },
      { path: "a.ts", line: 3, text: "three TOKEN" },
      { path: "b/c.ts", line: 1, text: "TOKEN" },
    ]);
    expect(await files.search({ query: "^t\\w+ T", is_regex: true, limit: 1 })).toEqual([
      { path: "a.ts", line: 2, text: "two TOKEN" },
    ]);
    expect(await files.search({ query: "keep", is_regex: false, limit: 10 })).toEqual([]);
    expect(await files.search({ query: "TOKEN", is_regex: false, limit: 10, glob: "b/**" })).toHaveLength(1);
    await expect(files.search({ query: "(", is_regex: true, limit: 1 })).rejects.toMatchObject({
      code: "usage.invalid",
    });
  });

  it("WF-5 a pattern that never ends is given up", async () => {
    put(join(root, "a.txt"), `${"a".repeat(50)}b\n`);
    await expect(files.search({ query: "^(a+)+$", is_regex: true, limit: 1 })).rejects.toMatchObject({
      code: "usage.invalid",
    });
  });

  it("WF-2 no temporary name is left", async () => {
    await files.apply(
      Array.from({ length: 40 }, (_, index) => write(`d${index % 3}/f${index}.txt`, String(index))),
    );
    expect(Object.keys(everything(root)).filter((name) => name.includes(".masterplan-"))).toEqual([]);
    expect(existsSync(join(root, "d2/f38.txt"))).toBe(true);
  });
});
