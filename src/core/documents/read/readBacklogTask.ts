import { parse } from "yaml";
import type { DraftDocument, DraftStep } from "./draft";
import { draftStep } from "./draftStep";
import type { MarkdownDocument } from "./markdown";
import { sectionItems, sectionText } from "./sectionTexts";
import { findSection, type Section } from "./sections";
import { stateOfWords } from "./stepState";

/** The front matter as an object; what is no YAML mapping counts as empty. */
export function readFrontMatter(document: MarkdownDocument): Readonly<Record<string, unknown>> {
  if (document.frontMatter === null) return {};
  try {
    const value: unknown = parse(document.frontMatter, { maxAliasCount: 20, logLevel: "silent" });
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    // Broken front matter is text like any other: the body still tells the plan.
    return {};
  }
}

/** One Backlog.md task is one task: its criteria, its plan as subtasks, its status as claim. */
export function readBacklogTask(document: MarkdownDocument, tree: Section): DraftDocument {
  const front = readFrontMatter(document);
  const text = (key: string): string => (typeof front[key] === "string" ? front[key] : "");
  const list = (key: string): string[] => (Array.isArray(front[key]) ? front[key].map(String) : []);
  const title = text("title") === "" ? (tree.sections[0]?.title ?? "Backlog task") : text("title");
  const criteria = [
    ...sectionItems(document, findSection(tree, /^acceptance criteria/u)),
    ...sectionItems(document, findSection(tree, /^definition of done/u)),
  ];
  const plan = sectionItems(document, findSection(tree, /^implementation plan/u));
  const waits = list("dependencies");
  const warnings = waits.map((id) => `It depends on ${id}, which is another file; see that it is done first`);
  const description = stripMarkers(sectionText(document, findSection(tree, /^description/u)));
  const step: DraftStep = {
    ...draftStep(title, 1),
    description,
    label: text("id"),
    state: stateOfWords(text("status")),
    ...(text("updated_date") === "" ? {} : { at: text("updated_date") }),
    labels: list("labels"),
    children: plan.map((entry) => draftStep(entry, 1)),
  };
  return {
    name: title,
    request: description === "" ? title : description,
    fields: {
      ...(text("id") === "" ? {} : { ticket_id: text("id") }),
      ...(text("priority") === "" ? {} : { priority: text("priority") }),
      acceptance_criteria: criteria,
    },
    phases: [
      {
        name: title,
        key: null,
        state: undefined,
        fields: {},
        milestones: [{ name: title, description: "", criteria, steps: [step] }],
      },
    ],
    claimed: {},
    warnings,
  };
}

function stripMarkers(text: string): string {
  return text.replaceAll(/<!--\s*[A-Z_]+(?::[A-Z_]+)*:(?:BEGIN|END)\s*-->/gu, "").trim();
}
