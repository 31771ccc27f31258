import type { List, RootContent } from "mdast";
import { type MarkdownDocument, sliceOf } from "./markdown";
import { stripMarks } from "./readSteps";
import { repairText } from "./repairText";

/** A paragraph that works as a small heading, `**Goal:** text`, with what follows it. */
export interface LabelledBlock {
  /** Lower case, without marks and colon; empty for what stands before the first label. */
  readonly label: string;
  /** What stands on the line of the label. */
  readonly value: string;
  readonly nodes: readonly RootContent[];
}

const start =
  /^(?:\*\*([^*\n]{1,60}?):?\*\*[ \t]*:?|__([^_\n]{1,60}?):?__[ \t]*:?|([\p{L}][\p{L} /&()-]{1,38}):)(?=\s|$)[ \t]*/u;

/** Splits blocks at their label paragraphs. A paragraph with several lines may hold several labels. */
export function labelledBlocks(document: MarkdownDocument, blocks: readonly RootContent[]): LabelledBlock[] {
  const found: { label: string; value: string; nodes: RootContent[] }[] = [
    { label: "", value: "", nodes: [] },
  ];
  for (const node of blocks) {
    const lines = node.type === "paragraph" ? repairText(sliceOf(document, node)).split(/\r?\n/u) : [];
    const matches = lines.map((line) => start.exec(line.trim()));
    if (matches[0] === null || matches[0] === undefined) {
      found.at(-1)?.nodes.push(node);
      continue;
    }
    lines.forEach((line, i) => {
      const match = matches[i];
      if (match === null || match === undefined) {
        const last = found.at(-1);
        if (last !== undefined) last.value += ` ${line.trim()}`;
        return;
      }
      const label = (match[1] ?? match[2] ?? match[3] ?? "").toLowerCase().trim();
      found.push({ label, value: stripMarks(line.trim().slice(match[0].length)).trim(), nodes: [] });
    });
    // A label that has said its value is done: what follows belongs to no label.
    if (found.at(-1)?.value !== "") found.push({ label: "", value: "", nodes: [] });
  }
  return found;
}

/** The first block whose label matches. */
export function blockOf(blocks: readonly LabelledBlock[], label: RegExp): LabelledBlock | undefined {
  return blocks.find((block) => label.test(block.label));
}

/** The lists that follow a label. */
export function listsOf(block: LabelledBlock): List[] {
  return block.nodes.filter((node) => node.type === "list");
}

/** The texts under a label: its own line and the items of its lists, one entry each, marks off. */
export function textsOf(document: MarkdownDocument, block: LabelledBlock | undefined): string[] {
  if (block === undefined) return [];
  const items = listsOf(block).flatMap((list) => list.children.map((item) => itemText(document, item)));
  return [block.value, ...items]
    .map((text) => text.trim())
    .filter((text) => text !== "" && !isPlaceholder(text));
}

/** The items below a bullet that works as a label, `- Unit tests:`, or what stands on its own line. */
export function itemsUnder(document: MarkdownDocument, block: LabelledBlock, label: RegExp): string[] {
  return listsOf(block)
    .flatMap((list) => list.children)
    .flatMap((item) => {
      const [first, ...rest] = item.children;
      const line = first === undefined ? "" : stripMarks(repairText(sliceOf(document, first)));
      const match = /^([^:\n]{1,60}):\s*(.*)$/su.exec(line.trim());
      if (match === null || !label.test((match[1] ?? "").toLowerCase())) return [];
      const nested = rest
        .filter((node) => node.type === "list")
        .flatMap((list) => list.children.map((entry) => itemText(document, entry)));
      return [match[2] ?? "", ...nested].filter((text) => text !== "" && !isPlaceholder(text));
    });
}

function itemText(document: MarkdownDocument, item: List["children"][number]): string {
  const text = item.children.map((child) => sliceOf(document, child)).join("\n");
  return stripMarks(repairText(text))
    .replaceAll(/\s*\n\s*/gu, " ")
    .trim();
}

/** What a template left to be filled in. */
export function isPlaceholder(text: string): boolean {
  return /^(?:\[[^\]]*\]|<[^>]*>|none|ninguno|n\/a|-|—)\.?$/iu.test(text.trim());
}
