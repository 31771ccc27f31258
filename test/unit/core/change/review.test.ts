import { describe, expect, it } from "vitest";
import { buildChangeSet } from "../../../../src/core/change/buildChangeSet";
import { criteriaState, toCriterion } from "../../../../src/core/change/criteriaState";
import { checksToWaive, decideReview, type ReviewInput } from "../../../../src/core/change/review";
import type { CheckStatus, Evidence, Severity } from "../../../../src/core/validation/evidence";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const modes = { mode_before: "100644", mode_after: "100644" };

/** Hunks: 1 docs/a.md (out of scope), 2 package.json (protected), 3 and 4 src/a.ts. */
const change = buildChangeSet(
  [
    {
      path: "src/a.ts",
      before: encode("1\n2\n3\n4\n5\n6\n7\n8\n9\n"),
      after: encode("one\n2\n3\n4\n5\n6\n7\n8\nnine\n"),
      ...modes,
    },
    { path: "package.json", before: encode("{}\n"), after: encode('{"a":1}\n'), ...modes },
    { path: "docs/a.md", before: null, after: encode("a\n"), ...modes },
  ],
  { scope: ["src/**", "package.json"] },
);

function evidence(
  check: string,
  status: CheckStatus,
  severity: Severity = "critical",
  more: Partial<Evidence> = {},
): Evidence {
  return {
    check,
    layer: "tests",
    severity,
    status,
    summary: `${check} said ${status}`,
    duration_ms: 1,
    ...more,
  };
}

function decide(input: Partial<ReviewInput>) {
  return decideReview({
    change,
    evidence: [],
    criteria: [],
    mode: "person",
    hunks: null,
    protected_files: [],
    waivers: [],
    grants: [],
    change_hash: null,
    ...input,
  });
}

function codes(result: ReturnType<typeof decide>): string[] {
  return result.ok ? [] : result.error.map((refusal) => `${refusal.code} ${refusal.subject}`);
}

describe("decideReview", () => {
  it("RV-1 a protected file is refused until it is named, in the decision or in the approval", () => {
    expect(codes(decide({}))).toEqual(["review.protectedFile package.json"]);
    expect(codes(decide({ protected_files: ["other.json"] }))).toEqual(["review.protectedFile package.json"]);
    expect(decide({ protected_files: ["package.json"] })).toMatchObject({
      ok: true,
      value: { protected_files: ["package.json"] },
    });
    expect(decide({ grants: ["protected:package.json"] }).ok).toBe(true);
    expect(decide({ mode: "automatic" }).ok).toBe(false);
    expect(decide({ mode: "automatic", grants: ["protected:package.json"] }).ok).toBe(true);
    expect(codes(decide({ hunks: [2] }))).toEqual(["review.protectedFile package.json"]);
  });

  it("RV-2 a file out of scope lands only when a person names its hunks", () => {
    expect(decide({ protected_files: ["package.json"] })).toMatchObject({
      ok: true,
      value: {
        hunks: [2, 3, 4],
        partial: true,
        left_out: [{ path: "docs/a.md", hunks: [1], reason: "out_of_scope" }],
      },
    });
    expect(decide({ hunks: [1, 3] })).toMatchObject({
      ok: true,
      value: {
        hunks: [1, 3],
        partial: true,
        left_out: [
          { path: "package.json", hunks: [2], reason: "not_chosen" },
          { path: "src/a.ts", hunks: [4], reason: "not_chosen" },
        ],
      },
    });
    expect(decide({ hunks: [1, 3], mode: "automatic" })).toMatchObject({ ok: true, value: { hunks: [3] } });
  });

  it("RV-3 hunks that do not exist, and none at all, are refused", () => {
    expect(codes(decide({ hunks: [3, 9, 12] }))).toEqual(["review.badHunk 9, 12"]);
    expect(codes(decide({ hunks: [] }))).toEqual(["review.badHunk "]);
  });

  it("RV-4 a decision about another change set is refused", () => {
    expect(codes(decide({ hunks: [3], change_hash: "0".repeat(64) }))).toEqual([
      `review.staleChange ${"0".repeat(64)}`,
    ]);
    expect(decide({ hunks: [3], change_hash: change.hash }).ok).toBe(true);
  });

  it.each([
    ["failed", "critical", true],
    ["failed", "important", true],
    ["failed", "nice_to_have", false],
    ["not_verified", "critical", true],
    ["not_verified", "important", true],
    ["timed_out", "critical", true],
    ["passed", "critical", false],
    ["not_applicable", "critical", false],
  ] as const)("RV-5 a check that is %s and %s stands in the way: %s", (status, severity, blocked) => {
    const input = { hunks: [3], evidence: [evidence("test", status, severity)] };
    expect(codes(decide(input))).toEqual(blocked ? ["review.notVerified test"] : []);
    expect(decide({ ...input, waivers: ["lint"] }).ok).toBe(!blocked);
    expect(decide({ ...input, waivers: ["test"] })).toMatchObject({
      ok: true,
      value: { waivers: blocked ? ["test"] : [] },
    });
  });

  it("RV-6 the approval's waiver covers what could not be verified, never a failure", () => {
    const grants = ["waive:test"];
    const input = { hunks: [3], grants, mode: "automatic" } as const;
    expect(decide({ ...input, evidence: [evidence("test", "not_verified")] }).ok).toBe(true);
    expect(decide({ ...input, evidence: [evidence("test", "timed_out")] }).ok).toBe(true);
    expect(codes(decide({ ...input, evidence: [evidence("test", "failed")] }))).toEqual([
      "review.notVerified test",
    ]);
    expect(decide({ ...input, evidence: [evidence("test", "failed")], waivers: ["test"] }).ok).toBe(false);
  });

  it("RV-7 all that stands against a decision is told at once", () => {
    expect(
      codes(
        decide({
          hunks: [2, 7],
          change_hash: "x",
          evidence: [evidence("test", "failed"), evidence("lint", "not_verified")],
        }),
      ),
    ).toEqual([
      "review.staleChange x",
      "review.badHunk 7",
      "review.protectedFile package.json",
      "review.notVerified test",
      "review.notVerified lint",
    ]);
  });

  it("RV-8 a path that the gate refuses never lands, whoever says so", () => {
    const hostile = buildChangeSet([{ path: ".GIT/hooks/x", before: null, after: encode("x"), ...modes }], {
      scope: null,
    });
    expect(codes(decide({ change: hostile, protected_files: [".GIT/hooks/x"], hunks: [1] }))).toEqual([
      "path.forbidden .GIT/hooks/x",
    ]);
  });

  it("RV-9 acceptance signs off what no check proves", () => {
    const criteria = [
      "Reads well",
      { id: "AC-1", text: "Tests pass", check: "test" },
      { text: "Exports CSV" },
    ].map(toCriterion);
    const proved = [
      evidence("test", "passed"),
      evidence("csv", "passed", "critical", { proves: ["Exports CSV"] }),
    ];
    expect(decide({ hunks: [3], criteria, evidence: proved })).toMatchObject({
      ok: true,
      value: { sign_offs: ["Reads well"] },
    });
  });

  it("checksToWaive names each check once", () => {
    expect(
      checksToWaive([evidence("a", "failed"), evidence("a", "not_verified"), evidence("b", "passed")]),
    ).toEqual(["a"]);
  });
});

describe("criteriaState", () => {
  const criteria = ["Reads well", { id: "AC-1", text: "Tests pass", check: "test" }].map(toCriterion);

  it.each([
    [[], [], ["open", "open"]],
    [[evidence("test", "passed")], [], ["open", "proved"]],
    [[evidence("test", "failed")], [], ["open", "open"]],
    [[evidence("test", "not_verified")], [{ criterion: "AC-1" }], ["open", "signed_off"]],
    [
      [
        evidence("x", "passed", "critical", { proves: ["AC-1"] }),
        evidence("y", "failed", "critical", { proves: ["AC-1"] }),
      ],
      [],
      ["open", "open"],
    ],
    [[], [{ criterion: "Reads well" }], ["signed_off", "open"]],
  ])("RV-10 evidence %# gives the states it should", (given, signOffs, states) => {
    expect(criteriaState(criteria, given, signOffs).map((item) => item.state)).toEqual(states);
  });
});
