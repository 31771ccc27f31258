import { isMasterPlanError, MasterPlanError } from "../../core/errors";

/** Retries after the first request of one logical call. */
export const maxRetries = 3;

/** A provider may ask for a longer wait; then the task waits, and no promise sleeps through it. */
const longestSleepMs = 60_000;
const longestBackoffMs = 30_000;

export type RetryDecision =
  | { readonly kind: "retry"; readonly delayMs: number }
  | { readonly kind: "waitUntil"; readonly at: number }
  | { readonly kind: "fail" };

/**
 * What to do after request number `attempt` (from 0) failed. Full jitter: `fraction` (0 to 1) of a doubling limit, but
 * never earlier than the provider said.
 */
export function decideRetry(
  error: MasterPlanError,
  attempt: number,
  fraction: number,
  now: number,
): RetryDecision {
  if (error.details["retryable"] !== true) return { kind: "fail" };
  const retryAt = error.details["retry_at"];
  const told = typeof retryAt === "number" ? Math.max(0, retryAt - now) : 0;
  if (told > longestSleepMs) return { kind: "waitUntil", at: now + told };
  if (attempt >= maxRetries) return { kind: "fail" };
  return {
    kind: "retry",
    delayMs: Math.max(told, fraction * Math.min(longestBackoffMs, 1000 * 2 ** attempt)),
  };
}

/** A number from 0 to 1 out of the random part of a ULID, so that randomness has one source. */
export function fractionOf(ulid: string): number {
  const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  let value = 0;
  for (const char of ulid.slice(-6)) value = value * 32 + Math.max(0, alphabet.indexOf(char));
  return value / 32 ** 6;
}

export function cancelledError(): MasterPlanError {
  return new MasterPlanError("cancelled", "The model call was cancelled");
}

/** What an adapter threw, as one of our errors; a foreign error is a bug of the adapter and says so. */
export function asModelError(error: unknown, signal: AbortSignal): MasterPlanError {
  if (signal.aborted) return cancelledError();
  if (isMasterPlanError(error)) return error;
  return new MasterPlanError("internal", "The language model adapter failed in an unexpected way", {
    cause: error,
  });
}
