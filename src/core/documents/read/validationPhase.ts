import type { List } from "mdast";
import type { DraftPhase } from "./draft";
import { type MarkdownDocument, sliceOf } from "./markdown";
import { readSteps } from "./readSteps";
import { repairText } from "./repairText";
import { findSection, type Section } from "./sections";
import { readLegend } from "./stepState";

/** Boxes of a validation section that start with a command are work that can be done: a last phase runs them. */
export function validationPhase(document: MarkdownDocument, tree: Section): readonly DraftPhase[] {
  const section = findSection(tree, /^(?:validation|verification|success criteria|acceptance)/u);
  const lists = section?.blocks.filter((node): node is List => node.type === "list") ?? [];
  const legend = readLegend(document.source);
  const steps = lists.flatMap((list) =>
    readSteps(document, list, legend).filter((step, i) => {
      const item = list.children[i];
      const starts =
        item !== undefined &&
        /^[-*+]\s+\[[^\]]\]\s+(?:\([^)]*\)\s+)?`/u.test(repairText(sliceOf(document, item)));
      return step.boxed && starts && (step.commands.length > 0 || step.unrunnable !== undefined);
    }),
  );
  if (section === undefined || steps.length === 0) return [];
  const milestone = { name: section.title, description: "", criteria: [], steps };
  return [{ name: section.title, key: null, state: undefined, fields: {}, milestones: [milestone] }];
}
