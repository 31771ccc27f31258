import type { Argv } from "../../core/plan/plan";
import {
  sameScripts,
  scriptOf,
  scriptTexts,
  scriptsLine,
  type CheckScripts,
} from "../../core/validation/checkScripts";
import { commandScripts, flatScripts, runsScripts } from "../../core/validation/commandScripts";
import type { DetectedCheck } from "../../core/validation/evidence";
import type { ValidationPorts } from "./validationInput";

/** A check or command whose script is not the approved one in the files at hand. */
export interface HeldScript {
  readonly manifest: string;
  readonly scripts: CheckScripts;
}

/**
 * Null when the check may run: the script behind it is the approved one, or one that a person accepted by name. A script
 * that is gone may be called, too: nothing runs, and the check fails.
 */
export async function heldCheck(ports: ValidationPorts, check: DetectedCheck): Promise<HeldScript | null> {
  const place = scriptOf(check.source);
  // A run that began before scripts were kept with its checks goes on as it began.
  if (place === null || check.scripts === undefined) return null;
  const { manifest, script } = place;
  if (manifest === "package.json") return heldVector(ports, check.command, check.scripts);
  const file = await ports.files.read(manifest);
  const scripts = scriptTexts(file === null ? undefined : new TextDecoder().decode(file.bytes), script);
  if (scripts[script] === undefined || sameScripts(scripts, check.scripts)) return null;
  if ((await ports.accepted_script?.(manifest, script, scripts)) === true) return null;
  return { manifest, scripts };
}

/** The same for a vector of the plan, which names its scripts only by words. */
export async function heldCommand(ports: ValidationPorts, argv: Argv): Promise<HeldScript | null> {
  if (!runsScripts(argv)) return null;
  const approved = ports.approved_scripts?.(argv) ?? null;
  return approved === null ? null : heldVector(ports, argv, approved);
}

async function heldVector(
  ports: ValidationPorts,
  argv: Argv,
  approved: CheckScripts,
): Promise<HeldScript | null> {
  const listed = await ports.files.list({ glob: "**/package.json", limit: maxManifests });
  // The root's own manifest counts even where the tree says that git is to ignore it.
  const paths = [...new Set(["package.json", ...listed.paths])];
  const texts = new Map<string, string>();
  const decoder = new TextDecoder();
  for (const path of paths) {
    const file = await ports.files.read(path);
    if (file !== null) texts.set(path, decoder.decode(file.bytes));
  }
  const found = commandScripts({ files: paths, read: (path) => texts.get(path) }, argv);
  for (const one of found) {
    const { manifest, script, scripts } = one;
    if (Object.entries(flatScripts([one])).every(([name, text]) => approved[name] === text)) continue;
    if ((await ports.accepted_script?.(manifest, script, scripts)) !== true) return { manifest, scripts };
  }
  return null;
}

const maxManifests = 2_000;

/** What is said of it, as evidence: not run and not passed. */
export interface HeldFinding {
  readonly status: "not_verified";
  readonly summary: string;
  /** The change itself brings the script, so that accepting its manifest by name lets it run. */
  readonly held?: true;
}

export function heldFinding(ports: ValidationPorts, { manifest, scripts }: HeldScript): HeldFinding {
  const text = scriptsLine(scripts);
  if (ports.change?.files.some((file) => file.path === manifest) === true) {
    const summary = ports.translate(
      "Not run: {0} has another script than the approved one. Once you accept that file by name, it runs before anything lands: {1}",
      manifest,
      text,
    );
    return { status: "not_verified", summary, held: true };
  }
  const summary = ports.translate(
    "Not run: {0} has another script than the approved one, and no accepted change brought it: {1}",
    manifest,
    text,
  );
  return { status: "not_verified", summary };
}
