import type { Phase, Plan } from "../../plan/plan";
import { bullets, cell, commandCode, criterionText, phaseChecklist } from "../read/checklist";
import type { ExportState } from "./exportState";

/** The ExecPlan template of the Spanish document, filled in; its headings are the ones that document gives. */
export function writeExecPlanEs(plan: Plan, state: ExportState): string {
  const title = plan.ticket_id === undefined ? plan.project_name : `${plan.ticket_id}: ${plan.project_name}`;
  const rollback = plan.rollback ?? [];
  const lines = [
    `# ExecPlan ${title}`,
    "",
    "## Context",
    `- **Assignee**: ${plan.assignee ?? "-"}`,
    `- **Type**: ${capital(plan.plan_type ?? "feature")}`,
    `- **Priority**: ${plan.priority ?? "-"}`,
    `- **Estimate**: ${plan.estimate ?? "-"}`,
    `- **Related**: ${(plan.links ?? []).join(", ") || "-"}`,
    "",
    "## Objective",
    plan.objective ?? plan.user_request_original,
    "",
    "## Scope (In/Out)",
    "### In Scope",
    ...(plan.scope?.in ?? []).map((text) => `- [ ] ${text}`),
    "### Out of Scope",
    ...bullets(plan.scope?.out ?? [], ""),
    "",
    "## Technical Approach",
    plan.technical_approach ?? "",
    "",
    "## Risk Assessment",
    "",
    ...(plan.risks ?? []).map(
      (risk) => `- ${risk.risk}${risk.mitigation === undefined ? "" : ` • Mitigation: ${risk.mitigation}`}`,
    ),
    "",
    `**Risk Level**: ${capital(plan.risk_level ?? "green")}`,
    "",
    "## Execution Plan",
    "",
    ...plan.phases.flatMap((phase, i) => [
      `### Phase ${i + 1}: ${phase.name}`,
      ...phaseChecklist(phase, state, "####"),
      "",
    ]),
    "## Files to Modify",
    "",
    "| File | Change | Risk | Notes |",
    "|------|--------|------|-------|",
    ...(plan.files ?? []).map(
      (file) =>
        `| \`${cell(file.path)}\` | ${capital(file.change ?? "modify")} | ${cell(file.risk ?? "")} | ${cell(file.notes ?? "")} |`,
    ),
    "",
    "## Testing Strategy",
    "",
    ...bullets((plan.acceptance_criteria ?? []).map(criterionText), ""),
    ...(plan.quality_gates ?? []).flatMap((gate) =>
      gate.command === undefined ? [] : [`- ${gate.gate}: ${commandCode(gate.command)}`],
    ),
    "",
    "## Rollback Plan",
    "",
    ...rollback.map(
      (step) => `- ${step.description}${step.command === undefined ? "" : ` (${commandCode(step.command)})`}`,
    ),
    "",
    "## Timeline",
    "",
    "| Phase | Est. Duration | Start | End |",
    "|-------|---------------|-------|-----|",
    ...plan.phases.map((phase) => `| ${cell(phase.name)} | ${duration(phase)} | | |`),
    "",
    "## Sign-Off",
    "",
    ...(plan.sign_off ?? []).map((text) => `- [ ] ${text}`),
    ...(plan.pr_link === undefined ? [] : ["", `**PR Link**: ${plan.pr_link}`]),
  ];
  return `${lines
    .join("\n")
    .replaceAll(/\n{3,}/gu, "\n\n")
    .trimEnd()}\n`;
}

export function duration(phase: Phase): string {
  if (phase.estimate_min_hours !== undefined && phase.estimate_max_hours !== undefined) {
    return `${phase.estimate_min_hours}-${phase.estimate_max_hours} hours`;
  }
  return phase.estimated_duration_hours === undefined ? "" : `${phase.estimated_duration_hours} hours`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
