import type { Nodes, Root } from "mdast";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { err, ok, type Result } from "../../result";
import type { PlanFault } from "../../plan/plan";

/** A Markdown text with its tree. Every node's offsets count in `source`, so that edits can be spliced into it. */
export interface MarkdownDocument {
  readonly source: string;
  readonly root: Root;
  /** YAML between the first two `---` lines, without them; null when there is none. */
  readonly frontMatter: string | null;
}

/** Characters; larger documents are refused unread. */
export const maxMarkdown = 5 * 1024 * 1024;
const maxNesting = 64;

/** Parses with positions. The text itself is never changed or printed anew. */
export function parseMarkdown(source: string): Result<MarkdownDocument, PlanFault> {
  if (source.length > maxMarkdown) {
    return err({ pointer: "", code: "plan.tooLarge", message: "The document is larger than 5 MB" });
  }
  const nested = firstTooNested(source);
  if (nested !== null) {
    const message = `Line ${nested} is nested deeper than ${maxNesting} levels`;
    return err({ pointer: `line ${nested}`, code: "plan.depth", message, line: nested });
  }
  const front = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/u.exec(source);
  // Blanks of the same length keep every offset where it is.
  const readable = source
    .slice(front?.[0].length ?? 0)
    .padStart(source.length, " ")
    .replace("\uFEFF", " ");
  const text = front === null ? readable : blankLines(front[0]) + readable.slice(front[0].length);
  return ok({
    source,
    root: unified().use(remarkParse).use(remarkGfm).parse(text),
    frontMatter: front?.[1] ?? null,
  });
}

/** The characters of the source that a node stands on. */
export function sliceOf(document: MarkdownDocument, node: Nodes): string {
  const { position } = node;
  return position === undefined ? "" : document.source.slice(position.start.offset, position.end.offset);
}

/** 1-based line of a node. */
export function lineOf(node: Nodes): number {
  return node.position?.start.line ?? 0;
}

/** What a reader sees, without marks; breaks become spaces. */
export function plainText(node: Nodes): string {
  switch (node.type) {
    case "text":
    case "inlineCode":
    case "code":
      return node.value;
    case "break":
      return " ";
    case "html":
      return /^<br\s*\/?>$/iu.test(node.value) ? " " : "";
    case "image":
      return node.alt ?? "";
    default:
      return "children" in node ? node.children.map((child) => plainText(child)).join(blockGap(node)) : "";
  }
}

/** One line with single spaces. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, " ").trim();
}

function blockGap(node: Nodes): string {
  return node.type === "listItem" ||
    node.type === "list" ||
    node.type === "root" ||
    node.type === "blockquote"
    ? "\n"
    : "";
}

function blankLines(text: string): string {
  return text.replaceAll(/[^\r\n]/gu, " ");
}

/** Block quotes and lists inside each other cost the parser more with every level. */
function firstTooNested(source: string): number | null {
  let line = 1;
  for (let start = 0; start < source.length; line += 1) {
    const end = source.indexOf("\n", start);
    const marks = /^(?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])))+/u.exec(
      source.slice(start, Math.min(end < 0 ? source.length : end, start + 2000)),
    );
    if (marks !== null && (marks[0].match(/[->*+.)]/gu)?.length ?? 0) > maxNesting) return line;
    if (end < 0) return null;
    start = end + 1;
  }
  return null;
}
