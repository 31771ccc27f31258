import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { landRequest } from "../../support/landRequest";
import { proves, type Spy } from "../../support/gitSpy";
import { wholeRun } from "../../support/wholeRun";
import { TempRepo } from "../../support/tempRepo";

let repo: TempRepo;

beforeEach(() => {
  repo = new TempRepo();
  repo.commit({ "a.txt": "one\n" });
});

afterEach(() => repo.dispose());

interface Plant {
  readonly name: string;
  /** Prepares the repository and returns what makes plain git run the program. */
  readonly set: (spy: Spy) => () => unknown;
}

const set = (key: string, value: string): void => void repo.git("config", key, value);
const withFsmonitor = (spy: Spy): string => `[core]\n\tfsmonitor = ${spy.script}\n`;

/** Ways in which the configuration of a repository names a program, besides those that have a test of their own. */
const plants: readonly Plant[] = [
  {
    name: "core.sshCommand",
    set: (spy) => {
      set("core.sshCommand", spy.script);
      set("remote.origin.url", "ssh://host.invalid/x");
      return () => repo.git("fetch", "origin");
    },
  },
  {
    name: "credential.helper",
    set: (spy) => {
      set("credential.helper", `!${spy.script}`);
      const fill = "printf 'protocol=https\\nhost=host.invalid\\nusername=u\\n\\n' | git credential fill";
      return () =>
        execFileSync("sh", ["-c", fill], {
          cwd: repo.root,
          env: { ...repo.env, GIT_TERMINAL_PROMPT: "0" },
          stdio: ["ignore", "pipe", "pipe"],
        });
    },
  },
  {
    name: "an alias",
    set: (spy) => {
      for (const name of ["st", "snapshot", "land"]) set(`alias.${name}`, `!${spy.script}`);
      return () => repo.git("st");
    },
  },
  {
    name: "core.editor",
    set: (spy) => {
      set("core.editor", spy.script);
      return () => repo.git("commit", "--allow-empty");
    },
  },
  {
    name: "an included file",
    set: (spy) => {
      writeFileSync(join(repo.base, "included"), withFsmonitor(spy));
      set("include.path", join(repo.base, "included"));
      return () => repo.git("status");
    },
  },
  {
    name: "a file included for this folder",
    set: (spy) => {
      writeFileSync(join(repo.base, "included"), withFsmonitor(spy));
      set(`includeIf.gitdir:${repo.root}/.path`, join(repo.base, "included"));
      return () => repo.git("status");
    },
  },
  {
    name: "a filter in an included file",
    set: (spy) => {
      writeFileSync(join(repo.base, "included"), `[filter "in"]\n\tclean = ${spy.script}\n`);
      set("include.path", join(repo.base, "included"));
      writeFileSync(join(repo.root, ".git", "info", "attributes"), "odd.bin filter=in\n");
      repo.write("odd.bin", "x");
      return () => repo.git("add", "--all");
    },
  },
  {
    name: "the configuration of the worktree",
    set: (spy) => {
      set("extensions.worktreeConfig", "true");
      writeFileSync(join(repo.root, ".git", "config.worktree"), withFsmonitor(spy));
      return () => repo.git("status");
    },
  },
  {
    name: "remote.NAME.uploadpack",
    set: (spy) => {
      set("remote.origin.url", repo.root);
      set("remote.origin.uploadpack", spy.script);
      return () => repo.git("fetch", "origin");
    },
  },
  {
    name: "a trailer command",
    set: (spy) => {
      set("trailer.masterplan-run.command", spy.script);
      set("trailer.x.command", spy.script);
      return () => repo.git("interpret-trailers", "--trailer", "x=1");
    },
  },
  {
    name: "a .git file that leads to another folder",
    set: (spy) => {
      renameSync(join(repo.root, ".git"), join(repo.base, "elsewhere"));
      writeFileSync(join(repo.root, ".git"), `gitdir: ${join(repo.base, "elsewhere")}\n`);
      set("core.fsmonitor", spy.script);
      return () => repo.git("status");
    },
  },
  {
    name: "a .git that is a link",
    set: (spy) => {
      renameSync(join(repo.root, ".git"), join(repo.base, "elsewhere"));
      symlinkSync(join(repo.base, "elsewhere"), join(repo.root, ".git"));
      set("core.fsmonitor", spy.script);
      return () => repo.git("status");
    },
  },
];

describe("programs that a repository's configuration names", () => {
  it.each(plants)("GT-38 are not run: $name", async ({ set: plant }) => {
    const spy = repo.spy("program");
    const control = plant(spy);
    await proves(spy, control, () => wholeRun(repo));
  });

  it("GT-39 are not run for signing; signing itself stays on", async () => {
    const spy = repo.spy("signer");
    set("commit.gpgSign", "true");
    for (const [format, key] of [
      ["openpgp", "gpg.program"],
      ["ssh", "gpg.ssh.defaultKeyCommand"],
      ["ssh", "gpg.ssh.program"],
      ["x509", "gpg.x509.program"],
    ] as const) {
      set("gpg.format", format);
      set(key, spy.script);
      if (format === "ssh" && key === "gpg.ssh.program") set("user.signingKey", join(repo.home, "key"));
      await proves(
        spy,
        () => repo.git("commit", "--allow-empty", "-m", "control"),
        async () => {
          const subject = repo.open();
          const { branch, head } = await subject.startBranch("x", "branch");
          const landed = subject.land(landRequest(branch, head, { "a.txt": `${key}\n` }));
          await expect(landed).rejects.toMatchObject({ message: expect.stringContaining("signed") });
        },
      );
      repo.git("checkout", "--quiet", "main");
      repo.git("config", "--unset", key);
    }
  });

  it("GT-26 does not run what a submodule is to be updated by", async () => {
    const other = new TempRepo();
    try {
      other.commit({ "s.txt": "s\n" });
      repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other.root, "sub");
      repo.commit({}, "Add submodule");
      const spy = repo.spy("update");
      set("submodule.sub.update", `!${spy.script}`);
      mkdirSync(join(repo.root, "sub"), { recursive: true });
      repo.gitIn(
        join(repo.root, "sub"),
        "-c",
        "user.name=x",
        "-c",
        "user.email=x@y",
        "commit",
        "--allow-empty",
        "-qm",
        "on",
      );
      await proves(
        spy,
        () => repo.git("submodule", "update"),
        () => wholeRun(repo),
      );
    } finally {
      other.dispose();
    }
  });
});
