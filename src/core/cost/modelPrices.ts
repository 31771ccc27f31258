import type { ModelPrice } from "./callCost";

/**
 * List prices in US dollars per million tokens as they were known in the month that `version` names: an estimate of what
 * the provider will bill, never its bill. Prices in the settings override them.
 */
export const modelPrices: {
  readonly version: string;
  readonly prices: Readonly<Record<string, ModelPrice>>;
} = {
  version: "2025-08",
  prices: {
    "gpt-5": { input: 1.25, output: 10, cached: 0.125 },
    "gpt-5-mini": { input: 0.25, output: 2, cached: 0.025 },
    "gpt-5-nano": { input: 0.05, output: 0.4, cached: 0.005 },
    "gpt-4.1": { input: 2, output: 8, cached: 0.5 },
    "gpt-4.1-mini": { input: 0.4, output: 1.6, cached: 0.1 },
    "gpt-4.1-nano": { input: 0.1, output: 0.4, cached: 0.025 },
    "gpt-4o": { input: 2.5, output: 10, cached: 1.25 },
    "gpt-4o-mini": { input: 0.15, output: 0.6, cached: 0.075 },
    "o4-mini": { input: 1.1, output: 4.4, cached: 0.275 },
  },
};

const free: ModelPrice = { input: 0, output: 0, cached: 0 };

/**
 * The price of a model, or null when nobody knows it. A dated snapshot (`gpt-4o-2024-08-06`) and a routed name
 * (`openai/gpt-4o`) have the price of their family; a model on this machine costs nothing.
 */
export function priceOf(model: string, origin: string): ModelPrice | null {
  if (isLoopback(origin)) return free;
  const name = model.slice(model.lastIndexOf("/") + 1).replace(/-\d{4}-\d{2}-\d{2}$/u, "");
  return Object.hasOwn(modelPrices.prices, name) ? (modelPrices.prices[name] ?? null) : null;
}

export function isLoopback(origin: string): boolean {
  return /^https?:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/iu.test(origin);
}
