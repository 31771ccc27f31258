import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import canonicalize from "canonicalize";
import { MasterPlanError } from "../errors";
import type { Plan } from "./plan";

/** SHA-256 (hex) of the RFC 8785 form of a plan's content: what an approval names. */
export function planHash(plan: Plan): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalPlan(plan))));
}

/** The RFC 8785 (JCS) text of a plan's content. */
export function canonicalPlan(plan: Plan): string {
  const text = canonicalize(plan);
  if (text === undefined) throw new MasterPlanError("internal", "The plan has no canonical form");
  return text;
}
