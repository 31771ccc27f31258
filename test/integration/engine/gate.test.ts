import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MasterPlan } from "../../../src/engine/masterPlan";
import { isMasterPlanError } from "../../../src/core/errors";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";

const document = path.resolve(
  __dirname,
  "../../fixtures/documents/Saidiibrahim__RefWatch__PLAN_substitution_nav.md",
);
let folder: WorkspaceFolder;
let masterPlan: MasterPlan;

beforeEach(async () => {
  folder = await makeWorkspace({ "README.md": "# Gate\n" });
  masterPlan = await folder.open();
});

afterEach(async () => {
  await masterPlan.dispose();
  await folder.dispose();
});

async function draft() {
  return masterPlan.importPlan({
    text: await readFile(document, "utf8"),
    name: path.basename(document),
    format: "auto",
  });
}

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (isMasterPlanError(error)) return error.code;
    throw error;
  }
  return "nothing";
}

describe("the gate", () => {
  it("AP-1 refuses a draft, an unknown approval and anything else that is no approval", async () => {
    const { id } = await draft();
    expect(await refusal(masterPlan.run({ approval: id }))).toBe("gate.notApproved");
    expect(await refusal(masterPlan.run({ approval: "a_01JDABCDEFGHJKMNPQRSTVWXYZ" }))).toBe(
      "gate.unknownApproval",
    );
    for (const text of [
      "",
      "a_",
      "r_01JDABCDEFGHJKMNPQRSTVWXYZ",
      "a_../../etc",
      "A_01JDABCDEFGHJKMNPQRSTVWXYZ",
      `a_${"0".repeat(500)}`,
    ]) {
      expect(await refusal(masterPlan.run({ approval: text }))).toBe("gate.notApproved");
    }
    expect((await masterPlan.list()).runs).toEqual([]);
  });

  it("AP-2 binds an approval to the hash of a version: another hash is refused, an edit voids it", async () => {
    const { id, hash } = await draft();
    expect(
      await refusal(masterPlan.approve({ id, hash: hash.replace(/^./u, hash.startsWith("0") ? "1" : "0") })),
    ).toBe("gate.staleApproval");
    const approval = await masterPlan.approve({ id, hash });
    const { text } = await masterPlan.exportPlan({ id, format: "masterplan" });
    const edited = JSON.stringify({ ...(JSON.parse(text) as object), objective: "Something else" });
    const head = await masterPlan.edit({ id, text: edited });
    expect(head.version).toBe(2);
    expect(await refusal(masterPlan.run({ approval: approval.id }))).toBe("gate.staleApproval");
    const second = await masterPlan.approve({ id, hash: head.hash });
    const { run } = await masterPlan.run({ approval: second.id });
    await masterPlan.settled({ run });
    await masterPlan.cancel({ run });
  });

  it("AP-7 the history of a plan keeps who was refused what, and why", async () => {
    const { id, hash } = await draft();
    await refusal(masterPlan.approve({ id, hash: "f".repeat(64) }));
    await refusal(masterPlan.run({ approval: id }));
    const { id: approval } = await masterPlan.approve({ id, hash });
    await masterPlan.reject({ id, reason: "Not now" });
    await refusal(masterPlan.run({ approval }));
    await masterPlan.panic({ on: true });
    await refusal(masterPlan.approve({ id, hash }));
    const history = await masterPlan.history({ id });
    const by = history[0]?.changed_by ?? "";
    expect(by).not.toBe("");
    expect(history.map((row) => [row.change_type, row.new_value?.["code"], row.changed_by])).toEqual([
      ["created", undefined, by],
      ["approval_refused", "gate.staleApproval", by],
      ["run_refused", "gate.notApproved", by],
      ["approved", undefined, by],
      ["rejected", undefined, by],
      ["run_refused", "gate.staleApproval", by],
      ["approval_refused", "gate.frozen", by],
    ]);
    expect(history.map((row) => row.change_description)).toEqual(
      expect.arrayContaining([
        "Not now",
        "The plan was rejected",
        "Panic mode is on: nothing can be approved",
      ]),
    );
  });

  it("AP-3 an edit that changes nothing keeps the approval", async () => {
    const { id, hash } = await draft();
    const approval = await masterPlan.approve({ id, hash });
    const { text } = await masterPlan.exportPlan({ id, format: "masterplan" });
    expect(await masterPlan.edit({ id, text })).toEqual({ id, version: 1, hash });
    const { approvals } = await masterPlan.list();
    expect(approvals.find((one) => one.id === approval.id)?.voided_at).toBeNull();
  });

  it("AP-4 freezes with panic, and a rejected plan cannot be run", async () => {
    const { id, hash } = await draft();
    const approval = await masterPlan.approve({ id, hash });
    await masterPlan.panic({ on: true });
    expect(await refusal(masterPlan.run({ approval: approval.id }))).toBe("gate.frozen");
    expect(await refusal(masterPlan.approve({ id, hash }))).toBe("gate.frozen");
    await masterPlan.panic({ on: false });
    await masterPlan.reject({ id, reason: "not now" });
    expect(await refusal(masterPlan.run({ approval: approval.id }))).toBe("gate.staleApproval");
  });

  it("AP-5 runs and approves nothing in an untrusted workspace, and every refusal is in the audit trail", async () => {
    const { id, hash } = await draft();
    const approval = await masterPlan.approve({ id, hash });
    await masterPlan.dispose();
    masterPlan = await folder.open({ environment: { isTrusted: () => false } });
    expect(await refusal(masterPlan.run({ approval: approval.id }))).toBe("gate.untrusted");
    expect(await refusal(masterPlan.approve({ id, hash }))).toBe("gate.untrusted");
    expect(await refusal(masterPlan.plan({ request: "Anything", no_discovery: true }))).toBe(
      "gate.untrusted",
    );
    expect((await masterPlan.verify()).ok).toBe(true);
  });

  it("AP-6 lets one run at a time, and refuses a plan change while it is under way", async () => {
    const { id, hash } = await draft();
    const approval = await masterPlan.approve({ id, hash });
    const { run } = await masterPlan.run({ approval: approval.id });
    await masterPlan.settled({ run });
    await expect(masterPlan.run({ approval: approval.id })).rejects.toMatchObject({
      code: "run.alreadyActive",
      message: expect.stringMatching(/^The run of .+, version 1, is waiting in this workspace$/u) as string,
      details: { run },
    });
    const { text } = await masterPlan.exportPlan({ id, format: "masterplan" });
    const edited = JSON.stringify({ ...(JSON.parse(text) as object), objective: "Something else" });
    expect(await refusal(masterPlan.edit({ id, text: edited }))).toBe("run.alreadyActive");
    // Neither may end the approval that the run stands on.
    expect(await refusal(masterPlan.reject({ id }))).toBe("run.alreadyActive");
    expect(await refusal(masterPlan.approve({ id, hash }))).toBe("run.alreadyActive");
    await masterPlan.cancel({ run, reason: "enough" });
    expect((await masterPlan.status({ id: run })).status).toBe("cancelled");
  });

  it("nothing is stored of a plan that is none, and the error names the place", async () => {
    const twice = JSON.stringify({
      schema_version: 1,
      project_name: "x",
      user_request_original: "x",
      phases: [
        {
          phase_id: "P1",
          name: "p",
          milestones: [
            {
              milestone_id: "M1",
              name: "m",
              tasks: ["T-1", "t-1"].map((task_id) => ({
                task_id,
                title: task_id,
                description: "d",
                task_type: "setup",
                depends_on: [],
              })),
            },
          ],
        },
      ],
    });
    await expect(
      masterPlan.importPlan({ text: twice, name: "twice.masterplan.json", format: "auto" }),
    ).rejects.toMatchObject({
      code: "plan.invalid",
      message: expect.stringMatching(
        /twice\.masterplan\.json: \/phases\/0\/milestones\/0\/tasks\/1.*t-1/u,
      ) as unknown,
    });
    expect((await masterPlan.list()).plans).toEqual([]);
  });
});
