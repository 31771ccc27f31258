import { MasterPlanError } from "../../errors";
import type { Plan } from "../../plan/plan";
import { err, ok, type Result } from "../../result";
import type { ExportState } from "./exportState";
import { writeExecPlan } from "./writeExecPlan";
import { writeExecPlanEs } from "./writeExecPlanEs";
import { writeMermaid } from "./writeMermaid";
import { writePhases } from "./writePhases";

export const exportFormats = [
  "execplan-es",
  "execplan",
  "phases",
  "masterplan",
  "jira-csv",
  "mermaid",
] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportedPlan {
  readonly text: string;
  readonly file_name: string;
}

/** Writes a plan as a document. `masterplan` reads back as the same plan with the same hash. */
export function exportPlan(
  plan: Plan,
  state: ExportState,
  format: string,
): Result<ExportedPlan, MasterPlanError> {
  const name = slug(plan.project_name);
  switch (format) {
    case "masterplan":
      return ok({ text: `${JSON.stringify(plan, null, 2)}\n`, file_name: `${name}.masterplan.json` });
    case "execplan":
      return ok({ text: writeExecPlan(plan, state), file_name: `${name}.execplan.md` });
    case "execplan-es":
      return ok({ text: writeExecPlanEs(plan, state), file_name: `${name}.execplan.md` });
    case "phases":
      return ok({ text: writePhases(plan, state), file_name: `${name}.phases.md` });
    case "mermaid":
      return ok({ text: writeMermaid(plan, state), file_name: `${name}.mmd` });
    case "jira-csv":
      return err(
        new MasterPlanError("usage.notYet", "Export to Jira is not built yet", {
          hint: "Export as masterplan meanwhile",
        }),
      );
    default:
      return err(
        new MasterPlanError("plan.unsupportedFormat", `The format ${format} cannot be written`, {
          hint: `Choose one of ${exportFormats.join(", ")}`,
        }),
      );
  }
}

function slug(name: string): string {
  const clean = name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replaceAll(/^-+|-+$/gu, "")
    .slice(0, 60);
  return clean === "" ? "plan" : clean;
}
