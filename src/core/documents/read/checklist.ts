import type { Milestone, Phase, Task } from "../../plan/plan";
import { type ExportState, type WrittenState, writtenState } from "../write/exportState";

/** A task as a checklist item, its subtasks below: `- [x] (2025-10-13T19:00Z) Title`. */
export function checklistItem(task: Task, state: ExportState): string[] {
  const { state: now, at, note } = writtenState(task, state);
  const stamp = at === undefined ? "" : `(${at}) `;
  const word =
    now === "done" || now === "open" || now === "partial" ? "" : ` [${now.toUpperCase().replace("_", " ")}]`;
  const box = now === "done" ? "x" : " ";
  const subtasks = (task.subtasks ?? []).map((subtask) => `  - [${box}] ${escapeLine(subtask.title)}`);
  return [`- [${box}] ${stamp}${stepText(task)}${partialText(task, now, note)}${word}`, ...subtasks];
}

/** The title with its commands marked as code, so that they read back as commands. */
export function stepText(task: Task): string {
  let text = escapeLine(task.title);
  const missing: string[] = [];
  for (const argv of task.commands ?? []) {
    const code = commandCode(argv);
    const plain = code.slice(1, -1);
    if (text.includes(plain)) text = text.replace(plain, () => code);
    else missing.push(code);
  }
  return missing.length === 0 ? text : `${text} (${missing.join(", ")})`;
}

/** What is done and what remains, unless the title says so already. */
export function partialText(task: Task, state: WrittenState, note: string | undefined): string {
  if (state !== "partial" || /\((?:completed|done|hecho|completado):/iu.test(task.title)) return "";
  return ` (${note ?? "completed: a part; remaining: the rest"})`;
}

/** The tasks of a phase; milestones get a heading only where there are several. */
export function phaseChecklist(phase: Phase, state: ExportState, rank: string): string[] {
  const items = (milestone: Milestone): string[] =>
    milestone.tasks.flatMap((task) => checklistItem(task, state));
  if (phase.milestones.length === 1) return phase.milestones.flatMap(items);
  return phase.milestones.flatMap((milestone) => [
    `${rank} ${escapeLine(milestone.name)}`,
    "",
    ...items(milestone),
    "",
  ]);
}

/** An argument vector as code that reads back as the same vector where that is possible. */
export function commandCode(argv: readonly string[]): string {
  const words = argv.map((word) => (/^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word}'`));
  return `\`${words.join(" ")}\``;
}

export function phaseState(
  phase: Phase,
  state: ExportState,
): "Pending" | "In Progress" | "Completed" | "Failed" {
  const states = phase.milestones.flatMap((m) => m.tasks).map((task) => writtenState(task, state).state);
  if (states.length > 0 && states.every((one) => one === "done" || one === "skipped")) return "Completed";
  if (states.includes("failed")) return "Failed";
  return states.every((one) => one === "open") ? "Pending" : "In Progress";
}

/** One line, so that it cannot end the item or start another block. */
export function escapeLine(text: string): string {
  return text.replaceAll(/\s+/gu, " ").trim();
}

/** Lines of a list, or one that says that there is nothing. */
export function bullets(texts: readonly string[], empty = "- None"): string[] {
  return texts.length === 0 ? [empty] : texts.map((text) => `- ${escapeLine(text)}`);
}

export function cell(text: string): string {
  return escapeLine(text).replaceAll("|", "\\|");
}

export function criterionText(criterion: NonNullable<Milestone["acceptance_criteria"]>[number]): string {
  return typeof criterion === "string" ? criterion : criterion.text;
}
