import type { Heading, RootContent } from "mdast";
import { type MarkdownDocument, oneLine, plainText } from "./markdown";
import { repairText } from "./repairText";

/** A heading with everything up to the next one of its rank or above. */
export interface Section {
  readonly title: string;
  /** 1 to 6; 0 for the document itself. */
  readonly depth: number;
  readonly heading: Heading | null;
  /** What stands under the heading before its first subsection. */
  readonly blocks: readonly RootContent[];
  readonly sections: readonly Section[];
}

interface OpenSection {
  readonly title: string;
  readonly depth: number;
  readonly heading: Heading | null;
  readonly blocks: RootContent[];
  readonly sections: OpenSection[];
}

/** The document as a tree of its headings. Headings inside fences, quotes and lists are text. */
export function sectionTree(document: MarkdownDocument): Section {
  const root: OpenSection = { title: "", depth: 0, heading: null, blocks: [], sections: [] };
  const open = [root];
  for (const node of document.root.children) {
    if (node.type !== "heading") {
      (open.at(-1) ?? root).blocks.push(node);
      continue;
    }
    while ((open.at(-1)?.depth ?? 0) >= node.depth) open.pop();
    const title = repairText(oneLine(plainText(node)));
    const section: OpenSection = { title, depth: node.depth, heading: node, blocks: [], sections: [] };
    (open.at(-1) ?? root).sections.push(section);
    open.push(section);
  }
  return root;
}

/** The section and all below it, in document order. */
export function allSections(section: Section): Section[] {
  return [section, ...section.sections.flatMap(allSections)];
}

/** The first section below whose title matches, in document order. */
export function findSection(root: Section, title: RegExp): Section | undefined {
  return allSections(root).find(
    (section) => section.heading !== null && title.test(sectionName(section.title)),
  );
}

/** A title without numbers, emoji and marks in front, lower case: what section names are compared by. */
export function sectionName(title: string): string {
  return title
    .toLowerCase()
    .replace(/^[^\p{L}\p{N}]+/u, "")
    .replace(/^(?:\d+(?:\.\d+)*[.)]?|[ivx]+[.)])\s+/u, "")
    .replace(/^[^\p{L}]+/u, "")
    .trim();
}
