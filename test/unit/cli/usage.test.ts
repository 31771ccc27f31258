import { describe, expect, it } from "vitest";
import { MasterPlanError } from "../../../src/core/errors";
import { call, planId, runId } from "./fakes";

describe("usage", () => {
  it.each([
    [[], "Name a command"],
    [["nope"], "There is no command nope"],
    [["list", "--nope"], "There is no option --nope"],
    [["approve"], "The argument id is missing"],
    [["list", "--lang"], "The option --lang <language> needs a value"],
    [["export", planId], "Give either --format or --into"],
    [["plan", "Add", "a", "greeting"], "There are too many arguments; put a request in quotes"],
    [["run", "a_x", "--concurrency", "0"], "--concurrency is 0; expected a whole number from 1"],
    [["run", "a_x", "--budget", "lots"], "--budget is lots; expected a number from 0"],
    [["review", runId, "t1"], "Give either --accept or --reject"],
    [["review", runId, "t1", "--accept", "--reject"], "Give either --accept or --reject"],
    [["review", runId, "t1", "--reject"], "Sending back needs --reason"],
    [["review", runId, "t1", "--accept", "--hunks", "0"], "--hunks is 0; expected numbers such as 1,3"],
    [["task", runId, "t1"], "Give exactly one of --done, --retry, --skip, --solution and --fix"],
    [
      ["task", runId, "t1", "--done", "--retry"],
      "Give exactly one of --done, --retry, --skip, --solution and --fix",
    ],
    [["task", runId, "t1", "--skip"], "Skipping needs --reason"],
    [["gate", runId, "p1"], "Give either --go or --no-go"],
    [["panic", "maybe"], "Give on or off, not maybe"],
    [["rollback", runId], "Give either --task or --phase"],
    [["purge", "--older-than", "30d"], "Give one or more of --runs, --blobs and --aside"],
    [["purge", "--runs"], "Removing runs needs --older-than, such as 30d"],
    [
      ["purge", "--runs", "--older-than", "soon"],
      "--older-than is soon; expected a time such as 30d, 12h or 90m",
    ],
  ])("CL-3 %j is refused before anything is opened: %s", async (args, sentence) => {
    const { code, err, opened } = await call(args);
    expect(code).toBe(2);
    expect(err.split("\n")[0]).toBe(`error usage.invalid: ${sentence}`);
    expect(opened).toBeNull();
  });

  it.each(["discovery", "change", "versions", "diff", "restore", "serve", "mcp", "jira"])(
    "CL-4 %s says that it is not built yet",
    async (command) => {
      const { code, err, opened } = await call([command, "anything", "--at", "all"]);
      expect([code, opened]).toEqual([2, null]);
      expect(err).toContain(`error usage.notYet: The command ${command} is not built yet`);
    },
  );

  it.each([
    ["pause", "run.unknown"],
    ["resume", "run.unknown"],
    ["cancel", "run.unknown"],
    ["report", "run.unknown"],
    ["log", "run.unknown"],
    ["approve", "plan.unknown"],
    ["reject", "plan.unknown"],
    ["history", "plan.unknown"],
  ])("CL-3 %s refuses an id that is none", async (command, code) => {
    const { code: exit, err } = await call([command, "d_short"]);
    expect(exit).toBe(2);
    expect(err).toContain(`error ${code}:`);
  });

  it("CL-2 says what was kept where the failure says only what to do", async () => {
    const failure = new MasterPlanError("git.headMoved", "It failed", { hint: "Do this next" });
    const { err } = await call(["list"], { list: () => Promise.reject(failure) });
    expect(err).toBe("error git.headMoved: It failed\nWhat was done before is kept. Do this next\n");
  });

  it("CL-10 shows help without opening anything", async () => {
    const { code, out, opened } = await call(["--help"]);
    expect([code, opened]).toEqual([0, null]);
    for (const command of "init plan import export show list lint approve reject edit run review task gate status report".split(
      " ",
    )) {
      expect(out).toMatch(new RegExp(`^ +${command}\\b`, "mu"));
    }
  });

  it("CL-37 prints its version and nothing else", async () => {
    for (const option of ["--version", "-V"])
      expect(await call([option], {})).toMatchObject({ code: 0, out: "1.2.3\n", err: "", opened: null });
  });
});
