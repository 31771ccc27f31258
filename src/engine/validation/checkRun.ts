import { baselineOf, type Baseline, type BaselineCheck } from "../../core/validation/baseline";
import type { DetectedCheck, Evidence } from "../../core/validation/evidence";
import { countProblems } from "../../core/validation/firstFailure";
import { parseTestOutput, type TestCounts } from "../../core/validation/parseTestOutput";
import { runCommand, type CommandOutcome } from "../attempt/commandOutcome";
import { heldCheck, heldFinding, type HeldScript } from "./heldCheck";
import type { ValidationPorts } from "./validationInput";

/** Runs one detected check and measures it against what it said on the base. */
export async function runCheck(
  ports: ValidationPorts,
  check: DetectedCheck,
  baseline: Baseline,
  signal: AbortSignal,
  options: { readonly mustPass?: boolean } = {},
): Promise<Evidence> {
  const held = await heldCheck(ports, check);
  if (held !== null) return heldEvidence(ports, check, held);
  const outcome = await runCommand(
    ports,
    { check: check.name, argv: check.command, cwd: check.cwd, timeout_ms: check.timeout_ms },
    signal,
  );
  const before = options.mustPass === true ? undefined : baselineOf(baseline, check.name);
  return judge(ports, check, measure(check, outcome), before);
}

/** Where the change itself brings the script, what was not run is no reason to send the change back. */
function heldEvidence(ports: ValidationPorts, check: DetectedCheck, held: HeldScript): Evidence {
  const finding = heldFinding(ports, held);
  return {
    check: check.name,
    layer: check.layer,
    severity: finding.held === true ? "nice_to_have" : check.severity,
    command: check.command,
    duration_ms: 0,
    ...finding,
  };
}

/** Runs one check on the base itself. */
export async function runBaselineCheck(
  ports: ValidationPorts,
  check: DetectedCheck,
  signal: AbortSignal,
): Promise<BaselineCheck> {
  const outcome = await runCommand(
    ports,
    { check: check.name, argv: check.command, cwd: check.cwd, timeout_ms: check.timeout_ms },
    signal,
  );
  const { counts, problems } = measure(check, outcome);
  const nothing = counts?.total === 0;
  return {
    name: check.name,
    status: nothing ? "not_applicable" : outcome.status,
    summary: nothing
      ? ports.translate("There are no tests to run")
      : withCounts(ports, outcome.summary, outcome.status, counts),
    exit_code: outcome.exit_code,
    duration_ms: outcome.duration_ms,
    ...(counts !== undefined && { counts }),
    ...(problems !== undefined && { problems }),
    ...(outcome.output_hash !== undefined && { output_hash: outcome.output_hash }),
  };
}

interface Measured {
  readonly outcome: CommandOutcome;
  readonly counts: TestCounts | undefined;
  readonly problems: number | undefined;
}

function measure(check: DetectedCheck, outcome: CommandOutcome): Measured {
  const counts = check.layer === "tests" ? parseTestOutput(outcome.output) : undefined;
  const problems =
    outcome.status === "failed" && check.layer !== "tests" ? countProblems(outcome.output) : undefined;
  return { outcome, counts, problems };
}

function judge(
  ports: ValidationPorts,
  check: DetectedCheck,
  measured: Measured,
  before: BaselineCheck | undefined,
): Evidence {
  const t = ports.translate;
  const { outcome, counts } = measured;
  const evidence = (change: Partial<Evidence> = {}): Evidence => ({
    check: check.name,
    layer: check.layer,
    severity: check.severity,
    status: outcome.status,
    summary: withCounts(ports, outcome.summary, outcome.status, counts),
    command: check.command,
    exit_code: outcome.exit_code,
    duration_ms: outcome.duration_ms,
    ...(outcome.output_hash !== undefined && { output_hash: outcome.output_hash }),
    ...(counts !== undefined && { counts }),
    ...change,
  });
  if (counts?.total === 0) {
    const none = t("There are no tests to run");
    return before?.status === "not_applicable"
      ? evidence({ status: "not_applicable", summary: none })
      : evidence({ status: "not_verified", summary: none });
  }
  if (
    outcome.status !== "failed" ||
    before === undefined ||
    (before.status !== "failed" && before.status !== "timed_out")
  )
    return evidence();
  switch (comparison(measured, before)) {
    case "worse":
      return evidence({
        summary: `${evidence().summary} (${t("worse than before this run: {0}", before.summary)})`,
      });
    case "same":
      return evidence({
        severity: "nice_to_have",
        summary: `${evidence().summary} (${t("no worse than before this run")})`,
      });
    case "unknown":
      return evidence({
        status: "not_verified",
        summary: t(
          "It failed before this run as well, and its output has no numbers to compare: {0}",
          outcome.summary,
        ),
      });
  }
}

/** A check that was red before can only be asked not to get redder. */
function comparison(now: Measured, before: BaselineCheck): "worse" | "same" | "unknown" {
  if (now.counts !== undefined && before.counts !== undefined) {
    return now.counts.failed > before.counts.failed || now.counts.passed < before.counts.passed
      ? "worse"
      : "same";
  }
  if (now.problems !== undefined && before.problems !== undefined)
    return now.problems > before.problems ? "worse" : "same";
  return "unknown";
}

function withCounts(
  ports: ValidationPorts,
  summary: string,
  status: string,
  counts: TestCounts | undefined,
): string {
  if (counts === undefined) return summary;
  const t = ports.translate;
  if (status === "passed")
    return t("{0} of {1} tests passed, {2} skipped", counts.passed, counts.total, counts.skipped);
  return `${t("{0} of {1} tests failed", counts.failed, counts.total)}. ${summary}`;
}
