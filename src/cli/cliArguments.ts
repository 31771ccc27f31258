import { MasterPlanError } from "../core/errors";
import { isPlanId, isRunId, type PlanId, type RunId } from "../core/ids";

/** Arguments as the person wrote them, parsed once; each refuses with `usage.invalid` and says what it expected. */
export function planIdOf(text: string): PlanId {
  if (isPlanId(text)) return text;
  throw new MasterPlanError("plan.unknown", `${text} is no plan id; expected d_ and 26 characters`, {
    hint: "See the plans: masterplan list",
  });
}

export function runIdOf(text: string): RunId {
  if (isRunId(text)) return text;
  throw new MasterPlanError("run.unknown", `${text} is no run id; expected r_ and 26 characters`, {
    hint: "See the runs: masterplan list",
  });
}

/** Refuses what looks like the id of a run and is none, which would else be taken for a plan. */
export function checkSubject(text: string): void {
  if (text.startsWith("r_")) runIdOf(text);
}

export function wholeNumber(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1) return value;
    throw new MasterPlanError("usage.invalid", `${option} is ${text}; expected a whole number from 1`);
  };
}

export function amount(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
    throw new MasterPlanError("usage.invalid", `${option} is ${text}; expected a number from 0`);
  };
}

/** `1,3` and `1-3`. */
export function numberList(option: string): (text: string) => readonly number[] {
  return (text) =>
    text.split(",").flatMap((part) => {
      const match = /^\s*(\d+)(?:-(\d+))?\s*$/u.exec(part);
      const first = Number(match?.[1]);
      const last = match?.[2] === undefined ? first : Number(match[2]);
      if (match === null || first < 1 || last < first || last - first > 10_000) {
        throw new MasterPlanError("usage.invalid", `${option} is ${text}; expected numbers such as 1,3`);
      }
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
}

/** `30d`, `12h`, `90m`: milliseconds. */
export function duration(option: string): (text: string) => number {
  const units = { m: 60_000, h: 3_600_000, d: 86_400_000 };
  return (text) => {
    const match = /^(\d+)\s*([mhd])$/u.exec(text.trim());
    if (match !== null) return Number(match[1]) * units[match[2] as keyof typeof units];
    throw new MasterPlanError(
      "usage.invalid",
      `${option} is ${text}; expected a time such as 30d, 12h or 90m`,
    );
  };
}

/** An option that may be given several times. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
