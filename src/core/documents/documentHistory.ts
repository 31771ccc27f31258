import type { List } from "mdast";
import type { DraftDocument } from "./read/draft";
import { isPlaceholder } from "./read/labelledBlocks";
import type { MarkdownDocument } from "./read/markdown";
import { readSteps } from "./read/readSteps";
import { itemTexts } from "./read/sectionTexts";
import { findSection, type Section } from "./read/sections";
import { takeDate } from "./read/stepState";

/** What a living document tells about the past: its log, surprises, decisions and outcomes. */
export function readHistory(document: MarkdownDocument, tree: Section): DraftDocument["claimed"] {
  const section = (title: RegExp): Section | undefined => findSection(tree, title);
  const log = section(/^(?:progress|progreso|progresso|fortschritt)/u);
  const decisions = section(/^(?:decision|decisión|registro de decisiones|decisões)/u);
  const surprises = section(/^(?:sur?prises?|sorpresas|surpresas|discoveries)/u);
  const outcomes = section(/^(?:outcomes?|resultados|retrospectiv)/u);
  return {
    progress: readProgress(document, log),
    decisions: itemTexts(document, decisions).flatMap(readDecision),
    surprises: itemTexts(document, surprises).flatMap(readSurprise),
    outcomes: itemTexts(document, outcomes).filter((text) => !text.startsWith("(")),
  };
}

function readProgress(
  document: MarkdownDocument,
  section: Section | undefined,
): NonNullable<DraftDocument["claimed"]["progress"]> {
  const lists = section?.blocks.filter((node): node is List => node.type === "list") ?? [];
  return lists
    .flatMap((list) => readSteps(document, list, new Map()))
    .filter((step) => step.title !== "" && !isPlaceholder(step.title))
    .map((step) => ({ text: step.title, ...(step.at === undefined ? {} : { at: step.at }) }));
}

function readDecision(text: string): NonNullable<DraftDocument["claimed"]["decisions"]>[number][] {
  const stamped = takeDate(text);
  const decision =
    /^(?:decision:\s*)?([\s\S]*?)(?=\n\s*(?:rationale|razón|date\/author|date)\s*:|$)/iu.exec(
      stamped.text,
    )?.[1] ?? "";
  if (decision.trim() === "" || isPlaceholder(decision) || decision.startsWith("(")) return [];
  const rationale = partOf(text, "rationale|razón");
  const signature = partOf(text, "date\\/author|fecha\\/autor");
  const at = stamped.at ?? /\d{4}-\d{2}-\d{2}/u.exec(signature ?? "")?.[0];
  const author = signature
    ?.split(/\s*(?:•|\/|,)\s*/u)
    .at(-1)
    ?.replace(/\.$/u, "")
    .trim();
  return [
    {
      decision: decision.trim(),
      ...(rationale === undefined ? {} : { rationale }),
      ...(at === undefined ? {} : { at }),
      ...(author === undefined || author === at || author === "" ? {} : { author }),
    },
  ];
}

function readSurprise(text: string): NonNullable<DraftDocument["claimed"]["surprises"]>[number][] {
  const stamped = takeDate(text).text;
  const observation =
    /^(?:observation:\s*)?([\s\S]*?)(?=\n\s*evidence\s*:|$)/iu.exec(stamped)?.[1]?.trim() ?? "";
  if (observation === "" || isPlaceholder(observation) || observation.startsWith("(")) return [];
  const evidence = partOf(text, "evidence|evidencia");
  return [{ observation, ...(evidence === undefined ? {} : { evidence }) }];
}

function partOf(text: string, label: string): string | undefined {
  const match = new RegExp(
    `(?:^|\\n)\\s*(?:${label})\\s*:\\s*([\\s\\S]*?)(?=\\n\\s*[\\p{L}/]{3,20}\\s*:|$)`,
    "iu",
  ).exec(text);
  const value = match?.[1]?.trim();
  return value === undefined || value === "" || isPlaceholder(value) ? undefined : value;
}
