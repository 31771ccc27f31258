import type { PlanView, RunView } from "../../engine/masterPlan";
import { grantedInstalls } from "../../engine/plan/installGrants";
import type { ApprovalRow } from "../../ports/storeRows";
import type { CliContext } from "../cliContext";
import { table } from "./table";

/** An approval as a table; anything else as it is. */
export function approvalText(value: ApprovalRow | PlanView | RunView, t: CliContext["t"]): string {
  if (!("hash" in value) || !("grants" in value) || !("by" in value)) return JSON.stringify(value, null, 2);
  return table([
    [t("Approval"), value.id],
    [t("Plan"), `${value.plan_id}  v${value.version}`],
    [t("Hash"), value.hash],
    [t("State"), value.voided_at === null ? t("valid") : `${t("void")} (${value.voided_reason ?? ""})`],
    [t("By"), value.by],
    ...(value.grants.length === 0 ? [] : [[t("Grants"), grantsText(value.grants, t)]]),
  ]);
}

/** What an approval grants besides the plan, in words; what a check stands for is shown with the plan. */
function grantsText(grants: readonly string[], t: CliContext["t"]): string {
  return grants
    .map((grant) => grantText(grant, t))
    .filter((text) => text !== "")
    .join("; ");
}

function grantText(grant: string, t: CliContext["t"]): string {
  const [, kind = "", rest = ""] = /^(\w+):(.*)$/su.exec(grant) ?? [];
  switch (kind) {
    case "protected":
      return t("change the protected file {0}", rest);
    case "waive":
      return t("do without the check {0}", rest);
    case "install":
      return t(
        "install with {0}",
        grantedInstalls([grant])
          .map((argv) => argv.join(" "))
          .join("; "),
      );
    case "checks":
      return t("run the checks of the workspace");
    case "scripts":
      return "";
    default:
      return grant;
  }
}
