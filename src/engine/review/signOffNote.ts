import { MasterPlanError } from "../../core/errors";
import type { Evidence } from "../../core/validation/evidence";

/** Whether a machine saw something of the work: a command that passed, or a claim about the tree that holds. */
export function isProved(evidence: readonly Evidence[]): boolean {
  return evidence.some(
    (one) => one.status === "passed" && (one.command !== undefined || one.layer === "postconditions"),
  );
}

/** Throws `usage.invalid`: a word that rests on nothing else names what it rests on. */
export function refuseEmptyNote(task: string, note: string | undefined): void {
  if ((note ?? "").trim() !== "") return;
  throw new MasterPlanError(
    "usage.invalid",
    `Signing ${task} off needs a note: no file changed, and no check proves it`,
    { hint: "Say what you looked at: a file, an output or a link" },
  );
}
