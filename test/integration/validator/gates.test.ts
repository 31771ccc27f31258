import { afterEach, describe, expect, it } from "vitest";
import type { Evidence } from "../../../src/core/validation/evidence";
import { runTaskCommands, validateGate } from "../../../src/engine/validation/validator";
import { aPlan, aTask } from "../../support/builders";
import { shopFiles } from "../../support/shopWorkspace";
import { makeValidationFolder, type ValidationFolder } from "../../support/validationFolder";

let folder: ValidationFolder;
const live = new AbortController().signal;
afterEach(async () => folder.dispose());

const brief = (evidence: readonly Evidence[]) =>
  evidence.map(({ check, severity, status }) => `${check} ${severity} ${status}`);

describe("runTaskCommands and validateGate", () => {
  it("VA-14 runs the commands of a task in order and stops at the first that fails", async () => {
    folder = await makeValidationFolder(shopFiles);
    const commands = [
      ["node", "--version"],
      ["node", "none.js"],
      ["node", "--version"],
    ];
    const evidence = await runTaskCommands(
      {
        ...folder.ports,
        task: aTask("T1", { commands, acceptance_criteria: [{ text: "It runs", check: "node --version" }] }),
      },
      live,
      () => undefined,
    );
    expect(brief(evidence)).toEqual(["node --version critical passed", "node none.js critical failed"]);
    expect(evidence[0]?.proves).toEqual(["It runs"]);
  });

  it("VA-15 a phase opens by its checkpoint and the gates of phases, the plan by its own", async () => {
    folder = await makeValidationFolder(shopFiles);
    const plan = aPlan([], {
      quality_gates: [
        { gate: "versions", command: ["node", "--version"], when: "phase" },
        { gate: "end", command: ["node", "--version"] },
        { gate: "by hand", expectation: "Somebody looked" },
      ],
      acceptance_criteria: [{ text: "Tests pass", check: "test" }],
    });
    const phase = {
      ...plan.phases[0]!,
      checkpoint: {
        commands: [["node", "lint.mjs"]],
        predicates: [{ type: "file_exists", path: "src/cart.js" }],
      },
    };
    expect(brief(await validateGate({ ...folder.ports, plan, phase }, live, () => undefined))).toEqual([
      "node lint.mjs critical passed",
      "file_exists src/cart.js critical passed",
      "versions critical passed",
    ]);
    const whole = await validateGate(
      { ...folder.ports, plan, phase: null, checks: await folder.checks() },
      live,
      () => undefined,
    );
    expect(brief(whole)).toEqual([
      "end critical passed",
      "by hand critical not_verified",
      "test critical passed",
    ]);
    expect(whole.at(-1)?.proves).toEqual(["Tests pass"]);
  });
});
