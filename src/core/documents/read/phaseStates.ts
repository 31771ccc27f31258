import type { Table } from "mdast";
import { type MarkdownDocument, oneLine, plainText } from "./markdown";
import { hasBoxes, readSteps } from "./readSteps";
import { repairText } from "./repairText";
import { phaseLabel } from "./sectionKinds";
import { allSections, type Section } from "./sections";
import { type BoxLegend, stateOfWords, type StepState } from "./stepState";

/** What overviews say about phases, by phase key: one-line boxes that name a phase, and tables with a status column. */
export function readPhaseStates(
  document: MarkdownDocument,
  tree: Section,
  legend: BoxLegend,
): ReadonlyMap<string, StepState | null> {
  const states = new Map<string, StepState | null>();
  for (const section of allSections(tree)) {
    for (const block of section.blocks) {
      if (block.type === "table") readTable(block, states);
      if (block.type !== "list") continue;
      const steps = readSteps(document, block, legend);
      if (!hasBoxes(steps)) continue;
      for (const step of steps) {
        const key = phaseLabel(step.title)?.key;
        if (key !== undefined && step.boxed && step.state !== undefined) states.set(key, step.state);
      }
    }
  }
  return states;
}

function readTable(table: Table, states: Map<string, StepState | null>): void {
  const [head, ...rows] = table.children.map((row) =>
    row.children.map((cell) => repairText(oneLine(plainText(cell)))),
  );
  if (head === undefined) return;
  const column = (pattern: RegExp): number => head.findIndex((cell) => pattern.test(cell));
  const status = column(/^(?:status|state|estado|stato|statut|статус|状态)/iu);
  const phase = column(/^(?:phase|fase|sprint|milestone|hito|step|stage|#|id|этап)/iu);
  if (status < 0 || phase < 0) return;
  for (const row of rows) {
    const name = row[phase] ?? "";
    const state = stateOfWords(row[status] ?? "");
    const key = phaseLabel(name)?.key ?? (/^\d+(?:\.\d+)?$/u.test(name) ? `phase ${name}` : null);
    if (key !== null && state !== undefined) states.set(key, state);
  }
}
