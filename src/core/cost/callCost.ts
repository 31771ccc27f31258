/** US dollars per million tokens. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  /** Input tokens that the provider had in its cache. */
  readonly cached: number;
}

export interface TokenCount {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cached_tokens: number;
}

/** Dollars for a call. Cached tokens are part of the input tokens and are charged at their own price. */
export function costOf(tokens: TokenCount, price: ModelPrice): number {
  const cached = Math.min(tokens.cached_tokens, tokens.input_tokens);
  const fresh = tokens.input_tokens - cached;
  return (fresh * price.input + cached * price.cached + tokens.output_tokens * price.output) / 1e6;
}

/**
 * Tokens of a text, guessed high: three characters of Latin text or one of any other script make a token. Reservations
 * must not be too small, so the guess errs upward.
 */
export function estimateTokens(text: string): number {
  let wide = 0;
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0x2ff) wide += 1;
  return Math.ceil((text.length - wide) / 3) + wide;
}

/** Sums of calls, for reports and for the cache share. */
export interface CacheStatistics {
  readonly calls: number;
  readonly input_tokens: number;
  readonly cached_tokens: number;
  /** 0 to 1; 0 without any input. */
  readonly hit_rate: number;
}

export function cacheStatistics(calls: readonly TokenCount[]): CacheStatistics {
  const input = calls.reduce((sum, call) => sum + call.input_tokens, 0);
  const cached = calls.reduce((sum, call) => sum + Math.min(call.cached_tokens, call.input_tokens), 0);
  return {
    calls: calls.length,
    input_tokens: input,
    cached_tokens: cached,
    hit_rate: input === 0 ? 0 : cached / input,
  };
}
