import { blocks, type Evidence } from "../../core/validation/evidence";
import type { Store } from "../../ports/store";

const maxChars = 4_000;

/**
 * Evidence that sends an attempt back by itself. What could not be verified, and tests that were skipped or weakened on
 * purpose, are for a person to judge: the change goes to review and waits for a waiver there.
 */
export function failsAttempt(evidence: Evidence): boolean {
  return blocks(evidence) && evidence.status !== "not_verified" && evidence.layer !== "integrity";
}

/** The end of what a check printed; empty when nothing was kept. */
export async function outputTail(store: Pick<Store, "blob">, evidence: Evidence): Promise<string> {
  const bytes = evidence.output_hash === undefined ? null : await store.blob(evidence.output_hash);
  const output = bytes === null ? "" : new TextDecoder().decode(bytes).trim();
  return output.length > maxChars ? `...\n${output.slice(-maxChars)}` : output;
}

/** What the next attempt needs to know of a failure: the sentence, and the end of the output it came from. */
export async function feedbackText(store: Pick<Store, "blob">, broken: readonly Evidence[]): Promise<string> {
  const parts: string[] = [];
  for (const one of broken) {
    const tail = await outputTail(store, one);
    parts.push(tail === "" ? `${one.check}: ${one.summary}` : `${one.check}: ${one.summary}\n${tail}`);
  }
  return parts.join("\n\n");
}
