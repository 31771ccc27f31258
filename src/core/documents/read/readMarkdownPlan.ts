import type { DocumentFormat } from "./detectFormat";
import { readDocumentFields } from "./documentFields";
import { readHistory } from "../documentHistory";
import type { DraftDocument, DraftPhase } from "./draft";
import type { MarkdownDocument } from "./markdown";
import { readOutline } from "./outline";
import { readBacklogTask, readFrontMatter } from "./readBacklogTask";
import { sectionItems, sectionProse, sectionText } from "./sectionTexts";
import { allSections, findSection, type Section } from "./sections";
import { readTaskHeadings } from "./specKit";
import { stateOfWords } from "./stepState";
import { validationPhase } from "./validationPhase";

/** Reads a Markdown plan of any format into a draft. */
export function readMarkdownPlan(
  document: MarkdownDocument,
  tree: Section,
  format: DocumentFormat,
  name: string,
): DraftDocument {
  if (format === "backlog") return readBacklogTask(document, tree);
  const root = format === "phases" ? currentFeature(tree) : tree;
  const title = titleOf(document, root, name);
  return {
    name: title,
    request: requestOf(document, root, title),
    fields: readDocumentFields(document, root),
    phases: phasesOf(document, root, format, title),
    claimed: readHistory(document, root),
    warnings: [],
  };
}

function phasesOf(
  document: MarkdownDocument,
  tree: Section,
  format: DocumentFormat,
  title: string,
): readonly DraftPhase[] {
  switch (format) {
    case "bmad":
      return readStory(document, tree, title);
    case "kiro":
      return readOutline(document, tree).flatMap(splitNested);
    case "spec-kit": {
      const headed = readTaskHeadings(document, tree);
      return headed.length > 0 ? headed : readOutline(document, tree);
    }
    case "execplan":
      return [
        ...readOutline(document, tree).map((phase) => renamed(phase, title)),
        ...validationPhase(document, tree),
      ];
    default:
      return readOutline(document, tree).map((phase) => renamed(phase, title));
  }
}

/** A list under a heading such as "Progress" is the plan itself. */
function renamed(phase: DraftPhase, title: string): DraftPhase {
  return /^(?:progress|concrete steps|steps|tasks|checklist|to-?do|pasos|tareas|aufgaben|schritte|tâches|étapes|passi|passos|tarefas)(?!\p{L})/iu.test(
    phase.name,
  )
    ? { ...phase, name: title }
    : phase;
}

/** A story is one phase; its tasks are the boxes of its tasks section, and its status says whether it is over. */
function readStory(document: MarkdownDocument, tree: Section, title: string): readonly DraftPhase[] {
  const tasks = findSection(tree, /^tasks?\b/u);
  const phases = readOutline(
    document,
    tasks === undefined ? tree : { ...tree, blocks: [], sections: [tasks] },
  );
  const state = stateOfWords(sectionProse(document, findSection(tree, /^status/u)));
  const milestones = phases.flatMap((phase) => phase.milestones);
  return milestones.length === 0 ? [] : [{ name: title, key: null, state, fields: {}, milestones }];
}

/** Numbered boxes that hold numbered boxes are phases; where no box holds any, the list is one phase. */
function splitNested(phase: DraftPhase): readonly DraftPhase[] {
  const steps = phase.milestones.flatMap((milestone) => milestone.steps);
  if (!steps.some((step) => step.children.length > 0)) return [phase];
  return steps.map((step): DraftPhase => {
    const inner = step.children.length > 0 ? step.children : [step];
    return {
      name: step.title,
      key: null,
      state: step.state === "done" ? "done" : undefined,
      fields: step.children.length > 0 && step.description !== "" ? { description: step.description } : {},
      milestones: [{ name: step.title, description: "", criteria: [], steps: inner }],
    };
  });
}

/** A phases document may still hold the example of its template: the first feature with a name of its own counts. */
function currentFeature(tree: Section): Section {
  const flat = tree.sections.length === 1 && tree.sections[0]?.depth === 1 ? tree.sections[0] : tree;
  const starts = flat.sections.flatMap((section, i) => (/^current feature/iu.test(section.title) ? [i] : []));
  if (starts.length < 2) return tree;
  const named = starts.findIndex((i) => !/\[[^\]]*\]\s*$/u.test(flat.sections[i]?.title ?? ""));
  const chosen = Math.max(named, 0);
  const sections = flat.sections.slice(starts[chosen], starts[chosen + 1]);
  return { ...tree, sections: flat === tree ? sections : [{ ...flat, sections }] };
}

function titleOf(document: MarkdownDocument, tree: Section, name: string): string {
  const feature = findSection(tree, /^current feature/u)?.title.replace(/^current feature:\s*/iu, "");
  const front = readFrontMatter(document)["title"];
  const title =
    feature ??
    (typeof front === "string" ? front : undefined) ??
    allSections(tree).find((section) => section.depth === 1)?.title;
  const plain = title
    ?.replace(/^(?:execplan|exec plan|story|tasks|plan|implementation plan)\b[^:]{0,30}:\s*/iu, "")
    .trim();
  if (plain !== undefined && plain !== "") return plain;
  return name.replace(/^.*[\\/]/u, "").replace(/\.[^.]+$/u, "");
}

/** What was asked for, as near as the document says it. */
function requestOf(document: MarkdownDocument, tree: Section, title: string): string {
  const purpose = findSection(
    tree,
    /^(?:purpose|objective|objetivo|propósito|story$|goals?$|problem statement)/u,
  );
  const text = sectionText(document, purpose);
  if (text !== "") return text;
  const first = tree.sections[0];
  const prose = sectionProse(document, first) || sectionItems(document, first).slice(0, 5).join("\n");
  return prose === "" ? title : prose;
}
