import type { JsonObject } from "../json";

/** A question to the person before planning, with the reason that is shown beside it. */
export interface DiscoveryQuestion {
  readonly id: string;
  readonly category: string;
  readonly question: string;
  readonly why_we_ask: string;
  readonly options?: readonly string[];
  readonly examples?: readonly string[];
  readonly format?: string;
}

/** Answers by question id, as a person or a file gives them. */
export type DiscoveryAnswers = JsonObject;
