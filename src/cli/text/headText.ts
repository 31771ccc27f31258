import type { PlanHead } from "../../engine/masterPlan";
import type { CliContext } from "../cliContext";

/** Parts of an answer, one below the other. */
export function lines(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n");
}

/** A version of a plan: its id, number, hash and, where it is known, how many tasks it has. */
export function headText(head: PlanHead, tasks: number | null, t: CliContext["t"]): string {
  const count = tasks === null ? "" : `  ${tasks === 1 ? t("1 task") : t("{0} tasks", tasks)}`;
  return `${head.id}  v${head.version}${count}\n${head.hash}`;
}

/** A draft does nothing by itself: a person reads it and approves it. */
export function nextSteps(head: PlanHead, t: CliContext["t"]): string {
  return t("Read it with: masterplan show {0}\nApprove it with: masterplan approve {0}", head.id);
}
