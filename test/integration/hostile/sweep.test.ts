import { describe, expect, it } from "vitest";
import { recordedRows, writeTable } from "../../support/hostileRows";

/**
 * Every attack in one go, with one table; `node test/torture/hostile.mjs` runs it. The tests are the same that run one by one otherwise; each shows its control first.
 */
const sweeping = process.env["MASTERPLAN_SWEEP"] !== undefined;

const files: Readonly<Record<string, () => Promise<unknown>>> = {
  "hostile repositories": () => import("../git/hostileRepository.test"),
  "programs named by configuration": () => import("../git/hostilePrograms.test"),
  "hostile content": () => import("../git/hostileContent.test"),
  "hostile worktrees": () => import("../git/hostileWorktree.test"),
  "the index between landings": () => import("../git/landingIndex.test"),
  "dependency folders": () => import("../git/dependencyCopies.test"),
  "writes that leave": () => import("../workspaceFiles/escapes.test"),
  "folders swapped meanwhile": () => import("../workspaceFiles/swapRace.test"),
  commands: () => import("./commandStrings.test"),
  "protected files": () => import("./protectedFiles.test"),
};

/** What has to be in the table: known attacks on tools of this kind, and the names of the rows that stand for them. */
const known: Readonly<Record<string, RegExp>> = {
  "a .git file that leads to a hostile folder, fsmonitor": /GT-31/u,
  "the same with a filter and attributes": /GT-31|GT-22/u,
  "text conversion and external diff": /GT-23/u,
  "a bare repository in a folder": /GT-29/u,
  "a hook in the shared folder, in an in-tree folder, at worktree add and commit": /GT-21/u,
  "an in-tree hook that is edited": /protected files by write_file$/u,
  "attributes that name a filter of the user's": /GT-22/u,
  "a patch or a write through a linked folder": /WF-8.*link to a folder/u,
  "configuration planted in the worktree's own git folder": /GT-32/u,
  "settings of editors and agents, created as well as edited": /protected files by write_file that adds/u,
  "directives of a patch besides update and add": /protected files by envelope that moves/u,
  "renames in a diff": /protected files by git diff that renames/u,
  "a write outside the root": /WF-8.*two dots/u,
  "a name that begins as the root's": /WF-8.*begins as/u,
  "hard links": /WF-8.*hard link/u,
  "a folder swapped for a link meanwhile": /WF-6/u,
  "git's own names in other spellings": /GT-37/u,
  "an approval used for another plan": /changed after its approval/u,
  "substitution, new lines and redirection in commands": /shell syntax in arguments: a new line/u,
  "flags of interpreters": /vector beside the approved ones: node -e/u,
  "a prefix of an approved command": /vector beside the approved ones: git show --output/u,
  "variables that load code": /a variable that loads code/u,
  "variables that steer git": /GT-28/u,
  "a program in the working folder": /a program in the working folder/u,
  "submodules with a configuration of their own": /GT-26/u,
  "a remote that runs a program": /GT-24/u,
  "signing programs of the repository": /GT-39/u,
  "working files set to lie elsewhere": /GT-27/u,
  "protected files by a command": /protected files by an approved command/u,
  "protected files by an install": /protected files by an approved install/u,
  "the user's packages through a worktree": /GT-63/u,
};

describe.runIf(sweeping)("the sweep", () => {
  for (const [name, load] of Object.entries(files))
    describe(name, async () => {
      await load();
    });

  it("HS-1 every known attack executes nothing, writes nothing outside and lands no protected file unreviewed", () => {
    console.log(writeTable("hostile-sweep"));
    const rows = recordedRows();
    const missing = Object.entries(known).filter(([, name]) => !rows.some((row) => name.test(row.name)));
    expect(missing.map(([name]) => name)).toEqual([]);
    for (const row of rows) {
      const { name, shown, executions, outside, unreviewed } = row;
      expect({ name, shown, executions, outside, unreviewed }).toEqual({
        name,
        shown: true,
        executions: 0,
        outside: 0,
        unreviewed: 0,
      });
    }
  });
});
