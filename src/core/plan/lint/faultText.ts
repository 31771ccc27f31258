import type { Translate } from "../../translate";
import type { PlanFault } from "../plan";

/** What is wrong, in the person's language. */
export function faultSentence({ code, message }: PlanFault, t: Translate): string {
  const cycle = code === "plan.cycle" ? /^.*?: (.*)$/su.exec(message)?.[1] : undefined;
  if (cycle === undefined) return t(message);
  const names = cycle.split(" -> ").map((name) => nodeName(name, t));
  return t("The dependencies form a cycle: {0}", names.join(" -> "));
}

function nodeName(name: string, t: Translate): string {
  const [kind = "", ...id] = name.split(" ");
  if (kind === "task") return t("task {0}", id.join(" "));
  return kind === "phase" ? t("phase {0}", id.join(" ")) : name;
}

/** Where a fault is: its pointer, its line, or both; empty when it is about the whole. */
export function faultPlace({ pointer, line }: PlanFault, t: Translate): string {
  const named = pointer.startsWith("line ") ? "" : pointer;
  if (line === undefined) return named;
  return named === "" ? t("line {0}", line) : t("{0} (line {1})", named, line);
}

/** One fault of a file as a sentence that begins with the file and the place. */
export function faultLine(name: string, fault: PlanFault, t: Translate): string {
  return [name, faultPlace(fault, t), faultSentence(fault, t)].filter((part) => part !== "").join(": ");
}
