import { openEnds } from "../../core/run/branchEnd";
import { blocks } from "../../core/validation/evidence";
import type { StatusReport, WaitingItem } from "../../engine/runReports";

/** The commands for the step that comes next, ready to be copied; what a person must fill in stands in capitals. */
export function nextCommands(status: StatusReport, approval: string | null = null): readonly string[] {
  const first = status.waiting[0];
  if (first !== undefined) return waitingCommands(first, waivable(status, first));
  if (status.run === null) {
    if (approval !== null) return [`masterplan run ${approval}`];
    return status.status === "draft" ? [`masterplan approve ${status.plan}`] : [];
  }
  if (status.status === "waiting" || status.status === "paused") return [`masterplan resume ${status.run}`];
  return status.branch_open === true
    ? openEnds(status.branch_end ?? null).map((how) => `masterplan finish ${status.run ?? ""} ${how}`)
    : [];
}

/** The checks of a change in review that gave no result and stop it until a person does without them. */
function waivable(status: StatusReport, item: WaitingItem): readonly string[] {
  const task = status.tasks.find((one) => one.task_id === item.task);
  const open = (task?.evidence ?? []).filter((one) => blocks(one) && one.status === "not_verified");
  return [...new Set(open.map((one) => one.check))];
}

function waitingCommands(item: WaitingItem, open: readonly string[]): readonly string[] {
  const task = `${item.run ?? ""} ${item.task ?? ""}`;
  switch (item.kind) {
    case "approval":
      return [`masterplan show ${item.plan}`, `masterplan approve ${item.plan}`];
    case "review":
    case "tree":
      return [
        `masterplan review ${task} --show`,
        `masterplan review ${task} --accept${open.map((check) => ` --waive ${check}`).join("")}`,
        `masterplan review ${task} --reject --reason TEXT`,
      ];
    case "manual":
      return [`masterplan task ${task} --done --note TEXT`];
    case "failed":
    case "unknown_outcome":
      return [
        `masterplan task ${task} --retry`,
        `masterplan task ${task} --fix`,
        `masterplan task ${task} --skip --reason TEXT`,
      ];
    case "blocked":
      return [`masterplan task ${task} --retry`, `masterplan task ${task} --skip --reason TEXT`];
    case "gate":
      return [
        `masterplan gate ${item.run ?? ""} ${item.phase ?? ""} --go`,
        `masterplan gate ${item.run ?? ""} ${item.phase ?? ""} --no-go --reason TEXT`,
      ];
    case "interrupted":
    case "question":
      return [`masterplan resume ${item.run ?? ""}`];
  }
}
