import type { StatusReport, WaitingItem } from "../engine/masterPlan";

/** The commands for the step that comes next, ready to be copied; what a person must fill in stands in capitals. */
export function nextCommands(status: StatusReport): readonly string[] {
  const first = status.waiting[0];
  if (first !== undefined) return waitingCommands(first);
  if (status.run === null) return status.status === "draft" ? [`masterplan approve ${status.plan}`] : [];
  if (status.status === "waiting" || status.status === "paused") return [`masterplan resume ${status.run}`];
  return status.branch_open === true
    ? [`masterplan finish ${status.run} merge`, `masterplan finish ${status.run} keep`]
    : [];
}

function waitingCommands(item: WaitingItem): readonly string[] {
  const task = `${item.run ?? ""} ${item.task ?? ""}`;
  switch (item.kind) {
    case "approval":
      return [`masterplan show ${item.plan}`, `masterplan approve ${item.plan}`];
    case "review":
    case "tree":
      return [
        `masterplan review ${task} --show`,
        `masterplan review ${task} --accept`,
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
