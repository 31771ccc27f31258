import type { Predicate } from "../../core/plan/plan";
import { isPredicateType, predicateFields, type PredicateType } from "../../core/plan/predicateFields";
import type { CheckStatus } from "../../core/validation/evidence";
import {
  classAvailable,
  exportAvailable,
  importAvailable,
  importsResolve,
  syntaxValid,
} from "./codePredicates";
import { runCommand } from "../attempt/commandOutcome";
import {
  directoryExists,
  fileAbsent,
  fileExists,
  jsonPath,
  patternAbsent,
  patternPresent,
} from "./filePredicates";
import { ImportResolver } from "./importResolver";
import { heldCommand, heldFinding } from "./heldCheck";
import type { PredicateContext, PredicateFinding } from "./predicateContext";
import { hasPrimaryKey, tableDefined } from "./tablePredicates";
import type { ValidationPorts } from "./validationInput";

/** What one predicate turned out to be on the tree in hand. */
export interface PredicateVerdict {
  readonly predicate: Predicate;
  /** `file_exists src/a.ts`; names the check in evidence and in waivers. */
  readonly label: string;
  readonly status: CheckStatus;
  readonly summary: string;
  readonly duration_ms: number;
  readonly exit_code?: number | null;
  readonly output_hash?: string;
  /** Not run before the change's own manifest is accepted by name. */
  readonly held?: true;
}

/** Evaluates all of them, in order; never stops early. Rejects only with `cancelled` and `gate.untrusted`. */
export async function evaluatePredicates(
  predicates: readonly Predicate[],
  ports: ValidationPorts,
  signal: AbortSignal,
): Promise<readonly PredicateVerdict[]> {
  const context: PredicateContext = { ...ports, resolver: new ImportResolver(ports.files), signal };
  const verdicts: PredicateVerdict[] = [];
  for (const predicate of predicates) {
    const started = ports.clock.now();
    const finding = await evaluate(predicate, context);
    verdicts.push({
      predicate,
      label: predicateLabel(predicate),
      ...finding,
      duration_ms: ports.clock.now() - started,
    });
  }
  return verdicts;
}

/** Why the task is blocked: the preconditions that do not hold, in words. Undefined when all of them do. */
export function blockedBy(verdicts: readonly PredicateVerdict[]): string | undefined {
  const open = verdicts.filter(
    (verdict) => verdict.status !== "passed" && verdict.status !== "not_applicable",
  );
  if (open.length === 0) return undefined;
  return open.map((verdict) => `${verdict.label}: ${verdict.summary}`).join("; ");
}

/** The type and its fields as one line; the same for equal predicates, whatever their description. */
export function predicateLabel(predicate: Predicate): string {
  const fields = isPredicateType(predicate.type) ? predicateFields[predicate.type] : [];
  const values = fields.map((field) => {
    const value = predicate[field];
    return Array.isArray(value) ? value.join(" ") : String(value ?? "");
  });
  const label = [predicate.type, ...values].join(" ").trim();
  return label.length > 200 ? `${label.slice(0, 197)}...` : label;
}

async function evaluate(predicate: Predicate, context: PredicateContext): Promise<PredicateFinding> {
  const t = context.translate;
  const { type } = predicate;
  if (!isPredicateType(type))
    return { status: "not_verified", summary: t("Nothing here can check a predicate of type {0}", type) };
  const missing = predicateFields[type].find(
    (field) => (predicate as Partial<Predicate>)[field] === undefined,
  );
  if (missing !== undefined)
    return { status: "not_verified", summary: t("The predicate lacks its field {0}", missing) };
  return await evaluators[type](predicate, context);
}

const evaluators: Readonly<
  Record<PredicateType, (predicate: Predicate, context: PredicateContext) => Promise<PredicateFinding>>
> = {
  file_exists: (predicate, context) => fileExists(predicate.path ?? "", context),
  file_absent: (predicate, context) => fileAbsent(predicate.path ?? "", context),
  directory_exists: (predicate, context) => directoryExists(predicate.path ?? "", context),
  pattern_present: (predicate, context) =>
    patternPresent(predicate.path ?? "", predicate.pattern ?? "", context),
  pattern_absent: (predicate, context) =>
    patternAbsent(predicate.path ?? "", predicate.pattern ?? "", context),
  class_available: (predicate, context) =>
    classAvailable(predicate.class ?? "", predicate.from ?? "", context),
  export_available: (predicate, context) =>
    exportAvailable(predicate.name ?? "", predicate.from ?? "", context),
  import_available: (predicate, context) => importAvailable(predicate.module ?? "", context),
  syntax_valid: (predicate, context) => syntaxValid(predicate.file ?? "", context),
  imports_resolve: (predicate, context) => importsResolve(predicate.file ?? "", context),
  json_path: (predicate, context) => jsonPath(predicate, context),
  table_defined: (predicate, context) => tableDefined(predicate.table ?? "", predicate.path, context),
  has_primary_key: (predicate, context) => hasPrimaryKey(predicate.model ?? "", predicate.path, context),
  command_succeeds: async (predicate, context) => {
    const argv = predicate.command ?? [];
    const held = await heldCommand(context, argv);
    if (held !== null) return heldFinding(context, held);
    const { status, summary, exit_code, output_hash } = await runCommand(
      context,
      { check: predicateLabel(predicate), argv },
      context.signal,
    );
    return { status, summary, exit_code, ...(output_hash !== undefined && { output_hash }) };
  },
};
