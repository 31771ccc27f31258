import type { MasterPlanError } from "../../core/errors";
import type { DiscoveryDocument } from "../../core/discovery/discoveryDocument";
import type { DiscoveryAnswers, DiscoveryQuestion } from "../../core/discovery/discoveryQuestions";
import type { ParsedPlan } from "../../core/plan/parsePlan";
import type { ClaimedState, Phase, Plan } from "../../core/plan/plan";
import { ok, type Result } from "../../core/result";
import type { ModelMessage } from "../../ports/languageModel";
import type { AnswerSchema, ModelClient } from "../model/modelExchange";
import { discoveryAnswer, phaseAnswer, planAnswer, questionsAnswer } from "./plannerAnswers";
import type { WorkspaceFacts } from "./plannerFacts";
import {
  discoveryPrompt,
  outlinePrompt,
  phasePrompt,
  planPrompt,
  questionsPrompt,
  type PlanPromptSource,
} from "../prompts/plannerPrompts";

/** Turns a request into a plan with a model's help. Stores nothing: what it returns is whole and valid, or an error. */
export interface Planner {
  draft(request: PlanDraftRequest, signal: AbortSignal): Promise<Result<PlanDraft, MasterPlanError>>;
}

export interface PlanDraftRequest {
  readonly request: string;
  readonly facts: WorkspaceFacts;
  /** Answers to earlier questions, by question id. Without them the first draft asks. */
  readonly answers?: DiscoveryAnswers;
  /** Plan at once, without questions and without a discovery document. */
  readonly noDiscovery?: boolean;
}

export type PlanDraft =
  | { readonly kind: "questions"; readonly questions: readonly DiscoveryQuestion[] }
  | {
      readonly kind: "plan";
      readonly plan: Plan;
      readonly claimed: ClaimedState | null;
      readonly discovery: DiscoveryDocument | null;
      readonly recorded: boolean;
    };

export interface PlannerOptions {
  readonly client: ModelClient;
}

export function createPlanner({ client }: PlannerOptions): Planner {
  return { draft: (request, signal) => new Drafting(client, request, signal).run() };
}

/** One draft from request to plan. */
class Drafting {
  readonly #client: ModelClient;
  readonly #request: PlanDraftRequest;
  readonly #signal: AbortSignal;

  constructor(client: ModelClient, request: PlanDraftRequest, signal: AbortSignal) {
    this.#client = client;
    this.#request = request;
    this.#signal = signal;
  }

  async run(): Promise<Result<PlanDraft, MasterPlanError>> {
    const { request, facts, answers, noDiscovery } = this.#request;
    if (noDiscovery === true) return this.#plan(null);
    if (answers === undefined) {
      const asked = await this.#ask("discovery", questionsPrompt(request, facts), questionsAnswer);
      if (!asked.ok) return asked;
      if (asked.value.length > 0) return ok({ kind: "questions", questions: asked.value });
    }
    const discovery = await this.#ask(
      "discovery",
      discoveryPrompt(request, facts, answers ?? {}),
      discoveryAnswer,
    );
    return discovery.ok ? this.#plan(discovery.value) : discovery;
  }

  async #plan(discovery: DiscoveryDocument | null): Promise<Result<PlanDraft, MasterPlanError>> {
    const { request, facts, answers } = this.#request;
    const source = { request, facts, discovery, answers: answers ?? null };
    const whole = await this.#ask("plan", planPrompt(source), planAnswer("masterplan"));
    const isTooLong =
      !whole.ok && whole.error.code === "model.truncated" && whole.error.details["finish"] === "length";
    const parsed = isTooLong ? await this.#inParts(source) : whole;
    if (!parsed.ok) return parsed;
    const plan = { ...parsed.value.plan, user_request_original: request };
    return ok({ kind: "plan", plan, claimed: null, discovery, recorded: this.#client.info.recorded });
  }

  /** Outline first, then each phase by itself; the parts are checked together as one plan. */
  async #inParts(source: PlanPromptSource): Promise<Result<ParsedPlan, MasterPlanError>> {
    const outline = await this.#ask("plan", outlinePrompt(source), planAnswer("masterplan_outline"));
    if (!outline.ok) return outline;
    const phases: Phase[] = [];
    for (const planned of outline.value.plan.phases) {
      const messages = phasePrompt(source, outline.value.plan, planned.phase_id);
      const others = outline.value.plan.phases.map(
        (phase) => phases.find((done) => done.phase_id === phase.phase_id) ?? phase,
      );
      const phase = await this.#ask(
        "plan",
        messages,
        phaseAnswer(outline.value.plan, others, planned.phase_id),
      );
      if (!phase.ok) return phase;
      phases.push(phase.value);
    }
    return ok({ plan: { ...outline.value.plan, phases }, claimed: null });
  }

  async #ask<T>(
    purpose: "discovery" | "plan",
    messages: readonly ModelMessage[],
    answer: AnswerSchema<T>,
  ): Promise<Result<T, MasterPlanError>> {
    const result = await this.#client.ask({ messages, purpose, answer }, this.#signal);
    return result.ok ? ok(result.value.value) : result;
  }
}
