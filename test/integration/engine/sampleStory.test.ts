import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { composeNode } from "../../../src/compose";
import { loadRecordedModel } from "../../../src/adapters/recorded/loadRecordedModel";
import type { MasterPlan } from "../../../src/engine/masterPlan";
import type { PublicEvent } from "../../../src/engine/publicEvent";
import { createSample } from "../../sample/createSample.mjs";

const run = promisify(execFile);
const root = path.resolve(__dirname, "../../..");

let folder: string;
let workspace: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "masterplan-story-"));
  workspace = await createSample(path.join(folder, "todo"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function open(): Promise<MasterPlan> {
  return composeNode({
    workspace,
    storage: path.join(folder, "store"),
    language: "en",
    person: "Ada",
    continueAfterDecision: true,
    models: () => ({
      model: () => Promise.resolve(loadRecordedModel(path.join(root, "media/sample/recording.json"))),
      describe: () => Promise.resolve([]),
    }),
  });
}

async function git(...args: string[]): Promise<string> {
  return (await run("git", args, { cwd: workspace })).stdout;
}

describe("the sample story, in the engine", () => {
  it("goes from a plan over a sent-back hunk to proven commits", async () => {
    const masterPlan = await open();
    const seen: PublicEvent[] = [];
    masterPlan.onEvent((event) => seen.push(event));
    try {
      const text = await readFile(path.join(root, "media/sample/plan.masterplan.json"), "utf8");
      const draft = await masterPlan.importPlan({ text, name: "plan.masterplan.json", format: "auto" });
      expect(draft.tasks).toBeGreaterThanOrEqual(5);
      const approval = await masterPlan.approve({ id: draft.id, hash: draft.hash });
      const { run: id } = await masterPlan.run({ approval: approval.id });
      const first = await masterPlan.settled({ run: id });
      const status = await masterPlan.status({ id });
      expect(first.status).toBe("waiting");
      expect(status.waiting.map((item) => item.kind)).toContain("review");
      let sentBack = false;
      for (let turn = 0; turn < 20; turn += 1) {
        const { status: now, reason } = await masterPlan.settled({ run: id });
        if (now === "completed") break;
        const { waiting } = await masterPlan.status({ id });
        const item = waiting[0];
        if (item?.task === undefined) throw new Error(`Nothing to decide: ${now} ${reason ?? ""}`);
        if (item.kind === "manual") {
          await masterPlan.task({ run: id, task: item.task, action: "done", note: "looked at it" });
          continue;
        }
        expect(item.kind).toBe("review");
        const view = await masterPlan.changeSet({ run: id, task: item.task });
        const hunks = view.change.files.flatMap((file) => file.hunks.map((hunk) => hunk.number));
        if (!sentBack && hunks.length > 1) {
          sentBack = true;
          await masterPlan.review({
            run: id,
            task: item.task,
            decision: "reject",
            hunks: hunks.slice(0, 1),
            reason: "Unknown priorities must be refused",
          });
          continue;
        }
        await masterPlan.review({
          run: id,
          task: item.task,
          decision: "accept",
          hunks,
          change_hash: view.change.hash,
        });
      }
      expect(sentBack).toBe(true);
      const end = await masterPlan.report({ run: id });
      expect(end.status).toBe("completed");
      expect(await masterPlan.transcript({ run: id, task: "T-01" })).toContain("# Task T-01");
      const log = await git(
        "log",
        "--format=%s%n%b",
        "masterplan/" + (end.branch ?? "").replace("masterplan/", ""),
      );
      for (const { task } of end.commits) expect(log).toContain(`MasterPlan-Task: ${task}`);
      expect(await git("status", "--porcelain")).toBe("");
    } finally {
      await masterPlan.dispose();
    }
    const again = await open();
    try {
      const listing = await again.list();
      expect(listing.runs[0]?.status).toBe("completed");
      expect((await again.verify()).ok).toBe(true);
    } finally {
      await again.dispose();
    }
  });
});
