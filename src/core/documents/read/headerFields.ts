import type { List, RootContent } from "mdast";
import { isPlaceholder } from "./labelledBlocks";
import { type MarkdownDocument, sliceOf } from "./markdown";
import { stripMarks } from "./readSteps";
import { repairText } from "./repairText";

/**
 * The `Label: value` pairs of bullets and bold lines, by lower-case label. Several on one line, parted by a bullet
 * point, count each. What a template left to be filled in is left out.
 */
export function headerFields(
  document: MarkdownDocument,
  blocks: readonly RootContent[],
): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of blocks.flatMap((block) => linesOf(document, block))) {
    for (const part of line.split(/\s+•\s+(?=\**[\p{L}/ ]{2,40}\**:)/u)) {
      const match = /^\s*\**([\p{L}][\p{L}\p{N} /._-]{0,40}?)\**\s*:\**\s*(.*)$/u.exec(part);
      if (match === null) continue;
      const value = stripMarks(match[2] ?? "").trim();
      const label = (match[1] ?? "").trim().toLowerCase();
      if (value !== "" && !isPlaceholder(value) && !fields.has(label)) fields.set(label, value);
    }
  }
  return fields;
}

function linesOf(document: MarkdownDocument, block: RootContent): string[] {
  if (block.type === "paragraph") return repairText(sliceOf(document, block)).split(/\r?\n/u);
  if (block.type !== "list") return [];
  return listLines(document, block);
}

function listLines(document: MarkdownDocument, list: List): string[] {
  return list.children.flatMap((item) =>
    item.children.flatMap((child) => {
      if (child.type === "list") return listLines(document, child);
      return child.type === "paragraph"
        ? [repairText(sliceOf(document, child)).replaceAll(/\s*\r?\n\s*/gu, " ")]
        : [];
    }),
  );
}

/** The first of the labels that is there. */
export function fieldOf(
  fields: ReadonlyMap<string, string>,
  ...labels: readonly string[]
): string | undefined {
  return labels.map((label) => fields.get(label)).find((value) => value !== undefined);
}
