import type { Plan } from "../../plan/plan";
import { bullets, cell, commandCode, criterionText, phaseChecklist, phaseState } from "../read/checklist";
import type { ExportState } from "./exportState";

/** The living ExecPlan template, filled in. */
export function writeExecPlan(plan: Plan, state: ExportState): string {
  const claimed = state.claimed;
  const gates = (plan.quality_gates ?? []).map(
    (gate) =>
      `| ${cell(gate.gate)} | ${gate.command === undefined ? "" : cell(commandCode(gate.command))} | ${cell(gate.expectation ?? "")} |`,
  );
  const lines = [
    `# ExecPlan: ${plan.project_name}`,
    "",
    `- Status: ${planStatus(plan, state)}`,
    ...(plan.branch === undefined ? [] : [`- Repo/Branch: ${plan.branch}`]),
    `- Scope: ${plan.plan_type ?? "feature"}${plan.priority === undefined ? "" : ` • Priority: ${plan.priority}`}`,
    ...(plan.start_date === undefined ? [] : [`- Start: ${plan.start_date}`]),
    ...(plan.links === undefined || plan.links.length === 0 ? [] : [`- Links: ${plan.links.join(", ")}`]),
    "",
    "## Purpose / Big Picture",
    "",
    plan.objective ?? plan.user_request_original,
    "",
    "## Success Criteria / Acceptance Tests",
    "",
    ...(plan.acceptance_criteria ?? []).map((criterion) => `- [ ] ${criterionText(criterion)}`),
    ...(plan.scope?.out ?? []).map((text) => `- Non-Goals: ${text}`),
    "",
    "## Context & Orientation",
    "",
    ...bullets([
      ...(plan.context?.code ?? []).map((text) => `Code: ${text}`),
      ...(plan.context?.constraints ?? []),
    ]),
    "",
    "## Plan of Work (Prose)",
    "",
    plan.technical_approach ??
      plan.phases
        .map((phase) => `- ${phase.name}: ${phase.goal ?? phase.description ?? ""}`.trim())
        .join("\n"),
    "",
    "## Concrete Steps (Checklist)",
    "",
    ...plan.phases.flatMap((phase, i) => [
      `### Phase ${i + 1}: ${phase.name}`,
      "",
      ...phaseChecklist(phase, state, "####"),
      "",
    ]),
    "## Progress (Running Log)",
    "",
    ...bullets(
      (claimed?.progress ?? []).map(
        (entry) => `${entry.at === undefined ? "" : `(${entry.at}) `}${entry.text}`,
      ),
    ),
    "",
    "## Surprises & Discoveries",
    "",
    ...(claimed?.surprises ?? []).flatMap((entry) => [
      `- Observation: ${entry.observation}`,
      ...(entry.evidence === undefined ? [] : [`  Evidence: ${entry.evidence}`]),
    ]),
    "",
    "## Decision Log",
    "",
    ...(claimed?.decisions ?? []).flatMap((entry) => [
      `- Decision: ${entry.decision}`,
      ...(entry.rationale === undefined ? [] : [`  Rationale: ${entry.rationale}`]),
      ...(entry.at === undefined && entry.author === undefined
        ? []
        : [`  Date/Author: ${[entry.at, entry.author].filter((x) => x !== undefined).join(" • ")}`]),
    ]),
    "",
    "## Risks & Mitigations",
    "",
    ...bullets(
      (plan.risks ?? []).map(
        (risk) =>
          `Risk: ${risk.risk}${risk.mitigation === undefined ? "" : ` • Mitigation: ${risk.mitigation}`}`,
      ),
    ),
    "",
    "## Test Plan",
    "",
    ...(gates.length === 0
      ? []
      : [
          "### Quality Gates",
          "",
          "| Gate | Command | Threshold / Expectation |",
          "| --- | --- | --- |",
          ...gates,
          "",
        ]),
    "## Outcomes & Retrospective",
    "",
    ...bullets(claimed?.outcomes ?? []),
  ];
  return `${lines
    .join("\n")
    .replaceAll(/\n{3,}/gu, "\n\n")
    .trimEnd()}\n`;
}

function planStatus(plan: Plan, state: ExportState): string {
  const states = new Set(plan.phases.map((phase) => phaseState(phase, state)));
  if (states.size === 1 && states.has("Completed")) return "Complete";
  if (states.has("Failed")) return "Blocked";
  return states.size === 1 && states.has("Pending") ? "Proposed" : "In Progress";
}
