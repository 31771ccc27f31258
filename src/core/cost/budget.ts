import { err, ok, type Result } from "../result";

/** Money that a run may spend and what is bound or gone already. Amounts are US dollars. Immutable. */
export interface Budget {
  /** null: no limit. */
  readonly limit_usd: number | null;
  readonly spent_usd: number;
  /** Open reservations by call id; a call that never settles stays charged in full. */
  readonly reserved: ReadonlyMap<string, number>;
}

export interface BudgetRefusal {
  readonly kind: "exceeded" | "alreadyReserved";
  readonly needed_usd: number;
  readonly left_usd: number;
}

export function createBudget(limitUsd: number | null, spentUsd = 0): Budget {
  return { limit_usd: limitUsd, spent_usd: spentUsd, reserved: new Map() };
}

/** What is neither spent nor bound; infinite without a limit, never below zero. */
export function leftOf(budget: Budget): number {
  if (budget.limit_usd === null) return Infinity;
  return Math.max(0, budget.limit_usd - budget.spent_usd - reservedOf(budget));
}

export function reservedOf(budget: Budget): number {
  let sum = 0;
  for (const amount of budget.reserved.values()) sum += amount;
  return sum;
}

/** Binds `usd` for one call. Refused when what is left is less, so that parallel calls cannot overrun together. */
export function reserve(budget: Budget, call: string, usd: number): Result<Budget, BudgetRefusal> {
  const left = leftOf(budget);
  if (budget.reserved.has(call)) return err({ kind: "alreadyReserved", needed_usd: usd, left_usd: left });
  if (usd > left) return err({ kind: "exceeded", needed_usd: usd, left_usd: left });
  return ok({ ...budget, reserved: new Map(budget.reserved).set(call, usd) });
}

/** Ends a reservation with what the call really cost. A call that was not reserved is charged all the same. */
export function settle(budget: Budget, call: string, usd: number): Budget {
  const reserved = new Map(budget.reserved);
  reserved.delete(call);
  return { ...budget, spent_usd: budget.spent_usd + usd, reserved };
}

/** True from 80 % of the limit on, bound money included. */
export function isNearLimit(budget: Budget): boolean {
  if (budget.limit_usd === null) return false;
  return budget.spent_usd + reservedOf(budget) >= budget.limit_usd * 0.8;
}
