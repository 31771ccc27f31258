import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createBudget, isNearLimit, leftOf, reserve, settle } from "../../../../src/core/cost/budget";
import { cacheStatistics, costOf, estimateTokens } from "../../../../src/core/cost/callCost";
import { priceOf } from "../../../../src/core/cost/modelPrices";

describe("budget", () => {
  test("MODEL-6 no schedule of parallel calls spends more than the limit, if no call costs more than it reserved", () => {
    const call = fc.record({
      reserve: fc.double({ min: 0, max: 2, noNaN: true }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      open: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(call, { maxLength: 40 }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        (plan, limit) => {
          let budget = createBudget(limit);
          const open: { readonly id: string; readonly usd: number }[] = [];
          plan.forEach((one, index) => {
            const reserved = reserve(budget, `c${index}`, one.reserve);
            if (reserved.ok) {
              budget = reserved.value;
              open.push({ id: `c${index}`, usd: one.reserve * one.share });
            }
            const first = one.open ? undefined : open.shift();
            if (first !== undefined) budget = settle(budget, first.id, first.usd);
          });
          for (const one of open) budget = settle(budget, one.id, one.usd);
          expect(budget.spent_usd).toBeLessThanOrEqual(limit + 1e-9);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("what is open counts as spent, and a call reserves once", () => {
    const once = reserve(createBudget(1), "a", 0.7);
    if (!once.ok) throw new Error("refused");
    expect(leftOf(once.value)).toBeCloseTo(0.3);
    expect(isNearLimit(once.value)).toBe(false);
    expect(reserve(once.value, "b", 0.4)).toMatchObject({ ok: false, error: { kind: "exceeded" } });
    expect(reserve(once.value, "a", 0.1)).toMatchObject({ ok: false, error: { kind: "alreadyReserved" } });
    expect(isNearLimit(settle(once.value, "a", 0.85))).toBe(true);
  });

  test("cached tokens have their own price", () => {
    const price = { input: 2, output: 8, cached: 0.5 };
    expect(costOf({ input_tokens: 1_000_000, output_tokens: 0, cached_tokens: 400_000 }, price)).toBeCloseTo(
      1.4,
    );
    expect(costOf({ input_tokens: 100, output_tokens: 0, cached_tokens: 900 }, price)).toBeCloseTo(0.00005);
  });

  test("prices follow snapshots, routed names and the own machine", () => {
    expect(priceOf("gpt-4o-2024-08-06", "https://api.openai.com")).toEqual(
      priceOf("openai/gpt-4o", "https://openrouter.ai"),
    );
    expect(priceOf("llama3", "http://127.0.0.1:11434")).toEqual({ input: 0, output: 0, cached: 0 });
    expect(priceOf("llama3", "https://somewhere.example")).toBeNull();
    expect(priceOf("constructor", "https://somewhere.example")).toBeNull();
  });

  test("estimates err upward and statistics add up", () => {
    expect(estimateTokens("abcdef")).toBe(2);
    expect(estimateTokens("漢字")).toBe(2);
    const calls = [
      { input_tokens: 100, output_tokens: 1, cached_tokens: 50 },
      { input_tokens: 100, output_tokens: 1, cached_tokens: 100 },
    ];
    expect(cacheStatistics(calls)).toEqual({
      calls: 2,
      input_tokens: 200,
      cached_tokens: 150,
      hit_rate: 0.75,
    });
    expect(cacheStatistics([]).hit_rate).toBe(0);
  });
});
