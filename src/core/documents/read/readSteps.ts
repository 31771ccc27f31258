import type { InlineCode, List, ListItem, Nodes, Paragraph } from "mdast";
import type { Argv } from "../../plan/plan";
import { commandsInParentheses, isAboutRunning, readCommand } from "./commandText";
import type { DraftStep } from "./draft";
import { lineOf, type MarkdownDocument, oneLine, sliceOf } from "./markdown";
import { repairText } from "./repairText";
import { type BoxLegend, readStepMarks } from "./stepState";

/** The items of a list as steps; see `boxed` for those that carry a box or another mark of state. */
export function readSteps(document: MarkdownDocument, list: List, legend: BoxLegend): DraftStep[] {
  return list.children.map((item) => readStep(document, item, list.ordered === true, legend));
}

/** True when the list is one of steps: some item, at some depth, has a box or says its state as a code word. */
export function hasBoxes(steps: readonly DraftStep[]): boolean {
  return steps.some((step) => step.boxed || hasBoxes(step.children));
}

function readStep(
  document: MarkdownDocument,
  item: ListItem,
  ordered: boolean,
  legend: BoxLegend,
): DraftStep {
  const [first] = item.children;
  const paragraph = first?.type === "paragraph" ? first : undefined;
  const raw = paragraph === undefined ? "" : repairText(sliceOf(document, paragraph));
  const marks = readStepMarks(raw, item.checked, legend);
  const label = readLabel(stripComments(marks.text));
  const number = ordered ? /^\d+/u.exec(sliceOf(document, item))?.[0] : undefined;
  const lists = item.children.filter((child) => child.type === "list");
  const nested = lists.map((list) => ({ list, steps: readSteps(document, list, legend) }));
  const boxes = nested.filter(({ steps }) => hasBoxes(steps));
  const rest = item.children.filter(
    (child) => child !== paragraph && !boxes.some(({ list }) => list === child),
  );
  const title = oneLine(stripMarks(label.text)).replace(/^[\s:–—-]+/u, "");
  const step = {
    title: title === "" ? oneLine(stripMarks(marks.text)) : title,
    description: rest
      .map((node) => dedent(sliceOf(document, node), node))
      .join("\n\n")
      .trim(),
    parallel: label.parallel,
    optional: marks.optional,
    state: marks.state,
    labels: label.labels,
    children: boxes.flatMap(({ steps }) => steps),
    boxed: typeof item.checked === "boolean" || marks.state !== undefined,
    checkbox: typeof item.checked === "boolean" || /^\[.{0,2}\]/u.test(raw),
    line: lineOf(item),
    ...commandsOf(paragraph, title),
    ...boxOf(document, item),
    ...(marks.at === undefined ? {} : { at: marks.at }),
    ...(marks.note === undefined ? {} : { note: marks.note }),
  };
  const name = label.label ?? number;
  const order = number === undefined ? orderOf(label.label) : Number(number);
  return {
    ...step,
    ...(name === undefined ? {} : { label: name }),
    ...(order === undefined ? {} : { order }),
  };
}

function boxOf(document: MarkdownDocument, item: ListItem): Pick<DraftStep, "box"> {
  const match = /^(?:[-*+]|\d{1,9}[.)])[ \t]+\[[^\]]{0,3}\]/u.exec(sliceOf(document, item));
  const start = item.position?.start.offset;
  if (match === null || start === undefined) return {};
  return { box: { start: start + match[0].lastIndexOf("["), end: start + match[0].length } };
}

function orderOf(label: string | undefined): number | undefined {
  const match = /^[A-Z#_-]*0*(\d+)$/u.exec(label ?? "");
  return match === null ? undefined : Number(match[1]);
}

/** Where a step that names commands gets its argument vectors; a step that only writes about them gets none. */
function commandsOf(
  paragraph: Paragraph | undefined,
  title: string,
): { readonly commands: readonly Argv[]; readonly unrunnable?: string } {
  if (paragraph === undefined || !isAboutRunning(title)) return { commands: [] };
  const commands: Argv[] = [];
  for (const code of inlineCodes(paragraph)) {
    const reading = readCommand(code.value);
    if (reading.kind === "argv") commands.push(reading.argv);
    else if (reading.kind !== "none") return { commands: [], unrunnable: reading.text };
  }
  return { commands: commands.length > 0 ? commands : commandsInParentheses(title) };
}

function inlineCodes(node: Nodes): InlineCode[] {
  if (node.type === "inlineCode") return [node];
  return "children" in node ? node.children.flatMap((child) => inlineCodes(child)) : [];
}

interface Label {
  readonly text: string;
  readonly label?: string;
  readonly labels: readonly string[];
  readonly parallel: boolean;
}

const names =
  /^(\*{0,2})(?:#(\d+)|([A-Z]{1,6}[-_]?\d+(?:[.-]\d+)*)(?![\w/])|(\d+(?:\.\d+)+)(?![\w%])|(\d+)[.)](?=\s)|(?:Task|Step|Tarea|Paso)\s+(\d+(?:\.\d+)*))\*?\.?:?\s*[:.)–—-]?\s*/u;
const marker = /^\s*(?:\[(P|US\d+|[A-Z]{1,4}\d+)\]|\((P)\))\s*/u;

/** Takes names and markers off the front: `T012 [P] [US1]`, `**Task 3:**`, `1.2 (P)`, `#4`. */
function readLabel(text: string): Label {
  let rest = text;
  let label: string | undefined;
  const labels: string[] = [];
  let parallel = false;
  for (let found = true; found;) {
    const mark = marker.exec(rest);
    const name = label === undefined ? names.exec(rest) : null;
    found = mark !== null || name !== null;
    if (mark !== null) {
      const word = mark[1] ?? mark[2] ?? "";
      if (word === "P") parallel = true;
      else labels.push(word);
      rest = rest.slice(mark[0].length);
    } else if (name !== null) {
      label = name[2] ?? name[3] ?? name[4] ?? name[5] ?? name[6];
      rest = (name[1] ?? "") + rest.slice(name[0].length);
    }
  }
  if (/\s\[P\]\s*$/u.test(rest)) parallel = true;
  return {
    text: rest.replace(/\s\[P\]\s*$/u, ""),
    labels,
    parallel,
    ...(label === undefined ? {} : { label }),
  };
}

function stripComments(text: string): string {
  return text.replaceAll(/<!--[\s\S]*?-->/gu, "").trim();
}

/** Inline marks off: what a reader sees. */
export function stripMarks(text: string): string {
  return stripComments(text)
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/gu, "$1")
    .replaceAll(/\*\*|__(?=\S)|(?<=\S)__|~~|`+/gu, "")
    .replaceAll(/(?<![\w*])\*(\S[^*]*\S|\S)\*(?![\w*])/gu, "$1")
    .replaceAll(/(?<![\w_])_(\S[^_]*\S|\S)_(?![\w_])/gu, "$1")
    .replaceAll(/<br\s*\/?>/giu, " ");
}

/** Lines of a nested block start at the column of the block, not of the page. */
function dedent(text: string, node: Nodes): string {
  const column = (node.position?.start.column ?? 1) - 1;
  return text
    .split(/\r?\n/u)
    .map((line, i) => (i === 0 ? line : line.replace(new RegExp(`^[ \\t]{0,${column}}`, "u"), "")))
    .join("\n");
}
