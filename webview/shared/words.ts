import type { CommonLabel } from "../../src/protocol/commonLabels";
import { createTranslate } from "../../src/core/translate";

/** Looks a label up and fills in its arguments. */
export type Words<Label extends string> = (label: Label, ...args: readonly (string | number)[]) => string;

export function createWords<Label extends string>(labels: Readonly<Record<Label, string>>): Words<Label> {
  return createTranslate(labels);
}

/** `1 task`, `8 tasks`: picks between a label's `.one` and `.other`. */
export function counted<Base extends string>(
  words: Words<`${Base}.one` | `${Base}.other`>,
  base: Base,
  count: number,
): string {
  return count === 1 ? words(`${base}.one`) : words(`${base}.other`, count);
}

/** Minutes as people say them: `25 min`, `1 h 10 min`. */
export function duration(words: Words<CommonLabel>, minutes: number): string {
  const whole = Math.round(minutes);
  return whole < 60 ? words("minutes", whole) : words("hours", Math.floor(whole / 60), whole % 60);
}

/** A span of milliseconds; seconds only below a minute. */
export function elapsed(words: Words<CommonLabel>, ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return seconds < 60 ? words("seconds", seconds) : duration(words, Math.floor(seconds / 60));
}

/** US dollars with two decimals, and more of them for amounts that two would round to nothing. */
export function money(usd: number): string {
  const digits = usd > 0 && usd < 0.01 ? 4 : 2;
  return `$${usd.toFixed(digits)}`;
}
