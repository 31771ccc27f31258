import type { List, Table } from "mdast";
import { isPlaceholder } from "./labelledBlocks";
import { type MarkdownDocument, oneLine, plainText, sliceOf } from "./markdown";
import { readSteps, stripMarks } from "./readSteps";
import { repairText } from "./repairText";
import { allSections, type Section } from "./sections";

/** What stands in a section and below it, as written, without its heading. */
export function sectionText(document: MarkdownDocument, section: Section | undefined): string {
  if (section === undefined) return "";
  const nodes = allSections(section).flatMap((part) => [
    ...(part === section || part.heading === null ? [] : [part.heading]),
    ...part.blocks,
  ]);
  const first = nodes[0]?.position?.start.offset;
  const last = nodes.at(-1)?.position?.end.offset;
  return first === undefined || last === undefined
    ? ""
    : repairText(document.source.slice(first, last)).trim();
}

/** The paragraphs right under a heading, marks off. */
export function sectionProse(document: MarkdownDocument, section: Section | undefined): string {
  const paragraphs = section?.blocks.filter((node) => node.type === "paragraph") ?? [];
  return paragraphs.map((node) => oneLine(stripMarks(repairText(sliceOf(document, node))))).join("\n\n");
}

/** Every list item of a section and below it, boxes and dates off, in order; placeholders of templates left out. */
export function sectionItems(document: MarkdownDocument, section: Section | undefined): string[] {
  if (section === undefined) return [];
  return allSections(section)
    .flatMap((part) => part.blocks)
    .filter((node): node is List => node.type === "list")
    .flatMap((list) => readSteps(document, list, new Map()))
    .map((step) => step.title)
    .filter((text) => text !== "" && !isPlaceholder(text));
}

/** The whole text of every top-level list item of a section, marks off, one per entry. */
export function itemTexts(document: MarkdownDocument, section: Section | undefined): string[] {
  const lists = section?.blocks.filter((node): node is List => node.type === "list") ?? [];
  return lists
    .flatMap((list) => list.children)
    .map((item) =>
      stripMarks(repairText(item.children.map((child) => sliceOf(document, child)).join("\n"))).trim(),
    )
    .filter((text) => text !== "" && !isPlaceholder(text));
}

/** The rows of the tables of a section, each by the lower-case names of its columns. */
export function tableRows(section: Section | undefined): ReadonlyMap<string, string>[] {
  if (section === undefined) return [];
  return allSections(section)
    .flatMap((part) => part.blocks)
    .filter((node): node is Table => node.type === "table")
    .flatMap((table) => {
      const [head, ...rows] = table.children.map((row) =>
        row.children.map((cell) => repairText(oneLine(plainText(cell)))),
      );
      return rows.map(
        (row) => new Map(row.map((cell, i) => [(head?.[i] ?? "").toLowerCase(), cell] as const)),
      );
    });
}
