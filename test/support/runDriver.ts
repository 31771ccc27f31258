import { readFile } from "node:fs/promises";
import path from "node:path";
import { loadRecordedModel } from "../../src/adapters/recorded/loadRecordedModel";
import { NodeDisk } from "../../src/adapters/node/files/nodeDisk";
import { composeNode } from "../../src/compose";
import { killingDisk, parseKillPoint } from "./killPoint";

/**
 * A program for tests that kill it: takes the one run of a workspace as far as it goes and says on standard output how
 * far it got. `UNKNOWN task` stands for a command whose outcome a crash hid; a person would look and then retry.
 * `MASTERPLAN_KILL=before:12` ends it with a SIGKILL around a sync: every intent and every receipt of a run is one, so
 * this kills on both sides of every effect, whatever the speed of the machine.
 */
async function main([workspace, storage, planFile, recording]: readonly (
  string | undefined
)[]): Promise<void> {
  if (workspace === undefined || storage === undefined || planFile === undefined || recording === undefined) {
    throw new Error("usage: runDriver WORKSPACE STORAGE PLAN RECORDING");
  }
  const killAt = parseKillPoint(process.env["MASTERPLAN_KILL"]);
  const masterPlan = await composeNode({
    ...(killAt !== null && { disk: killingDisk(new NodeDisk(), killAt, "sync") }),
    workspace,
    storage,
    language: "en",
    person: "Ada",
    models: () => ({
      model: () => Promise.resolve(loadRecordedModel(recording)),
      describe: () => Promise.resolve([]),
    }),
  });
  const say = (text: string) => process.stdout.write(`${text}\n`);
  const { runs } = await masterPlan.list();
  let run = runs[0]?.id;
  say("READY");
  if (run === undefined) {
    const { plans } = await masterPlan.list();
    const known = plans[0];
    const id =
      known?.id ??
      (
        await masterPlan.importPlan({
          text: await readFile(planFile, "utf8"),
          name: path.basename(planFile),
          format: "masterplan",
        })
      ).id;
    const approval = await masterPlan.approve({ id });
    ({ run } = await masterPlan.run({ approval: approval.id, review: "accept" }));
  } else if (runs[0]?.status !== "completed") {
    await masterPlan.resume({ run });
  }
  for (let turn = 0; turn < 20; turn += 1) {
    const { status, reason } = await masterPlan.settled({ run });
    const report = await masterPlan.status({ id: run });
    const unknown = report.waiting.filter((item) => item.kind === "unknown_outcome");
    if (status !== "waiting" || unknown.length === 0) {
      say(`STATUS ${status} ${reason ?? ""} ${JSON.stringify(report.waiting.map((item) => item.text))}`);
      break;
    }
    for (const item of unknown) {
      say(`UNKNOWN ${item.task ?? ""}`);
      await masterPlan.task({ run, task: item.task ?? "", action: "retry" });
    }
    await masterPlan.resume({ run });
  }
  await masterPlan.dispose();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stdout.write(`ERROR ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
