import type { Translate } from "../../core/translate";
import type { Listing } from "../../engine/masterPlan";
import { stateWord } from "./stateWords";
import { fit, table } from "./table";

/** Plans, approvals and runs of a workspace, newest last. */
export function listText(listing: Listing, t: Translate, width: number): string {
  if (listing.plans.length === 0) return t('No plans yet. Start with: masterplan plan "what you want"');
  const plans = listing.plans.map((plan) => [
    plan.id === listing.current ? "*" : " ",
    plan.id,
    `v${plan.current_version}`,
    stateWord(plan.status, t),
    fit(plan.title, Math.max(20, width - 60)),
  ]);
  const approvals = listing.approvals.map((approval) => [
    approval.id,
    approval.plan_id,
    `v${approval.version}`,
    approval.voided_at === null ? t("valid") : t("void"),
    approval.by,
  ]);
  const runs = listing.runs.map((run) => [run.id, run.plan_id, stateWord(run.status, t)]);
  return [
    t("Plans"),
    table(plans, " "),
    ...(approvals.length === 0 ? [] : ["", t("Approvals"), table(approvals, "  ")]),
    ...(runs.length === 0 ? [] : ["", t("Runs so far"), table(runs, "  ")]),
  ].join("\n");
}
