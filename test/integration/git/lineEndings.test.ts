import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Git } from "../../../src/ports/git";
import { landRequest } from "../../support/landRequest";
import { TempRepo } from "../../support/tempRepo";

let repo: TempRepo;
let git: Git;

beforeEach(() => {
  repo = new TempRepo();
  git = repo.open();
});

afterEach(() => repo.dispose());

interface Row {
  readonly title: string;
  readonly setup: readonly (readonly string[])[];
  readonly attributes?: string;
  readonly path?: string;
  /** What the user committed, and has on disk afterwards. */
  readonly before: string;
  readonly landed: string;
  readonly blob: string;
  readonly file: string;
}

const rows: readonly Row[] = [
  {
    title: "autocrlf=true: the repository keeps LF, the user's file CRLF",
    setup: [["config", "core.autocrlf", "true"]],
    before: "a\r\nb\r\n",
    landed: "a\nB\n",
    blob: "a\nB\n",
    file: "a\r\nB\r\n",
  },
  {
    title: "autocrlf=true: CRLF from a task is normalised",
    setup: [["config", "core.autocrlf", "true"]],
    before: "a\r\nb\r\n",
    landed: "a\r\nB\r\n",
    blob: "a\nB\n",
    file: "a\r\nB\r\n",
  },
  {
    title: "autocrlf=input: normalised, LF on disk",
    setup: [["config", "core.autocrlf", "input"]],
    before: "a\nb\n",
    landed: "a\r\nB\r\n",
    blob: "a\nB\n",
    file: "a\nB\n",
  },
  {
    title: "no setting: bytes are bytes, mixed endings included",
    setup: [],
    before: "a\r\nb\n",
    landed: "a\r\nB\nc\r\n",
    blob: "a\r\nB\nc\r\n",
    file: "a\r\nB\nc\r\n",
  },
  {
    title: "eol=crlf by attribute",
    setup: [],
    attributes: "*.txt text eol=crlf\n",
    before: "a\r\nb\r\n",
    landed: "a\nB\n",
    blob: "a\nB\n",
    file: "a\r\nB\r\n",
  },
  {
    title: "-text by attribute beats autocrlf",
    setup: [["config", "core.autocrlf", "true"]],
    attributes: "*.txt -text\n",
    before: "a\r\nb\n",
    landed: "a\r\nB\n",
    blob: "a\r\nB\n",
    file: "a\r\nB\n",
  },
  {
    title: "UTF-16 on disk, UTF-8 in the repository",
    setup: [],
    attributes: "*.txt working-tree-encoding=UTF-16LE\n",
    before: Buffer.from("a\nñ\n", "utf16le").toString("latin1"),
    landed: Buffer.from("a\nÑ\n", "utf8").toString("latin1"),
    blob: Buffer.from("a\nÑ\n", "utf8").toString("latin1"),
    file: Buffer.from("a\nÑ\n", "utf16le").toString("latin1"),
  },
];

describe("line endings and encodings", () => {
  for (const row of rows) {
    it(`GT-40 ${row.title}`, async () => {
      for (const args of row.setup) repo.git(...args);
      if (row.attributes !== undefined) repo.write(".gitattributes", row.attributes);
      repo.commit({ "f.txt": Buffer.from(row.before, "latin1") });
      const head = repo.head();
      expect(await git.snapshot("s")).toBe(head);
      const worktree = await git.openWorktree("t_1", head);
      const committed = repo.git("cat-file", "blob", "HEAD:f.txt");
      expect(readFileSync(join(worktree.path, "f.txt"), "utf8")).toBe(committed);
      expect(await git.changes(worktree)).toEqual([]);

      writeFileSync(join(worktree.path, "f.txt"), Buffer.from(row.landed, "latin1"));
      const [change] = await git.changes(worktree);
      expect(Buffer.from(change!.before!).toString("utf8")).toBe(committed);
      const { branch } = await git.startBranch("x", "branch");
      const landed = await git.land({
        ...landRequest(branch, head, {}),
        files: [{ path: "f.txt", content: change!.after, mode: change!.mode_after! }],
      });
      expect(landed.tree).toBe("updated");
      expect(Buffer.from(repo.git("cat-file", "blob", "HEAD:f.txt"), "utf8").toString("latin1")).toBe(
        row.blob,
      );
      expect(readFileSync(join(repo.root, "f.txt")).toString("latin1")).toBe(row.file);
      expect(repo.status()).toBe("");
      repo.git("rm", "--cached", "-q", "f.txt");
      repo.git("add", "f.txt");
      expect(repo.status(), "the file has the form that git itself would commit").toBe("");
    });
  }

  it("GT-41 attributes that a task writes do not hide or change what is read from its worktree", async () => {
    repo.commit({ "a.txt": "one\n", "b.txt": "$Id$\n" });
    const worktree = await git.openWorktree("t_1", repo.head());
    writeFileSync(
      join(worktree.path, ".gitattributes"),
      "* text eol=crlf ident working-tree-encoding=UTF-16\n",
    );
    writeFileSync(join(worktree.path, "a.txt"), "one\r\n");
    writeFileSync(join(worktree.path, "b.txt"), "$Id: hidden payload $\n");
    const changes = await git.changes(worktree);
    expect(changes.map(({ path }) => path)).toEqual([".gitattributes", "a.txt", "b.txt"]);
    expect(Buffer.from(changes[1]!.after!).toString()).toBe("one\r\n");
    expect(Buffer.from(changes[2]!.after!).toString()).toBe("$Id: hidden payload $\n");
  });

  it("GT-42 refuses files kept by Git LFS by name, and a repository with them works otherwise", async () => {
    repo.commit({ "a.txt": "one\n", ".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n" });
    expect((await git.inspect()).lfs).toBe(true);
    const { branch, head } = await git.startBranch("x", "branch");
    const refused = git.land(landRequest(branch, head, { "x.bin": "binary" }));
    await expect(refused).rejects.toMatchObject({
      code: "git.failed",
      message: expect.stringContaining("x.bin"),
    });
    expect((await git.land(landRequest(branch, head, { "a.txt": "two\n" }))).tree).toBe("updated");
  });
});
