import type { List } from "mdast";
import type { DraftStep } from "./draft";
import { labelledBlocks, listsOf } from "./labelledBlocks";
import type { MarkdownDocument } from "./markdown";
import { readSteps } from "./readSteps";
import { sectionKind } from "./sectionKinds";
import type { Section } from "./sections";
import type { BoxLegend } from "./stepState";

const stepLabels =
  /^(?:implementation )?(?:steps?|tasks?|changes|to-?dos?|actions?|features?|deliverables?|work items?)\b|^(?:pasos|tareas|cambios|aufgaben|schritte|нужно сделать|что сделать|任务|手順)/u;
const otherLabels =
  /^(?:goals?|objective|purpose|why|files?|scope|tests?|testing|dependenc|notes?|checkpoint|progress|acceptance|criteria|risks?|unit|integration|documentation|backward|estimated|status|example|цель|почему|срок|objetivo|meta|ziel|warum|por qué|archivos|pruebas|notas|dependencias)/u;

/**
 * The steps of a section that has no boxes: the list that a label calls its steps, else its ordered lists, else its
 * bullets; lists that a label gives another purpose are left out. Looks below only when the section itself has none.
 */
export function plainLists(
  document: MarkdownDocument,
  section: Section,
  legend: BoxLegend,
): readonly DraftStep[] {
  const blocks = labelledBlocks(document, section.blocks);
  const named = blocks.filter((block) => stepLabels.test(block.label)).flatMap(listsOf);
  const free = blocks.filter((block) => !otherLabels.test(block.label)).flatMap(listsOf);
  const ordered = free.filter((list) => list.ordered === true);
  const lists: readonly List[] = named.length > 0 ? named : ordered.length > 0 ? ordered : free;
  if (lists.length > 0) {
    return lists.flatMap((list) => readSteps(document, list, legend)).filter((step) => step.title !== "");
  }
  const below = section.sections.filter((child) => ["steps", "other"].includes(sectionKind(child)));
  return below.flatMap((child) => plainLists(document, child, legend));
}
