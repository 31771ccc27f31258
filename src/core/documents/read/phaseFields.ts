import type { Argv } from "../../plan/plan";
import { readCommand } from "./commandText";
import type { DraftPhase } from "./draft";
import { readHours } from "./durations";
import {
  blockOf,
  isPlaceholder,
  itemsUnder,
  type LabelledBlock,
  labelledBlocks,
  textsOf,
} from "./labelledBlocks";
import { type MarkdownDocument, oneLine, sliceOf } from "./markdown";
import { stripMarks } from "./readSteps";
import { repairText } from "./repairText";
import { phaseLabel, sectionKind } from "./sectionKinds";
import { allSections, type Section } from "./sections";
import { readStepMarks, stateOfWords, type StepState } from "./stepState";

export interface PhaseReading {
  /** The name without the marks of state, when there were some. */
  readonly name?: string;
  readonly state: StepState | null | undefined;
  readonly at?: string;
  readonly fields: DraftPhase["fields"];
  readonly after?: readonly string[];
}

/** What a phase section says beside its steps. `twin` is a second section about the same phase. */
export function readPhaseFields(document: MarkdownDocument, section: Section, twin?: Section): PhaseReading {
  const sections = [...allSections(section), ...(twin === undefined ? [] : allSections(twin))];
  const blocks = sections.flatMap((part) => labelledBlocks(document, part.blocks));
  const status = blockOf(
    labelledBlocks(document, section.blocks),
    /^(?:status|estado|stato|statut|state|статус|状态)$/u,
  );
  const heading = readHeading(section.title);
  const said = status === undefined || isPlaceholder(status.value) ? undefined : stateOfWords(status.value);
  const date = /\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}Z?)?/u;
  const done = blockOf(blocks, /^(?:completed|completado|finished)$/u);
  const at = date.exec(done?.value ?? "")?.[0] ?? date.exec(status?.value ?? "")?.[0];
  const after = readAfter(document, blocks);
  return {
    ...(heading.name === undefined ? {} : { name: heading.name }),
    state: said ?? heading.state,
    ...(at === undefined ? {} : { at }),
    fields: {
      ...readTexts(document, section, blocks),
      ...readGate(document, sections),
      ...readEstimate(section, blocks),
    },
    ...(after === undefined ? {} : { after }),
  };
}

function readHeading(title: string): {
  readonly name?: string;
  readonly state: StepState | null | undefined;
} {
  const label = phaseLabel(title);
  const name = label === null ? title : label.name;
  const words = /\s*[([]([^)\]]+)[)\]]\s*$/u.exec(name);
  const inWords = words === null ? undefined : stateOfWords(words[1] ?? "");
  const marks = readStepMarks(
    words === null || inWords === undefined ? name : name.slice(0, words.index),
    undefined,
    new Map(),
  );
  const mark = /^([✅🔄❌🚧⏳⏸🚫])\uFE0F?/u.exec(title.trim());
  const inFront = mark === null ? undefined : stateOfWords(mark[1] ?? "");
  const state = inWords ?? marks.state ?? inFront;
  const clean = marks.text.replace(/\s*\((?:[^()]*\d\s*\p{L}+)\)\s*$/u, "").trim();
  return { ...(clean === "" ? {} : { name: clean }), state };
}

function readTexts(
  document: MarkdownDocument,
  section: Section,
  blocks: readonly LabelledBlock[],
): DraftPhase["fields"] {
  const text = (label: RegExp): string => textsOf(document, blockOf(blocks, label)).join("\n");
  const list = (label: RegExp): readonly string[] => textsOf(document, blockOf(blocks, label));
  const goalSection = allSections(section).find(
    (part) => part !== section && sectionKind(part) === "objective",
  );
  const goal = text(/^(?:goal|objective|purpose|objetivo|meta|ziel|цель|propósito)$/u);
  const prose = goalSection?.blocks
    .filter((node) => node.type === "paragraph")
    .map((node) => sliceOf(document, node));
  const proseGoal = prose === undefined ? "" : oneLine(stripMarks(repairText(prose.join("\n\n"))));
  const level = /\b(low|medium|high|baja|media|alta)\b/iu.exec(
    text(/^(?:estimated )?(?:complexity|complejidad)/u),
  );
  const complexity = text(/^(?:estimated )?(?:complexity|complejidad)/u).includes("|") ? null : level;
  const under = (label: RegExp): readonly string[] =>
    blocks.flatMap((block) => itemsUnder(document, block, label));
  const unit = [...list(/^unit tests?$/u), ...under(/^unit tests?$/u)];
  const integration = [...list(/^integration tests?$/u), ...under(/^integration tests?$/u)];
  const created = /^(?:files to (?:be )?(?:created?|create)|archivos a crear)/u;
  const modified = /^(?:files to (?:be )?(?:modif|change)|archivos a modificar|files$)/u;
  const create = paths([...list(created), ...under(created)]);
  const modify = paths([...list(modified), ...under(modified)]);
  const fullGoal = goal === "" ? proseGoal : goal;
  return {
    ...(fullGoal === "" ? {} : { goal: fullGoal }),
    ...(create.length === 0 ? {} : { files_create: create }),
    ...(modify.length === 0 ? {} : { files_modify: modify }),
    ...(complexity === null ? {} : { complexity: levelOf(complexity[1] ?? "") }),
    ...(unit.length + integration.length === 0 ? {} : { tests: { unit, integration } }),
  };
}

function levelOf(word: string): "low" | "medium" | "high" {
  const first = word.toLowerCase();
  return first.startsWith("low") || first === "baja"
    ? "low"
    : first.startsWith("h") || first === "alta"
      ? "high"
      : "medium";
}

/** Only what can be a path: one word, inside the workspace. */
function paths(texts: readonly string[]): readonly string[] {
  return texts
    .map((text) => text.split(/\s+[-–—(]|\s+\(/u)[0]?.trim() ?? "")
    .filter(
      (path) =>
        /^[\w.@()[\]-][\w./@()[\]*-]*$/u.test(path) && /[./]/u.test(path) && !path.split("/").includes(".."),
    );
}

/** The checkpoint of a phase, and who opens the next one: a GO/NO-GO section means a person does. */
function readGate(document: MarkdownDocument, sections: readonly Section[]): DraftPhase["fields"] {
  const gate = sections.find((part) => sectionKind(part) === "gate");
  const gateTexts =
    gate === undefined
      ? []
      : labelledBlocks(document, gate.blocks).flatMap((block) => textsOf(document, block));
  const blocks = sections.flatMap((part) => labelledBlocks(document, part.blocks));
  const texts = [...textsOf(document, blockOf(blocks, /^(?:checkpoint|punto de control)/u)), ...gateTexts];
  const commands: Argv[] = [];
  const raw =
    blockOf(blocks, /^(?:checkpoint|punto de control)/u)
      ?.nodes.map((node) => sliceOf(document, node))
      .join("\n") ?? "";
  for (const match of raw.matchAll(/`([^`\n]+)`/gu)) {
    const reading = readCommand(match[1] ?? "");
    if (reading.kind === "argv") commands.push(reading.argv);
  }
  if (texts.length === 0 && commands.length === 0) return gate === undefined ? {} : { gate: "person" };
  const checkpoint = { text: texts.join("\n"), ...(commands.length === 0 ? {} : { commands }) };
  return { checkpoint, ...(gate === undefined ? {} : { gate: "person" as const }) };
}

function readEstimate(section: Section, blocks: readonly LabelledBlock[]): DraftPhase["fields"] {
  const stated = blockOf(
    blocks,
    /^(?:duration|estimated? (?:duration|time)|duration est|duración|estimación)/u,
  )?.value;
  const hours = readHours(stated ?? /\(([^)]*\d[^)]*)\)\s*$/u.exec(section.title)?.[1] ?? "");
  if (hours === null) return {};
  if (hours.min === hours.max) return { estimated_duration_hours: hours.min };
  return { estimate_min_hours: hours.min, estimate_max_hours: hours.max };
}

function readAfter(
  document: MarkdownDocument,
  blocks: readonly LabelledBlock[],
): readonly string[] | undefined {
  const block = blockOf(blocks, /^(?:dependencies|depends on|dependencias|abhängigkeiten)$/u);
  if (block === undefined) return undefined;
  const text = `${block.value}\n${textsOf(document, block).join("\n")}`;
  const keys = [...text.matchAll(/\b(?:phases?|fases?)\s+(\d+(?:\.\d+)?)/giu)].map(
    (match) => `phase ${match[1] ?? ""}`,
  );
  if (keys.length > 0) return [...new Set(keys)];
  return /\b(?:none|ninguna|no dependencies)\b/iu.test(text) ? [] : undefined;
}
