import type { DetectedCheck } from "./evidence";

/**
 * The program that a check needs to be installed by itself; null when an environment manager brings it along or the
 * language has it built in.
 */
export function checkTool({ command }: Pick<DetectedCheck, "command">): string | null {
  const [program = "", flag, module = ""] = command;
  if (program !== "python3") return null;
  return flag === "-m" && module !== "unittest" ? module : null;
}
