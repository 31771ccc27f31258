import type { List, RootContent } from "mdast";
import { type DraftMilestone, type DraftPhase, type DraftStep } from "./draft";
import { draftStep } from "./draftStep";
import type { MarkdownDocument } from "./markdown";
import { readPhaseFields } from "./phaseFields";
import { plainLists } from "./plainLists";
import { hasBoxes, readSteps } from "./readSteps";
import { numberLabel, phaseLabel, sectionKind, type SectionKind } from "./sectionKinds";
import { allSections, type Section } from "./sections";
import { type BoxLegend, readLegend, type StepState } from "./stepState";
import { readPhaseStates } from "./phaseStates";

/** One section of the document on the way to phases. */
interface Entry {
  readonly section: Section;
  readonly kind: SectionKind;
  readonly ancestors: readonly Section[];
  /** Outermost section on the way down, itself included, that is named like a phase. */
  readonly phase: Section | undefined;
  readonly steps: readonly DraftStep[];
  /** What other places call it, when it is named like a phase. */
  readonly key: string | null;
}

/** Sections whose boxes are no work when they stand outside a phase. */
const outside: ReadonlySet<SectionKind> = new Set([
  "acceptance",
  "verification",
  "scope",
  "risk",
  "testing",
  "rollback",
  "gate",
  "reference",
  "decisions",
  "surprises",
  "outcomes",
  "context",
  "dependencies",
  "files",
  "objective",
]);
const outsideInPhase: ReadonlySet<SectionKind> = new Set([
  "acceptance",
  "gate",
  "risk",
  "rollback",
  "decisions",
  "surprises",
  "outcomes",
]);

/**
 * Phases, milestones and steps of a checklist document. A section named like a phase is one; so is a section right
 * above those that hold boxes; boxes that are criteria, risks or reference are left out. A document without any box
 * gives up the lists of its phases, then of its steps section.
 */
export function readOutline(document: MarkdownDocument, tree: Section): readonly DraftPhase[] {
  const legend = readLegend(document.source);
  const titles = tree.sections.filter((section) => section.depth === 1).length;
  const entries = entriesOf(document, tree, [], undefined, { legend, single: titles === 1 });
  const states = readPhaseStates(document, tree, legend);
  const work = boxedWork(entries, states);
  const phases = new Set(work.map((entry) => entry.phase));
  // Phases listed twice are one: the listing with boxes counts.
  const told = new Set(work.map((entry) => phaseLabel(entry.phase?.title ?? "")?.key));
  const claimedPlain = entries.filter(
    (entry) =>
      entry.phase === entry.section &&
      !phases.has(entry.section) &&
      !told.has(entry.key ?? "") &&
      (work.length === 0 || hasOwnState(document, entry, states)),
  );
  const plain = claimedPlain.map((entry) => ({
    ...entry,
    steps: plainLists(document, entry.section, legend),
  }));
  const chosen = [...work, ...plain.filter((entry) => entry.steps.length > 0)];
  const picked = chosen.length > 0 ? chosen : fallback(document, entries, legend);
  const places = new Map(entries.map((entry, place) => [entry.section, place]));
  picked.sort((a, b) => (places.get(a.section) ?? 0) - (places.get(b.section) ?? 0));
  return assemble(document, tree, picked, entries, states);
}

function entriesOf(
  document: MarkdownDocument,
  section: Section,
  ancestors: readonly Section[],
  above: Section | undefined,
  context: { readonly legend: BoxLegend; readonly single: boolean },
): Entry[] {
  const { legend, single } = context;
  // The only heading of the first rank is the title, whatever it is called.
  const canBePhase = section.heading !== null && !(single && section.depth === 1);
  const phase = above ?? (canBePhase && phaseLabel(section.title) !== null ? section : undefined);
  const lists = section.blocks.filter((node): node is List => node.type === "list");
  const steps = lists.flatMap((list) => boxedSteps(readSteps(document, list, legend)));
  const key = phaseLabel(section.title)?.key ?? null;
  const entry: Entry = { section, kind: sectionKind(section), ancestors, phase, steps, key };
  const below = section.sections.flatMap((child) =>
    entriesOf(document, child, [...ancestors, section], phase, context),
  );
  return [entry, ...below];
}

/** Of a list with boxes the items that have one, or have some below; all of a list where some say their state. */
function boxedSteps(steps: readonly DraftStep[]): readonly DraftStep[] {
  if (!hasBoxes(steps)) return [];
  const ticked = steps.some((step) => step.checkbox || hasBoxes(step.children));
  return steps.filter((step) => step.title !== "" && (!ticked || step.boxed || hasBoxes(step.children)));
}

function boxedWork(entries: readonly Entry[], states: ReadonlyMap<string, StepState | null>): Entry[] {
  const hasSteps = entries.some((entry) => entry.kind === "steps" && entry.steps.length > 0);
  const keys = new Set(entries.map((entry) => entry.key));
  return entries.flatMap((entry) => {
    const skipped =
      entry.phase === undefined ? isOutside(entry) : outsideInPhase.has(entry.kind) || isOutside(entry, 1);
    if (skipped || (entry.kind === "progress" && hasSteps && entry.phase === undefined)) return [];
    // A box that only names a phase which has its own section tells that phase's state.
    const steps = entry.steps.filter((step) => {
      const key = phaseLabel(step.title)?.key ?? null;
      return key === null || !states.has(key) || !keys.has(key);
    });
    return steps.length === 0 ? [] : [{ ...entry, steps }];
  });
}

function isOutside(entry: Entry, from = 0): boolean {
  const way = [...entry.ancestors, entry.section].filter((section) => section.heading !== null);
  const relevant = entry.phase === undefined ? way.slice(from) : way.slice(0, way.indexOf(entry.phase));
  return relevant.some((section) => section.depth > 1 && outside.has(sectionKind(section)));
}

function hasOwnState(
  document: MarkdownDocument,
  entry: Entry,
  states: ReadonlyMap<string, StepState | null>,
): boolean {
  const key = entry.key ?? "";
  return states.has(key) || readPhaseFields(document, entry.section).state !== undefined;
}

/** Documents without boxes: the list of the steps section, else every list under a plan-like heading. */
function fallback(document: MarkdownDocument, entries: readonly Entry[], legend: BoxLegend): Entry[] {
  const listed = (wanted: (entry: Entry) => boolean): Entry[] =>
    entries
      .filter((entry) => wanted(entry))
      .map((entry) => ({ ...entry, steps: plainLists(document, entry.section, legend) }))
      .filter((entry) => entry.steps.length > 0);
  const steps = listed((entry) => entry.kind === "steps");
  if (steps.length > 0) return steps;
  const approach = listed((entry) => entry.kind === "approach" || entry.kind === "progress");
  if (approach.length > 0) return approach;
  const named = entries.filter((entry) => entry.phase === entry.section);
  if (named.length > 0) return named.map((entry) => ({ ...entry, steps: [proseStep(entry.section)] }));
  const boxed = entries.filter((entry) => entry.steps.length > 0);
  if (boxed.length > 0) return boxed;
  return listed((entry) => entry.section.depth <= 1 && entry.section.blocks.some(isOrderedList));
}

function isOrderedList(node: RootContent): boolean {
  return node.type === "list" && node.ordered === true;
}

/** A phase that is told in prose is one step. */
function proseStep(section: Section): DraftStep {
  const title = phaseLabel(section.title)?.name ?? section.title;
  return draftStep(title, section.heading?.position?.start.line ?? 1);
}

function assemble(
  document: MarkdownDocument,
  tree: Section,
  work: readonly Entry[],
  entries: readonly Entry[],
  states: ReadonlyMap<string, StepState | null>,
): DraftPhase[] {
  const groups = new Map<Section, Entry[]>();
  const twins = new Map<string, Entry[]>();
  const holders = new Set(work.map((entry) => entry.section));
  for (const entry of work) {
    const section = entry.phase ?? groupOf(entry, tree, holders);
    const group = groups.get(section);
    if (group === undefined) groups.set(section, [entry]);
    else group.push(entry);
  }
  for (const entry of entries) {
    if (entry.key === null || groups.has(entry.section)) continue;
    const list = twins.get(entry.key);
    if (list === undefined) twins.set(entry.key, [entry]);
    else list.push(entry);
  }
  return [...groups].map(([section, members]) => {
    const label = phaseLabel(section.title) ?? numberLabel(section.title);
    const key = phaseLabel(section.title)?.key ?? null;
    const twin = key === null ? undefined : twins.get(key)?.find((other) => other.section !== section);
    const read = readPhaseFields(document, section, twin?.section);
    const coded = /^[a-z] /u.test(key ?? "");
    const name = label === null || label.name === "" || coded ? section.title : label.name;
    return {
      name: name === "" ? "Steps" : coded ? name : (read.name ?? name),
      key,
      state: read.state ?? (key === null ? undefined : states.get(key)),
      ...(read.at === undefined ? {} : { at: read.at }),
      fields: read.fields,
      ...(read.after === undefined ? {} : { after: read.after }),
      milestones: members.map((entry) => milestoneOf(entry, section, name)),
    };
  });
}

function milestoneOf(entry: Entry, phase: Section, phaseName: string): DraftMilestone {
  const name = entry.section === phase ? phaseName : entry.section.title;
  return { name: name === "" ? "Steps" : name, description: "", criteria: [], steps: entry.steps };
}

/** The section that becomes the phase of a list: its own, or the one above when that one only gathers such sections. */
function groupOf(entry: Entry, tree: Section, holders: ReadonlySet<Section>): Section {
  const parent = entry.ancestors.at(-1);
  const titles = tree.sections.filter((section) => section.depth === 1).length;
  if (parent === undefined || parent.heading === null) return entry.section;
  const isTitle = parent.depth === 1 && titles <= 1;
  const others = parent.sections.filter((child) => child !== entry.section);
  const deeper = others.some((child) =>
    allSections(child)
      .slice(1)
      .some((below) => holders.has(below)),
  );
  const gathers = !holders.has(parent) && (deeper || sectionKind(parent) === "steps");
  return isTitle || gathers ? entry.section : parent;
}
