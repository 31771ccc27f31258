import type { Phase, Plan, Task } from "../../plan/plan";
import {
  bullets,
  cell,
  commandCode,
  criterionText,
  escapeLine,
  partialText,
  phaseState,
  stepText,
} from "../read/checklist";
import { type ExportState, writtenState } from "./exportState";
import { duration } from "./writeExecPlanEs";

/** The phases document, filled in: an overview, then every phase with its steps, tests and checkpoint. */
export function writePhases(plan: Plan, state: ExportState): string {
  const current = plan.phases.findIndex((phase) => phaseState(phase, state) !== "Completed");
  const lines = [
    "# Execution Plan",
    "",
    `## Current Feature: ${plan.project_name}`,
    "",
    ...(plan.ticket_id === undefined ? [] : [`**Feature ID:** ${plan.ticket_id}`, ""]),
    `**Status:** ${current < 0 ? "Completed" : "In Progress"}`,
    "",
    ...(plan.start_date === undefined ? [] : [`**Started:** ${plan.start_date}`, ""]),
    ...(plan.target_date === undefined ? [] : [`**Target Completion:** ${plan.target_date}`, ""]),
    `**Current Phase:** Phase ${current < 0 ? plan.phases.length : current + 1} of ${plan.phases.length}`,
    "",
    "---",
    "",
    "## Phase Overview",
    "",
    "| Phase | Name | Status | Duration Est. |",
    "|-------|------|--------|---------------|",
    ...plan.phases.map(
      (phase, i) => `| ${i + 1} | ${cell(phase.name)} | ${phaseState(phase, state)} | ${duration(phase)} |`,
    ),
    "",
    ...plan.phases.flatMap((phase, i) => ["---", "", ...writePhase(plan, phase, i, state)]),
    "---",
    "",
    "## Rollback Plan",
    "",
    ...bullets((plan.rollback ?? []).map((step) => step.description)),
    "",
    "## Acceptance Criteria Tracking",
    "",
    ...(plan.acceptance_criteria ?? []).map((criterion) => `- [ ] ${criterionText(criterion)}`),
  ];
  return `${lines
    .join("\n")
    .replaceAll(/\n{3,}/gu, "\n\n")
    .trimEnd()}\n`;
}

function writePhase(plan: Plan, phase: Phase, index: number, state: ExportState): string[] {
  const position = (id: string): number => plan.phases.findIndex((other) => other.phase_id === id) + 1;
  const after = phase.depends_on_phases ?? (index === 0 ? [] : [plan.phases[index - 1]?.phase_id ?? ""]);
  const tasks = phase.milestones.flatMap((milestone) => milestone.tasks);
  const checkpoint = [
    ...(phase.checkpoint?.text ?? "").split("\n").filter((line) => line !== ""),
    ...(phase.checkpoint?.commands ?? []).map((argv) => `Run ${commandCode(argv)}`),
  ];
  return [
    `## Phase ${index + 1}: ${phase.name}`,
    "",
    `**Status:** ${phaseState(phase, state)}`,
    "",
    ...(phase.goal === undefined ? [] : [`**Goal:** ${escapeLine(phase.goal)}`, ""]),
    "**Scope:**",
    "- Files to be created:",
    ...(phase.files_create ?? []).map((path) => `  - \`${path}\``),
    "- Files to be modified:",
    ...(phase.files_modify ?? []).map((path) => `  - \`${path}\``),
    "",
    "**Dependencies:**",
    ...bullets(after.map((id) => `Phase ${position(id)} must be complete`)),
    "",
    "**Implementation Steps:**",
    ...tasks.map((task, i) => `${i + 1}. ${stepLine(task, state)}`),
    "",
    "**Tests:**",
    "- Unit tests:",
    ...(phase.tests?.unit ?? []).map((text) => `  - ${escapeLine(text)}`),
    "- Integration tests:",
    ...(phase.tests?.integration ?? []).map((text) => `  - ${escapeLine(text)}`),
    "",
    "**Checkpoint:**",
    ...bullets(checkpoint),
    "",
    ...(phase.complexity === undefined ? [] : [`**Estimated Complexity:** ${phase.complexity}`, ""]),
  ];
}

const marks = {
  open: "",
  in_progress: " 🔄",
  partial: " 🔄",
  done: " ✅",
  blocked: " 🚫",
  skipped: " ⏭",
  failed: " ❌",
};

function stepLine(task: Task, state: ExportState): string {
  const { state: now, note } = writtenState(task, state);
  return `${stepText(task)}${partialText(task, now, note)}${marks[now]}`;
}
