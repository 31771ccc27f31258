import type { Evidence } from "../../core/validation/evidence";

/** A person's word as evidence: it names who said it and on what ground, and proves no criterion by machine. */
export function signOffEvidence(by: string, note: string | undefined): Evidence {
  return {
    check: "sign-off",
    layer: "gate",
    severity: "nice_to_have",
    status: "passed",
    summary: note === undefined || note.trim() === "" ? by : `${by}: ${note.trim()}`,
    duration_ms: 0,
  };
}
