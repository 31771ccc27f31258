/**
 * Tests a regular expression that somebody else wrote against a text, off the caller's thread: a pattern that
 * backtracks for ever is ended, and only its own question stays without an answer.
 */
export interface PatternMatcher {
  /** JavaScript syntax with the flags `mu`. `line` is 1-based, of the first match. Never rejects. */
  match(pattern: string, text: string, signal: AbortSignal): Promise<PatternMatch>;
}

export type PatternMatch =
  | { readonly status: "found"; readonly line: number }
  | { readonly status: "absent" }
  | { readonly status: "invalid"; readonly message: string }
  | { readonly status: "timed_out" };
