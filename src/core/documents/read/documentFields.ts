import type { Plan, QualityGate } from "../../plan/plan";
import { readCommand } from "./commandText";
import type { DraftDocument } from "./draft";
import { fieldOf, headerFields } from "./headerFields";
import { isPlaceholder } from "./labelledBlocks";
import type { MarkdownDocument } from "./markdown";
import { sectionItems, sectionProse, sectionText, tableRows } from "./sectionTexts";
import { allSections, findSection, type Section } from "./sections";

type Fields = DraftDocument["fields"];
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The parts of a plan that the ExecPlan templates give a section of their own, in English or Spanish. */
export function readDocumentFields(document: MarkdownDocument, tree: Section): Fields {
  const fields: Writable<Fields> = {};
  const set = <K extends keyof Fields>(key: K, value: Fields[K] | "" | undefined): void => {
    if (value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) return;
    fields[key] = clip(value as Fields[K]);
  };
  const section = (title: RegExp): Section | undefined => findSection(tree, title);
  const objective = section(
    /^(?:purpose|objective|objetivo|propósito|goals?$|ziel|problem statement|summary)/u,
  );
  set("objective", sectionText(document, objective));
  const approach = section(/^(?:plan of work|technical approach|enfoque técnico|approach)/u);
  set("technical_approach", sectionText(document, approach));
  set(
    "acceptance_criteria",
    sectionItems(
      document,
      section(
        /^(?:success criteria|acceptance|validation and acceptance|criterios de aceptación|definition of done)/u,
      ),
    ),
  );
  const inScope = sectionItems(document, section(/^(?:in scope|dentro del alcance)/u));
  const outScope = sectionItems(
    document,
    section(/^(?:out of scope|fuera de(?:l)? alcance|non-?goals|no objetivos)/u),
  );
  if (inScope.length + outScope.length > 0) set("scope", { in: inScope, out: outScope });
  set("risks", readRisks(document, section(/^(?:risks? (?:&|and) mitigations?|risks?$|riesgos)/u)));
  set(
    "risk_level",
    riskLevel(document, section(/^(?:breaking changes|risk assessment|evaluación de riesgos)/u)),
  );
  set("files", readFiles(section(/^(?:files to modify|archivos a modificar)/u)));
  set("quality_gates", readGates(section(/^(?:quality gates)/u)));
  set("sign_off", sectionItems(document, section(/^sign-?off/u)));
  set(
    "rollback",
    sectionItems(document, section(/^rollback/u)).map((description) => ({ description })),
  );
  return { ...fields, ...readHeader(document, tree) };
}

function readHeader(document: MarkdownDocument, tree: Section): Fields {
  const title = tree.sections[0];
  const context = findSection(tree, /^(?:context|contexto)$/u);
  const feature = findSection(tree, /^current feature/u);
  const blocks = [
    ...tree.blocks,
    ...(title?.blocks ?? []),
    ...(context?.blocks ?? []),
    ...(feature?.blocks ?? []),
  ];
  const header = headerFields(document, blocks);
  const text = (key: keyof Plan, ...labels: string[]): Fields => {
    const value = fieldOf(header, ...labels);
    return value === undefined || value.length > 255 ? {} : { [key]: value };
  };
  const type = /\b(feature|bug|refactor|chore|ops)\b/iu
    .exec(fieldOf(header, "type", "tipo", "scope") ?? "")?.[1]
    ?.toLowerCase();
  const links = (fieldOf(header, "links", "related", "relacionado") ?? "").match(/https?:\/\/[^\s,)]+/gu);
  return {
    ...(type === undefined ? {} : { plan_type: type as NonNullable<Fields["plan_type"]> }),
    ...text("priority", "priority", "prioridad", "severity/priority"),
    ...text("assignee", "assignee", "asignado"),
    ...text("estimate", "estimate", "estimación"),
    ...text("start_date", "start", "started", "inicio"),
    ...text("target_date", "target completion", "target", "fecha objetivo"),
    ...text("branch", "branch", "feature branch"),
    ...text("ticket_id", "feature id", "ticket", "ticket-id"),
    ...text("pr_link", "pr link", "pr"),
    ...(links === null ? {} : { links: [...links] }),
  };
}

function readRisks(document: MarkdownDocument, section: Section | undefined): NonNullable<Fields["risks"]> {
  return sectionItems(document, section).map((text) => {
    const [risk = "", mitigation] = text.replace(/^risk:\s*/iu, "").split(/\s*[•·]?\s*mitigation:\s*/iu);
    return {
      risk: risk.trim() === "" ? text : risk.trim(),
      ...(mitigation === undefined ? {} : { mitigation }),
    };
  });
}

function riskLevel(document: MarkdownDocument, section: Section | undefined): Fields["risk_level"] {
  const parts = section === undefined ? [] : allSections(section);
  const header = headerFields(
    document,
    parts.flatMap((part) => part.blocks),
  );
  const prose = `${header.get("risk level") ?? header.get("nivel de riesgo") ?? ""} ${sectionProse(document, section)}`;
  const match = /risk level:?\s*(green|yellow|red)\b(?!\/)|^(green|yellow|red)\b(?!\/)/iu.exec(prose.trim());
  return (match?.[1] ?? match?.[2])?.toLowerCase() as Fields["risk_level"];
}

function readFiles(section: Section | undefined): NonNullable<Fields["files"]> {
  return tableRows(section).flatMap((row) => {
    const path = (row.get("file") ?? row.get("archivo") ?? "").trim();
    if (!/^[\w.@-][\w./@*-]*$/u.test(path) || path.includes("...") || path.split("/").includes(".."))
      return [];
    const change = row.get("change") ?? row.get("cambio") ?? "";
    const verb = /\b(?:add|new|create|nuevo|crear)\b/iu.test(change)
      ? "add"
      : /\b(?:delete|remove|borrar)\b/iu.test(change)
        ? "delete"
        : "modify";
    const risk = row.get("risk") ?? row.get("riesgo");
    const notes = row.get("notes") ?? row.get("notas") ?? change;
    return [
      {
        path,
        change: verb,
        ...(risk === undefined || isPlaceholder(risk) ? {} : { risk }),
        ...(notes === "" ? {} : { notes }),
      },
    ];
  });
}

function readGates(section: Section | undefined): QualityGate[] {
  return tableRows(section).flatMap((row) => {
    const gate = row.get("gate") ?? "";
    const expectation = row.get("threshold / expectation") ?? row.get("expectation") ?? row.get("threshold");
    const code = (row.get("command") ?? "").split(/\s+\/\s+/u)[0] ?? "";
    const reading = readCommand(code);
    if (gate === "" || isPlaceholder(gate)) return [];
    const command = reading.kind === "argv" ? { command: reading.argv } : {};
    return [
      { gate, ...command, ...(expectation === undefined ? {} : { expectation }), when: "plan" as const },
    ];
  });
}

/** Bodies longer than a plan may hold stay whole in the document. */
function clip<T>(value: T): T {
  if (typeof value !== "string" || value.length <= 20_000) return value;
  return `${value.slice(0, 19_999).replace(/[\uD800-\uDBFF]$/u, "")}…` as T;
}
