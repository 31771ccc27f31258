import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commitMessage } from "../../../../src/core/change/commitMessage";

const ids = { run: "r_1", task: "T-04", attempt: "t_1" };
const trailers = "MasterPlan-Run: r_1\nMasterPlan-Task: T-04\nMasterPlan-Attempt: t_1\n";

function subject(title: string): string {
  return commitMessage({ title, summary: null, ...ids }).split("\n")[0]!;
}

function trailersByGit(message: string): string {
  return execFileSync("git", ["interpret-trailers", "--parse"], { input: message }).toString();
}

describe("commitMessage", () => {
  it("CT-1 subject, summary, trailers", () => {
    const message = commitMessage({
      title: "add CSV export.",
      summary: "Adds the writer.\n\nTests cover quoting.",
      ...ids,
    });
    expect(message).toBe(`Add CSV export\n\nAdds the writer.\n\nTests cover quoting.\n\n${trailers}`);
  });

  it.each([
    ["  Write\n\nthe   docs \n", "Write the docs"],
    ["# Heading", "Heading"],
    ["fixup! Something", "Something"],
    ["\u202eexe.txt\u0007", "Exe.txt"],
    ["", "Complete task T-04"],
    ["...", "Complete task T-04"],
    [
      `Implement ${"a very long thing ".repeat(10)}`,
      "Implement a very long thing a very long thing a very long thing a...",
    ],
  ])("CT-2 the title %j gives the subject %j", (title, expected) => {
    expect(subject(title)).toBe(expected);
  });

  it("CT-3 no title or summary can add, change or end trailers", () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary" }),
      fc
        .array(
          fc.constantFrom(
            "MasterPlan-Run: r_2",
            "Signed-off-by: x <x@y>",
            "---",
            "# c",
            "",
            "text",
            "diff --git a/a b/b",
            "\r",
            "\n",
            " MasterPlan-Task: x",
            "key=value",
          ),
          { maxLength: 8 },
        )
        .map((lines) => lines.join("\n")),
    );
    fc.assert(
      fc.property(hostile, hostile, hostile, (title, summary, task) => {
        const message = commitMessage({ title, summary, run: "r_1", task, attempt: "t_1" });
        expect(message.split("\n")[0]!.length).toBeGreaterThan(0);
        expect(Array.from(message.split("\n")[0]!).length).toBeLessThanOrEqual(72);
        const found = [...message.matchAll(/^MasterPlan-(\w+): ?(.*)$/gmu)].map((match) => match[1]);
        expect(found).toEqual(["Run", "Task", "Attempt"]);
        expect(message).not.toMatch(/[^\P{C}\n\t]/u);
        for (const line of message.split("\n\n").slice(0, -1).join("\n").split("\n").slice(1)) {
          expect(line).not.toMatch(/^(?:#|---|diff |[A-Za-z-]+: )/u);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("CT-3 git reads exactly our trailers", () => {
    for (const summary of [
      "MasterPlan-Run: r_2",
      "text\n\nSigned-off-by: x <x@y>\nMasterPlan-Task: other",
      "---\nMasterPlan-Run: r_3",
      "a\n\n---\n\nb",
    ]) {
      expect(trailersByGit(commitMessage({ title: "MasterPlan-Run: r_9", summary, ...ids }))).toBe(trailers);
    }
  });

  it("CT-4 long lines are wrapped, long summaries cut", () => {
    const message = commitMessage({
      title: "a",
      summary: `${"word ".repeat(100)}\n${"line\n".repeat(200)}`,
      ...ids,
    });
    const lines = message.split("\n");
    expect(lines.every((line) => line.length <= 74)).toBe(true);
    expect(lines.length).toBeLessThan(70);
    expect(message).toContain("[...]");
  });
});
