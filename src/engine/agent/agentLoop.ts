import { estimateTokens } from "../../core/cost/callCost";
import { isMasterPlanError, MasterPlanError } from "../../core/errors";
import { err, ok, type Result } from "../../core/result";
import type { ModelMessage, ToolCall } from "../../ports/languageModel";
import type { AgentOutcome, AgentRequest } from "./agentOutcome";
import { readRequested } from "./agentText";
import { AgentToolbox, type Finish } from "./agentToolbox";
import { agentTools } from "./agentTools";
import type { ChatAnswer } from "../model/modelExchange";
import { agentPrompt } from "../prompts/agentPrompt";

export type { AgentFeedback, AgentOutcome, AgentRequest, AgentStep } from "./agentOutcome";

/** Answers without a tool call or an edit that are put up with. */
const mostIdle = 2;
/** Answers cut by the model's own length limit that are put up with. */
const mostCut = 2;

/**
 * Lets a model carry out one task in the attempt's own files. Failures: `model.*`, `model.stepsExceeded` when the
 * rounds are used up, `model.looped` when the model goes in circles, `cancelled`. What was written until then stays in
 * the files.
 */
export async function runAgent(request: AgentRequest): Promise<Result<AgentOutcome, MasterPlanError>> {
  try {
    return await new AgentLoop(request).run();
  } catch (error) {
    if (request.signal.aborted) return err(cancelled());
    if (isMasterPlanError(error)) return err(error);
    throw error;
  }
}

class AgentLoop {
  readonly #request: AgentRequest;
  readonly #toolbox: AgentToolbox;
  #mode: "tools" | "text";
  #messages: ModelMessage[];
  #steps = 0;
  #idle = 0;
  #cut = 0;
  #compacted = false;

  constructor(request: AgentRequest) {
    this.#request = request;
    this.#toolbox = new AgentToolbox(request);
    this.#mode = request.client.info.supports_tools === false ? "text" : "tools";
    this.#messages = agentPrompt({ ...request, mode: this.#mode });
  }

  async run(): Promise<Result<AgentOutcome, MasterPlanError>> {
    while (this.#steps < this.#request.maxSteps) {
      if (this.#request.signal.aborted) return err(cancelled());
      this.#shrinkToFit();
      const answer = await this.#chat();
      if (!answer.ok) {
        if (this.#canGoOn(answer.error)) continue;
        return answer;
      }
      this.#steps += 1;
      const end = await this.#take(answer.value);
      if (end !== null) return end;
    }
    return err(stepsExceeded(this.#request.maxSteps));
  }

  #chat(): Promise<Result<ChatAnswer, MasterPlanError>> {
    const { client, task, planHash, feedback, signal } = this.#request;
    return client.chat(
      {
        messages: this.#messages,
        purpose: "task",
        task_id: task.task_id,
        has_feedback: feedback.length > 0,
        cache_key: planHash,
        ...(this.#mode === "tools" ? { tools: agentTools } : {}),
      },
      signal,
    );
  }

  /** A server without tool calling gets the same task in text; a full context loses its oldest results once. */
  #canGoOn(error: MasterPlanError): boolean {
    const refusesTools = this.#mode === "tools" && this.#steps === 0 && error.details["about"] === "tools";
    if (refusesTools) {
      this.#mode = "text";
      this.#messages = agentPrompt({ ...this.#request, mode: "text" });
      return true;
    }
    if (error.code !== "model.contextTooLong" || this.#compacted) return false;
    this.#compacted = true;
    return this.#dropOldResults();
  }

  async #take(answer: ChatAnswer): Promise<Result<AgentOutcome, MasterPlanError> | null> {
    if (answer.finish === "length") return this.#takeCut();
    if (answer.tool_calls.length > 0) return this.#takeCalls(answer);
    return this.#takeText(answer);
  }

  #takeCut(): Result<AgentOutcome, MasterPlanError> | null {
    this.#cut += 1;
    if (this.#cut > mostCut) {
      const message = `The model's answers for ${this.#request.task.task_id} were cut by its length limit ${this.#cut} times`;
      return err(
        new MasterPlanError("model.truncated", message, {
          hint: "Split the task, or choose a model with longer answers",
          details: { finish: "length" },
        }),
      );
    }
    this.#say(
      "Your answer was cut by the length limit and nothing of it was used. Do less per answer: one file or a few edits at a time.",
    );
    return null;
  }

  async #takeCalls(answer: ChatAnswer): Promise<Result<AgentOutcome, MasterPlanError> | null> {
    this.#idle = 0;
    const calls = withUniqueIds(answer.tool_calls, this.#messages);
    this.#messages.push({ role: "assistant", content: answer.text, tool_calls: calls });
    for (const call of calls) {
      if (this.#request.signal.aborted) return err(cancelled());
      const result = await this.#toolbox.run(call);
      await this.#request.onStep(result.step);
      if (result.finish !== undefined) return ok(this.#outcome(result.finish));
      if (result.looped === true) return err(looped(call.name));
      this.#messages.push({ role: "tool", tool_call_id: call.id, content: result.text });
    }
    return null;
  }

  async #takeText(answer: ChatAnswer): Promise<Result<AgentOutcome, MasterPlanError> | null> {
    this.#messages.push({ role: "assistant", content: answer.text });
    if (this.#mode === "text") {
      const wanted = await readRequested(this.#request.files, answer.text);
      if (wanted !== null) {
        await this.#request.onStep({ tool: "read_file", text: wanted.paths.join(", "), ok: true });
        this.#say(wanted.text);
        return null;
      }
    }
    const applied = await this.#toolbox.applyText(answer.text);
    if (applied === null) return this.#takeIdle(answer.text);
    if (!applied.ok) {
      await this.#request.onStep({ tool: "text", text: applied.error.split("\n", 1)[0] ?? "", ok: false });
      this.#say(
        `Nothing was changed, because an edit does not apply:\n${applied.error}\nSend all the edits again, corrected.`,
      );
      return null;
    }
    const { paths } = applied.value;
    await this.#request.onStep({ tool: "text", text: paths.join(", "), ok: true });
    if (this.#mode === "text") return ok(this.#outcome(finishOf(answer.text, paths)));
    this.#say(`Applied: ${paths.join(", ")}. Go on, or call finish.`);
    return null;
  }

  #takeIdle(text: string): Result<AgentOutcome, MasterPlanError> | null {
    this.#idle += 1;
    if (this.#idle <= mostIdle) {
      this.#say(
        this.#mode === "tools"
          ? "That was no tool call. Go on with the tools, or call finish."
          : "No edit was found in your answer. Write the edits in one of the forms you were given.",
      );
      return null;
    }
    const touched = [...this.#toolbox.touched];
    if (touched.length > 0) return ok(this.#outcome(finishOf(text, touched)));
    const message = `The model answered ${this.#idle} times for ${this.#request.task.task_id} without a tool call or an edit`;
    return err(
      new MasterPlanError("model.badAnswer", message, {
        hint: "Try again, or choose a model that can call tools",
      }),
    );
  }

  #outcome(finish: Finish): AgentOutcome {
    return {
      ...finish,
      touched: [...this.#toolbox.touched].sort(),
      steps: this.#steps,
      recorded: this.#request.client.info.recorded,
    };
  }

  #say(content: string): void {
    this.#messages.push({ role: "user", content });
  }

  #shrinkToFit(): void {
    const limit = this.#request.client.info.max_input_tokens;
    if (limit === undefined) return;
    const size = this.#messages.reduce((sum, message) => sum + estimateTokens(message.content), 0);
    if (size > limit * 0.8) this.#dropOldResults();
  }

  /** Empties all but the latest tool results; instructions and the task itself are never cut. */
  #dropOldResults(): boolean {
    const results = this.#messages.filter(
      (message) => message.role === "tool" && message.content.length > 200,
    );
    const old = new Set<ModelMessage>(results.slice(0, -3));
    if (old.size === 0) return false;
    this.#messages = this.#messages.map((message) =>
      old.has(message)
        ? { ...message, content: "(left out to save space; call the tool again if you need it)" }
        : message,
    );
    return true;
  }
}

/** Some servers number the calls of every answer from the same start; results must find their own call. */
function withUniqueIds(calls: readonly ToolCall[], messages: readonly ModelMessage[]): ToolCall[] {
  const used = new Set(
    messages.flatMap((message) => (message.role === "tool" ? [message.tool_call_id] : [])),
  );
  return calls.map((call) => {
    let id = call.id;
    for (let suffix = 2; used.has(id); suffix += 1) id = `${call.id}_${suffix}`;
    used.add(id);
    return { ...call, id };
  });
}

/** The plain words of an answer that carried its edits as text. */
function finishOf(text: string, paths: readonly string[]): Finish {
  const words = text.split(/^(?:```|<{5,}|\*\*\* Begin Patch|--- |diff --git)/mu, 1)[0] ?? "";
  const lines = words
    .split("\n")
    .filter((line) => !paths.includes(line.trim().replace(/^[`*#\s]+|[`*:\s]+$/gu, "")));
  const summary = lines.join("\n").trim();
  return {
    summary: summary === "" ? `Changed ${paths.join(", ")}` : summary.slice(0, 4000),
    decisions: [],
    surprises: [],
  };
}

function cancelled(): MasterPlanError {
  return new MasterPlanError("cancelled", "The attempt was cancelled");
}

function looped(tool: string): MasterPlanError {
  return new MasterPlanError(
    "model.looped",
    `The model kept repeating the same ${tool} call without changing anything`,
    {
      hint: "What it wrote until then is kept in the attempt. Say what is missing, or choose another model",
    },
  );
}

function stepsExceeded(maxSteps: number): MasterPlanError {
  return new MasterPlanError(
    "model.stepsExceeded",
    `The task was not finished within ${maxSteps} model answers`,
    {
      hint: "Split the task, or raise masterplan.execution.maxSteps",
    },
  );
}
