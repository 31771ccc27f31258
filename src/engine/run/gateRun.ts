import type { AcceptanceCriterion, Argv, Predicate, QualityGate } from "../../core/plan/plan";
import type { CheckLayer, Evidence } from "../../core/validation/evidence";
import { meets, readMetric } from "../../core/validation/gateMetric";
import { parseTestOutput } from "../../core/validation/parseTestOutput";
import { runCommand } from "../attempt/commandOutcome";
import type { PredicateVerdict } from "../validation/predicateEvaluator";
import { heldCommand, heldFinding, type HeldScript } from "../validation/heldCheck";
import type { ValidationPorts } from "../validation/validationInput";

/** One quality gate: its command must end well and, where it names a metric, the metric must be as wanted. */
export async function runGate(
  ports: ValidationPorts,
  gate: QualityGate,
  signal: AbortSignal,
): Promise<Evidence> {
  const t = ports.translate;
  const { gate: name, command, metric, operator, value } = gate;
  const open = (summary: string): Evidence => ({
    check: name,
    layer: "gate",
    severity: "critical",
    status: "not_verified",
    summary,
    duration_ms: 0,
  });
  if (command === undefined || command.length === 0) {
    return open(
      gate.expectation === undefined
        ? t("The gate has no command")
        : t("The gate has no command; a person must confirm: {0}", gate.expectation),
    );
  }
  const evidence = await runArgv(ports, { check: name, argv: command, layer: "gate" }, signal);
  if (metric === undefined || operator === undefined || value === undefined) return evidence.evidence;
  if (evidence.evidence.status === "not_verified" || evidence.evidence.status === "timed_out")
    return evidence.evidence;
  const actual = readMetric(evidence.output, metric);
  const holds = actual === undefined ? undefined : meets(actual, operator, value);
  if (actual === undefined || holds === undefined) {
    return {
      ...evidence.evidence,
      status: "not_verified",
      summary: t("The output does not say what {0} is", metric),
    };
  }
  const summary = holds
    ? t("{0} is {1}, wanted {2}", metric, actual, `${operator} ${value}`)
    : t("{0} is {1}, but wanted {2}", metric, actual, `${operator} ${value}`);
  // A tool that fails for another reason does not pass because its number is good.
  if (holds && evidence.evidence.status === "failed") return evidence.evidence;
  return { ...evidence.evidence, status: holds ? "passed" : "failed", summary };
}

/** One argument vector as evidence; critical, with test counts where it prints some. */
export async function runArgv(
  ports: ValidationPorts,
  request: { readonly check: string; readonly argv: Argv; readonly layer: CheckLayer },
  signal: AbortSignal,
): Promise<{ readonly evidence: Evidence; readonly output: string }> {
  const held = await heldCommand(ports, request.argv);
  if (held !== null) return { evidence: heldEvidence(ports, request, held), output: "" };
  const outcome = await runCommand(ports, { check: request.check, argv: request.argv }, signal);
  const counts = parseTestOutput(outcome.output);
  const evidence: Evidence = {
    check: request.check,
    layer: request.layer,
    severity: "critical",
    status: outcome.status,
    summary: outcome.summary,
    command: request.argv,
    exit_code: outcome.exit_code,
    duration_ms: outcome.duration_ms,
    ...(outcome.output_hash !== undefined && { output_hash: outcome.output_hash }),
    ...(counts !== undefined && counts.total > 0 && { counts }),
  };
  return { evidence, output: outcome.output };
}

function heldEvidence(
  ports: ValidationPorts,
  { check, argv, layer }: { readonly check: string; readonly argv: Argv; readonly layer: CheckLayer },
  held: HeldScript,
): Evidence {
  const finding = heldFinding(ports, held);
  const severity = finding.held === true ? "nice_to_have" : "critical";
  return { check, layer, severity, command: argv, duration_ms: 0, ...finding };
}

/** Predicates are critical unless the plan says otherwise. */
export function predicateEvidence(verdict: PredicateVerdict, layer: CheckLayer): Evidence {
  const { predicate, label, status, summary, duration_ms } = verdict;
  return {
    check: label,
    layer,
    severity:
      verdict.held === true ? "nice_to_have" : predicate.critical === false ? "important" : "critical",
    status,
    summary: predicate.description === undefined ? summary : `${predicate.description}: ${summary}`,
    duration_ms,
    ...(predicate.command !== undefined && { command: predicate.command }),
    ...(verdict.exit_code !== undefined && { exit_code: verdict.exit_code }),
    ...(verdict.output_hash !== undefined && { output_hash: verdict.output_hash }),
    ...(verdict.held === true && { held: true }),
  };
}

/** Adds what a passed check proves: the criteria that name it, by its own name or by a predicate's description. */
export function withProof(
  evidence: Evidence,
  criteria: readonly AcceptanceCriterion[],
  predicates: readonly Predicate[] = [],
): Evidence {
  if (evidence.status !== "passed") return evidence;
  const described = predicates.filter(
    (predicate) =>
      predicate.description !== undefined && evidence.summary.startsWith(`${predicate.description}: `),
  );
  const names = new Set([
    evidence.check,
    evidence.check.replace(/^.*:/u, ""),
    ...(evidence.command === undefined ? [] : [evidence.command.join(" ")]),
    ...described.map((predicate) => predicate.description ?? ""),
  ]);
  const proves = criteria.flatMap((criterion) => {
    if (typeof criterion === "string" || criterion.check === undefined || !names.has(criterion.check))
      return [];
    return [criterion.id ?? criterion.text];
  });
  return proves.length === 0 ? evidence : { ...evidence, proves };
}
