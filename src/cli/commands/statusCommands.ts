import { Argument, type Command } from "commander";
import { branchEnds, type BranchEnd } from "../../core/run/branchEnd";
import { MasterPlanError } from "../../core/errors";
import type { MasterPlan } from "../../engine/masterPlan";
import type { StatusReport } from "../../engine/runReports";
import { checkSubject, runIdOf } from "../cliArguments";
import { type CliContext, show } from "../cliContext";
import { statusText } from "../text/statusText";

/** `status`, with the approval that the next command needs. */
export function addStatusCommand(program: Command, context: CliContext): void {
  const { io, t } = context;
  program
    .command("status")
    .argument("[id]")
    .description(t("Where a run or plan stands; the latest without an id"))
    .action(async (id: string | undefined) => {
      if (id !== undefined) checkSubject(id);
      const masterPlan = await context.open();
      if (id !== undefined) await checkApproval(masterPlan, id);
      const status = await masterPlan.status(id === undefined ? {} : { id });
      const approval = context.json() ? null : await approvalOf(masterPlan, status);
      show(context, status, (value) => statusText(value, t, io.width, approval));
    });
}

/** The id to run, for a plan that is approved and has no run yet. */
async function approvalOf(masterPlan: MasterPlan, status: StatusReport): Promise<string | null> {
  if (status.run !== null || status.status !== "approved") return null;
  const found = await masterPlan.show({ id: status.plan });
  return "findings" in found ? (found.approval?.id ?? null) : null;
}

/** `finish`: what becomes of the branch of a run, in words. */
export function addFinishCommand(program: Command, context: CliContext): void {
  const { t } = context;
  program
    .command("finish")
    .argument("<run>")
    .addArgument(new Argument("<how>", t("What becomes of its branch")).choices(branchEnds))
    .description(t("End the branch of a run and go back to the one before"))
    .action(async (text: string, how: BranchEnd) => {
      const finished = await (await context.open()).finishBranch({ run: runIdOf(text), how });
      show(context, finished, ({ sha }) => finishedText(how, sha?.slice(0, 10) ?? null, t));
    });
}

function finishedText(how: BranchEnd, sha: string | null, t: CliContext["t"]): string {
  switch (how) {
    case "merge":
      return sha === null ? t("The branch is merged") : t("The branch is merged as commit {0}", sha);
    case "squash":
      return sha === null ? t("The branch is merged") : t("The branch is merged as the one commit {0}", sha);
    case "keep":
      return t("The branch is kept");
    case "drop":
      return t("The branch is removed");
  }
}

/** An approval that does not exist is said as such: the engine takes any other id for a plan. */
export async function showSubject(masterPlan: MasterPlan, id: string): ReturnType<MasterPlan["show"]> {
  checkSubject(id);
  await checkApproval(masterPlan, id);
  return masterPlan.show({ id });
}

async function checkApproval(masterPlan: MasterPlan, id: string): Promise<void> {
  const approvals = id.startsWith("a_") ? (await masterPlan.list()).approvals : null;
  if (approvals?.some((approval) => approval.id === id) !== false) return;
  throw new MasterPlanError("gate.unknownApproval", `There is no approval ${id} in this workspace`);
}
