import type { CheckStatus } from "../../core/validation/evidence";
import type { ImportResolver } from "./importResolver";
import type { ValidationPorts } from "./validationInput";

/** Everything a single predicate is judged by. */
export interface PredicateContext extends ValidationPorts {
  readonly resolver: ImportResolver;
  readonly signal: AbortSignal;
}

/** What was found, in one sentence for a person. */
export interface PredicateFinding {
  readonly status: CheckStatus;
  readonly summary: string;
  readonly exit_code?: number | null;
  readonly output_hash?: string;
  /** Not run before the change's own manifest is accepted by name. */
  readonly held?: true;
}
