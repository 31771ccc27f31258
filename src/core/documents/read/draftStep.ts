import type { DraftStep } from "./draft";

/** A step of which the document gives a title and a place, and nothing else. */
export function draftStep(title: string, line: number): DraftStep {
  return {
    title,
    description: "",
    parallel: false,
    optional: false,
    state: undefined,
    labels: [],
    commands: [],
    children: [],
    boxed: false,
    checkbox: false,
    line,
  };
}
