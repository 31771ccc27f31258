import { sectionName, type Section } from "./sections";

/** What a section of a plan document is for, told by its title. `other` says nothing either way. */
export type SectionKind =
  | "steps"
  | "progress"
  | "objective"
  | "acceptance"
  | "verification"
  | "scope"
  | "context"
  | "approach"
  | "risk"
  | "dependencies"
  | "files"
  | "testing"
  | "rollback"
  | "decisions"
  | "surprises"
  | "outcomes"
  | "gate"
  | "reference"
  | "other";

/** First match wins; names are lower case without numbers and emoji. English, Spanish, Portuguese, German, French, Italian. */
const kinds: readonly (readonly [SectionKind, RegExp])[] = [
  ["gate", /^go\s*\/\s*no[‑\- ]?go/u],
  [
    "decisions",
    /^(?:decision|decisión|decisiones|registro de decisiones|decisões|entscheidung|décisions|decisioni)/u,
  ],
  ["surprises", /^(?:sur?prises?|sorpresas|surpresas|überraschungen|discoveries|descubrimientos)/u],
  [
    "outcomes",
    /^(?:outcomes?|retrospective|resultados|retrospectiva|ergebnisse|résultats|final summary|lessons)/u,
  ],
  ["progress", /^(?:progress|progreso|progresso|fortschritt|avancement|stand)\b/u],
  [
    "steps",
    /^(?:concrete steps|steps|checklist|tasks?\b|to-?dos?\b|todo list|execution plan|implementation (?:steps|order|checklist|tasks|plan|roadmap)|action items|pasos|tareas|plan de ejecución|plan de trabajo|lista de tareas|aufgaben|umsetzung|schritte|tâches|étapes|passi|attività|passos|tarefas|milestones?$|hitos$|phases?$|fases$|roadmap$|mag\/sag roadmap)/u,
  ],
  [
    "acceptance",
    /^(?:acceptance|success criteria|criterios? de (?:aceptación|éxito)|criteri di|akzeptanz|abnahme|définition|definition of (?:done|ready)|dod\b|done criteria|critères|sign-?off|baselines?$|compliance check|compatibility(?: verification)?$|validation checklist|scope validation|clarity check|improvements checklist|story draft checklist)/u,
  ],
  [
    "verification",
    /^(?:validation|verification|verificación|validación|überprüfung|verifica|validação|how to verify)/u,
  ],
  [
    "scope",
    /^(?:scope|in scope|out of scope|alcance|dentro del alcance|fuera de alcance|non-?goals|no objetivos|escopo|umfang)/u,
  ],
  [
    "objective",
    /^(?:purpose|objective|objetivo|propósito|goals?\b|ziel|objectif|obiettivo|summary|resumen|overview|description|story$|big picture)/u,
  ],
  [
    "risk",
    /^(?:risks?$|risks? (?:&|and|assessment|register)|risk level|riesgos?$|riesgos y|evaluación de riesgos|risiken|risques|rischi|breaking changes|mitigations?$|open risks)/u,
  ],
  ["dependencies", /^(?:dependenc|dependencias|abhängigkeiten|dipendenz|interfaces)/u],
  ["files", /^(?:files?\b|archivos|dateien|fichiers|ficheros)/u],
  [
    "testing",
    /^(?:test(?:ing|s)? (?:strategy|plan|approach)|manual testing|estrategia de pruebas|pruebas$|unit tests|integration tests|quality gates|(?:performance|security|observability)(?: \/.*| \(optional\))?$)/u,
  ],
  ["rollback", /^(?:rollback|reversión|idempotence|recovery)/u],
  [
    "approach",
    /^(?:plan of work|technical approach|approach|enfoque|design|diseño|arquitectura|architecture|proposed solution)/u,
  ],
  [
    "context",
    /^(?:(?:context|contexto|background|kontext)(?:$| (?:&|and|y|und)(?!\p{L}))|(?:current state|dev notes|constraints|conventions?|convenciones|path conventions|terms)(?!\p{L}))/u,
  ],
  [
    "reference",
    /^(?:format|notes?$|notas|timeline|cronograma|change ?log|version history|table of contents|índice|references?|sources|appendix|anexo|how (?:this|to)\b|example|ejemplo|parallel|task count|implementation strategy|requirements coverage|dev agent record|qa results|runbook|handoff|artifacts|contributing|review (?:notes|summary|date)|debug log|completion notes|agent model|definition$|source document|usage)/u,
  ],
];

export function sectionKind(section: Section): SectionKind {
  const name = sectionName(section.title);
  return kinds.find(([, pattern]) => pattern.test(name))?.[0] ?? "other";
}

/** How a heading names a phase: `Phase 4.5`, `Fase 0`, `Sprint 0`, `M13`, `P0-1`, `Day 1`. Null when it names none. */
export interface PhaseLabel {
  /** What two listings of one phase share, such as `phase 4.5`. */
  readonly key: string;
  /** The title without the label. */
  readonly name: string;
}

const words =
  "phase|fase|faza|phasen?|sprint|milestone|hito|meilenstein|etapa|étape|etappe|stage|schritt|step|day|día|dia|tag|week|semana|woche|" +
  "run|task|tarea|part|parte|teil|iteration|iteración|wave|epic|story|pr|工作|阶段|フェーズ|этап|фаза|спринт|المرحلة";
const labels = [
  new RegExp(`^(${words})\\s*#?\\s*(\\d+(?:[.\\-]\\d+)*[a-z]?|[a-z]\\d+)(?=$|[^\\p{L}\\p{N}])`, "iu"),
  new RegExp(`^(${words})\\s+([a-z]|[ivx]+)(?=$|[^\\p{L}\\p{N}'’])`, "iu"),
  /^(第)\s*([0-9一二三四五六七八九十]+)\s*(?:阶段|步|章|フェーズ|段階)/u,
  /^([mpwsh])(\d+(?:[.-]\d+)*)(?=$|[^\p{L}\p{N}])/iu,
];

export function phaseLabel(title: string): PhaseLabel | null {
  const clean = title.replace(/^[^\p{L}\p{N}]+/u, "");
  for (const label of labels) {
    const match = label.exec(clean);
    if (match === null) continue;
    // A single letter is a label only as a capital: "Phase B", not "Phase a bit later".
    if (/^\p{Ll}+$/u.test(match[2] ?? "")) continue;
    const name = clean.slice(match[0].length).replace(/^[\s:：.)\]–—―-]+/u, "");
    return { key: `${(match[1] ?? "").toLowerCase()} ${(match[2] ?? "").toLowerCase()}`, name };
  }
  return null;
}

/** Headings that only number themselves: `1. Setup`, `1) Purpose`, `1.2 Parser`. */
export function numberLabel(title: string): PhaseLabel | null {
  const match = /^[^\p{L}\p{N}]*(\d+(?:\.\d+)*)[.)]?\s+(?=\S)/u.exec(title);
  return match === null ? null : { key: `number ${match[1] ?? ""}`, name: title.slice(match[0].length) };
}
