import { phaseDependencies } from "../../plan/planEdges";
import { tasksOf, type Plan } from "../../plan/plan";
import { type ExportState, writtenState } from "./exportState";

/** The dependency graph as a Mermaid flow chart: a box per task inside its phase. */
export function writeMermaid(plan: Plan, state: ExportState): string {
  const tasks = new Map(tasksOf(plan).map(({ task }, i) => [task.task_id, `t${i + 1}`]));
  const phases = new Map(plan.phases.map((phase, i) => [phase.phase_id, `p${i + 1}`]));
  const lines = ["flowchart TD"];
  for (const phase of plan.phases) {
    lines.push(`  subgraph ${phases.get(phase.phase_id) ?? ""}["${label(phase.name)}"]`);
    for (const task of phase.milestones.flatMap((milestone) => milestone.tasks)) {
      lines.push(
        `    ${tasks.get(task.task_id) ?? ""}["${label(task.title)}"]:::${writtenState(task, state).state}`,
      );
    }
    lines.push("  end");
  }
  for (const { task } of tasksOf(plan)) {
    for (const id of task.depends_on)
      lines.push(`  ${tasks.get(id) ?? ""} --> ${tasks.get(task.task_id) ?? ""}`);
  }
  for (const [id, before] of phaseDependencies(plan)) {
    for (const other of before) lines.push(`  ${phases.get(other) ?? ""} --> ${phases.get(id) ?? ""}`);
  }
  lines.push("  classDef done stroke-width:3px", "  classDef failed stroke-dasharray:4");
  return `${lines.join("\n")}\n`;
}

function label(text: string): string {
  return text
    .replaceAll(/\s+/gu, " ")
    .replaceAll('"', "#quot;")
    .replaceAll(/[[\]{}<>|]/gu, (char) => `#${char.charCodeAt(0)};`)
    .slice(0, 80);
}
