import type { CheckScripts } from "./checkScripts";
import type { DetectedCheck } from "./evidence";

const prefix = "checks:";

/** What an approval keeps of the checks that were shown with it: vector, folder and the scripts they stand for. */
export function checksGrant(checks: readonly DetectedCheck[]): string {
  return prefix + JSON.stringify(checks.map(bound));
}

/**
 * Checks that are not exactly among those of the approval: new ones, and ones whose vector or script is another. An
 * approval from before checks were part of it covers none.
 */
export function unapprovedChecks(
  checks: readonly DetectedCheck[],
  grants: readonly string[],
): readonly DetectedCheck[] {
  const approved = new Set(boundIn(grants).map((one) => JSON.stringify(one)));
  return checks.filter((check) => !approved.has(JSON.stringify(bound(check))));
}

/** Whether `check` was approved with another script behind the same vector. */
export function isChangedCheck(check: DetectedCheck, grants: readonly string[]): boolean {
  const { command, cwd } = bound(check);
  return boundIn(grants).some(
    (one) => one.cwd === cwd && JSON.stringify(one.command) === JSON.stringify(command),
  );
}

interface BoundCheck {
  readonly cwd: string;
  readonly command: readonly string[];
  readonly scripts: CheckScripts;
}

/** Names are left out: they depend on which other folders have checks. */
function bound({ cwd, command, scripts = {} }: DetectedCheck): BoundCheck {
  return { cwd, command, scripts };
}

function boundIn(grants: readonly string[]): readonly BoundCheck[] {
  const grant = grants.find((one) => one.startsWith(prefix));
  return grant === undefined ? [] : (JSON.parse(grant.slice(prefix.length)) as readonly BoundCheck[]);
}
