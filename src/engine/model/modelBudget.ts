import {
  createBudget,
  isNearLimit,
  leftOf,
  reserve,
  settle,
  type Budget,
  type BudgetRefusal,
} from "../../core/cost/budget";
import type { Result } from "../../core/result";
import { ok } from "../../core/result";

/**
 * The money of one run (or of planning), shared by all its model clients. Reserving and settling are synchronous, so
 * parallel calls cannot both take the last dollar.
 */
export class BudgetLedger {
  #budget: Budget;

  constructor(limitUsd: number | null, spentUsd = 0) {
    this.#budget = createBudget(limitUsd, spentUsd);
  }

  /** Another limit from now on; what was spent stays spent. */
  limitTo(limitUsd: number | null): void {
    this.#budget = { ...this.#budget, limit_usd: limitUsd };
  }

  get limitUsd(): number | null {
    return this.#budget.limit_usd;
  }

  get spentUsd(): number {
    return this.#budget.spent_usd;
  }

  get leftUsd(): number {
    return leftOf(this.#budget);
  }

  /** From 80 % of the limit on. */
  get nearLimit(): boolean {
    return isNearLimit(this.#budget);
  }

  /** A person raised or removed the limit; what is spent stays spent. */
  setLimit(limitUsd: number | null): void {
    this.#budget = { ...this.#budget, limit_usd: limitUsd };
  }

  reserve(call: string, usd: number): Result<null, BudgetRefusal> {
    const next = reserve(this.#budget, call, usd);
    if (!next.ok) return next;
    this.#budget = next.value;
    return ok(null);
  }

  settle(call: string, usd: number): void {
    this.#budget = settle(this.#budget, call, usd);
  }
}
