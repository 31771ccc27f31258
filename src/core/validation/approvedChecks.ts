import type { Argv, Plan } from "../plan/plan";
import { planCommands } from "../plan/planCommands";
import type { CheckScripts } from "./checkScripts";
import { commandScripts, flatScripts } from "./commandScripts";
import type { WorkspaceView } from "./detect/workspaceView";
import type { DetectedCheck } from "./evidence";

const prefix = "checks:";
const commandPrefix = "scripts:";

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

/** A vector of the plan with the scripts it stands for in a workspace. */
export interface ScriptCommand {
  readonly command: Argv;
  readonly scripts: CheckScripts;
}

/** The plan's vectors that run scripts of the workspace, each once, in the order of the plan. */
export function scriptCommands(plan: Plan, view: WorkspaceView): readonly ScriptCommand[] {
  const vectors = new Map(planCommands(plan).map(({ argv }) => [JSON.stringify(argv), argv]));
  return [...vectors.values()].flatMap((command) => {
    const scripts = flatScripts(commandScripts(view, command));
    return Object.keys(scripts).length === 0 ? [] : [{ command, scripts }];
  });
}

/** What an approval keeps of the scripts that stood behind the plan's own vectors when it was given. */
export function scriptsGrant(commands: readonly ScriptCommand[]): string {
  return commandPrefix + JSON.stringify(commands.map(({ command, scripts }) => ({ command, scripts })));
}

/** The scripts that were approved with a vector of the plan; null for an approval from before they were part of it. */
export function approvedScripts(grants: readonly string[], argv: readonly string[]): CheckScripts | null {
  const grant = grants.find((one) => one.startsWith(commandPrefix));
  if (grant === undefined) return null;
  const wanted = JSON.stringify(argv);
  const kept = JSON.parse(grant.slice(commandPrefix.length)) as readonly ScriptCommand[];
  return kept.find(({ command }) => JSON.stringify(command) === wanted)?.scripts ?? {};
}

/** Vectors of the plan that stand for other scripts than the approved ones; none that stands for no script any more. */
export function unapprovedCommands(
  commands: readonly ScriptCommand[],
  grants: readonly string[],
): readonly ScriptCommand[] {
  return commands.filter(({ command, scripts }) => {
    const approved = approvedScripts(grants, command);
    return Object.entries(scripts).some(([name, text]) => approved?.[name] !== text);
  });
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
