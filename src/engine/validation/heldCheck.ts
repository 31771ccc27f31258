import { sameScripts, scriptOf, scriptTexts, type CheckScripts } from "../../core/validation/checkScripts";
import type { DetectedCheck } from "../../core/validation/evidence";
import type { ValidationPorts } from "./validationInput";

/** A check whose script is not the approved one in the files at hand. */
export interface HeldCheck {
  readonly manifest: string;
  readonly scripts: CheckScripts;
}

/**
 * Null when the check may run: the script behind it is the approved one, or one that a person accepted by name. A script
 * that is gone may be called, too: nothing runs, and the check fails.
 */
export async function heldCheck(ports: ValidationPorts, check: DetectedCheck): Promise<HeldCheck | null> {
  const place = scriptOf(check.source);
  // A run that began before scripts were kept with its checks goes on as it began.
  if (place === null || check.scripts === undefined) return null;
  const { manifest, script } = place;
  const file = await ports.files.read(manifest);
  const scripts = scriptTexts(file === null ? undefined : new TextDecoder().decode(file.bytes), script);
  if (scripts[script] === undefined || sameScripts(scripts, check.scripts)) return null;
  if ((await ports.accepted_script?.(manifest, script, scripts)) === true) return null;
  return { manifest, scripts };
}
