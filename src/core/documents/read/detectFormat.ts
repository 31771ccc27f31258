import type { MarkdownDocument } from "./markdown";
import { readFrontMatter } from "./readBacklogTask";
import { allSections, sectionName, type Section } from "./sections";

/** Formats that can be read. `markdown` is any checklist or outline that none of the others describes. */
export const documentFormats = [
  "masterplan",
  "task-master",
  "execplan-es",
  "execplan",
  "phases",
  "ops",
  "spec-kit",
  "kiro",
  "openspec",
  "backlog",
  "bmad",
  "markdown",
] as const;

export type DocumentFormat = (typeof documentFormats)[number];

export function isDocumentFormat(text: string): text is DocumentFormat {
  return documentFormats.some((format) => format === text);
}

/** Tells the format of a Markdown plan by what it holds; its file name only helps where two look alike. */
export function detectMarkdownFormat(
  document: MarkdownDocument,
  tree: Section,
  name: string,
): DocumentFormat {
  const titles = allSections(tree).map((section) => sectionName(section.title));
  const has = (pattern: RegExp): boolean => titles.some((title) => pattern.test(title));
  const count = (...patterns: readonly RegExp[]): number => patterns.filter(has).length;
  const { source } = document;
  const front = readFrontMatter(document);
  if (typeof front["id"] === "string" && "status" in front && /<!--\s*(?:SECTION|AC|DOD):/u.test(source))
    return "backlog";
  if (/^\s*[-*] \[.\]\*? (?:\*\*)?T\d{3,4}\b/mu.test(source) || /^#{2,5} \[?T\d{3,4}\b/mu.test(source))
    return "spec-kit";
  if (/^\s*[-*] _Requirements:/mu.test(source) || /(?:^|[\\/])\.kiro[\\/]/u.test(name)) return "kiro";
  if (has(/^tasks?\s*\/\s*subtasks/u) || (has(/^story$/u) && has(/^acceptance criteria/u))) return "bmad";
  if (has(/^go\s*\/\s*no[‑\- ]?go/u)) return "ops";
  if (has(/^phase overview/u) || has(/^current feature/u) || source.includes("**Implementation Steps:**"))
    return "phases";
  const spanish = count(
    /^scope \(in\/out\)/u,
    /^execution plan/u,
    /^risk assessment/u,
    /^sign-?off/u,
    /^files to modify/u,
    /^technical approach/u,
  );
  const living = count(
    /^purpose/u,
    /^progress\b/u,
    /^sur?prises/u,
    /^decision log/u,
    /^outcomes/u,
    /^concrete steps/u,
    /^plan of work/u,
    /^context (?:&|and) orientation/u,
  );
  if (spanish >= 3 && spanish >= living) return "execplan-es";
  if (living >= 3) return "execplan";
  const numbered = (source.match(/^## \d+\. \S/gmu) ?? []).length;
  if (numbered >= 2 && /^\s*[-*] \[[ xX]\]/mu.test(source)) return "openspec";
  return "markdown";
}
