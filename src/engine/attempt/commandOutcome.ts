import { isMasterPlanError, MasterPlanError } from "../../core/errors";
import type { Argv } from "../../core/plan/plan";
import type { Translate } from "../../core/translate";
import type { CheckStatus } from "../../core/validation/evidence";
import { firstFailure } from "../../core/validation/firstFailure";
import { missingTool } from "../../core/validation/missingTool";
import type { ValidationPorts } from "../validation/validationInput";

/** What running one command proved. */
export interface CommandOutcome {
  readonly status: CheckStatus;
  readonly summary: string;
  readonly exit_code: number | null;
  readonly output: string;
  readonly output_hash?: string;
  readonly duration_ms: number;
}

export interface CommandRequest {
  /** Names the check in live output. */
  readonly check: string;
  readonly argv: Argv;
  /** Folder relative to the root of the files; `""` for the root. */
  readonly cwd?: string;
  readonly timeout_ms?: number;
}

/**
 * Runs one command in the tree. A command that could not run, or not to its end, is not verified or timed out, never
 * passed. Rejects with `cancelled` when the signal ends it, and with `gate.untrusted`.
 */
export async function runCommand(
  ports: ValidationPorts,
  request: CommandRequest,
  signal: AbortSignal,
): Promise<CommandOutcome> {
  const t = ports.translate;
  const timeout = request.timeout_ms ?? ports.check_timeout_ms;
  const cwd =
    request.cwd === undefined || request.cwd === "" ? ports.files.root : `${ports.files.root}/${request.cwd}`;
  const watch = ports.on_output;
  const result = await ports.runner
    .run(
      {
        argv: request.argv,
        cwd,
        timeout_ms: timeout,
        approved: ports.approved,
        ...(ports.private_home === true && { private_home: true }),
        ...(watch !== undefined && { on_output: (chunk: string) => watch(request.check, chunk) }),
      },
      signal,
    )
    .catch((error: unknown) => refusal(error, t));
  if (signal.aborted) throw new MasterPlanError("cancelled", `Check ${request.check} was cancelled`);
  if ("refused" in result) {
    return { status: "not_verified", summary: result.refused, exit_code: null, output: "", duration_ms: 0 };
  }
  const kept = result.output === "" ? {} : { output_hash: await ports.keepOutput(result.output) };
  const warning =
    result.touched === undefined
      ? ""
      : ` (${t("it changed your own dependency folders: {0}", result.touched.slice(0, 3).join(", "))})`;
  const outcome = (status: CheckStatus, summary: string): CommandOutcome => ({
    status,
    summary: `${summary}${warning}`,
    exit_code: result.exit_code,
    output: result.output,
    duration_ms: result.duration_ms,
    ...kept,
  });
  if (result.timed_out)
    return outcome("timed_out", t("Ended after {0} s without a result", Math.round(timeout / 1000)));
  const missing = missingTool(result.output, result.exit_code);
  if (missing !== undefined)
    return outcome(
      "not_verified",
      t("Could not run: {0} is not installed", missing === "" ? (request.argv[0] ?? "") : missing),
    );
  if (result.exit_code === 0) return outcome("passed", t("Ended with exit code 0"));
  const end =
    result.exit_code === null
      ? t("Ended by signal {0}", result.signal ?? "")
      : t("Ended with exit code {0}", result.exit_code);
  const reason = firstFailure(result.output);
  return outcome("failed", reason === undefined ? end : `${end}: ${reason}`);
}

function refusal(error: unknown, t: Translate): { readonly refused: string } {
  if (isMasterPlanError(error, "command.notFound")) {
    const { executable } = error.details;
    if (typeof executable === "string")
      return { refused: t("{0} was not found: install it, or name another program in the plan", executable) };
  }
  if (isMasterPlanError(error, "command.notFound") || isMasterPlanError(error, "command.notApproved")) {
    return { refused: error.message };
  }
  throw error;
}
