import type { DraftMilestone, DraftPhase, DraftStep } from "./draft";
import type { MarkdownDocument } from "./markdown";
import { sectionText } from "./sectionTexts";
import type { Section } from "./sections";
import { readStepMarks } from "./stepState";

const heading = /^(?:\[(.?)\]\s*)?(T\d{3,4})\b\s*[:.)–—-]?\s*/u;

/** Spec-kit files that give every task a heading, `#### T001: Create project [P]`, instead of a box. */
export function readTaskHeadings(document: MarkdownDocument, tree: Section): readonly DraftPhase[] {
  const phases = new Map<Section, DraftStep[]>();
  const visit = (section: Section, parent: Section): void => {
    const match = heading.exec(section.title);
    if (match !== null) {
      const step = taskOf(document, section, match);
      const steps = phases.get(parent);
      if (steps === undefined) phases.set(parent, [step]);
      else steps.push(step);
      return;
    }
    for (const child of section.sections) visit(child, section);
  };
  visit(tree, tree);
  return [...phases].map(([section, steps]): DraftPhase => {
    const name = section.title === "" ? "Tasks" : section.title;
    const milestone: DraftMilestone = { name, description: "", criteria: [], steps };
    return { name, key: null, state: undefined, fields: {}, milestones: [milestone] };
  });
}

function taskOf(document: MarkdownDocument, section: Section, match: RegExpExecArray): DraftStep {
  const marks = readStepMarks(section.title.slice(match[0].length), undefined, new Map());
  const parallel = marks.text.includes("[P]");
  const done = (match[1] ?? "").toLowerCase() === "x";
  const label = match[2] ?? "";
  return {
    title: marks.text.replaceAll(/\s*\[(?:P|US\d+)\]\s*/gu, " ").trim(),
    description: sectionText(document, section),
    label,
    order: Number(label.slice(1)),
    parallel,
    optional: marks.optional,
    state: done ? "done" : marks.state,
    labels: [...marks.text.matchAll(/\[(US\d+)\]/gu)].map((found) => found[1] ?? ""),
    commands: [],
    children: [],
    boxed: true,
    checkbox: false,
    line: section.heading?.position?.start.line ?? 1,
  };
}
