import { createSchemaCheck, type SchemaCheck } from "../../core/answer/schemaCheck";
import type { parseToolEdits } from "../../core/change/edit/parseToolEdits";
import { isEditTool } from "../../core/change/edit/parseToolEdits";
import type { JsonObject } from "../../core/json";
import { isMasterPlanError } from "../../core/errors";
import { err, ok, type Result } from "../../core/result";
import type { ToolCall } from "../../ports/languageModel";
import { adviseAt, AgentGuard, stopAt } from "./agentGuard";
import { applyAgentEdits, type AgentEdit, type AppliedEdits } from "./agentEdits";
import type { AgentOutcome, AgentRequest, AgentStep } from "./agentOutcome";
import { listFiles, readFile, searchText } from "./agentReads";
import { agentTools } from "./agentTools";

/** What a tool call came to: the text for the model, the step for a person, and the end of the attempt if it was one. */
export interface ToolResult {
  readonly text: string;
  readonly step: AgentStep;
  readonly finish?: Finish;
  /** The model goes in circles; the attempt ends. */
  readonly looped?: boolean;
}

export type Finish = Pick<AgentOutcome, "summary" | "decisions" | "surprises">;

type Args = Readonly<Record<string, unknown>>;
type Outcome = Result<
  { readonly text: string; readonly note: string; readonly subtask?: AgentStep["subtask"] },
  string
>;

/** Carries out tool calls in the attempt's files. Mistakes of the model become texts that say what to do instead. */
export class AgentToolbox {
  readonly touched = new Set<string>();
  readonly #request: AgentRequest;
  readonly #created = new Set<string>();
  readonly #guard = new AgentGuard();
  readonly #checks: ReadonlyMap<string, SchemaCheck>;

  constructor(request: AgentRequest) {
    this.#request = request;
    this.#checks = new Map(
      agentTools.map((tool) => [tool.name, createSchemaCheck(tool.parameters as JsonObject)]),
    );
  }

  async run(call: ToolCall): Promise<ToolResult> {
    const repeated = this.#guard.count(call.name, call.arguments);
    if (repeated >= adviseAt)
      return { ...this.#refused(call, repeatedText(repeated)), looped: repeated >= stopAt };
    const args = this.#parse(call);
    if (!args.ok) return this.#refused(call, args.error);
    if (call.name === "finish") return finished(args.value);
    const outcome = await this.#dispatch(call.name, args.value);
    if (!outcome.ok) return this.#refused(call, outcome.error);
    const { text, note, subtask } = outcome.value;
    return {
      text,
      step: { tool: call.name, text: note, ok: true, ...(subtask === undefined ? {} : { subtask }) },
    };
  }

  /** Edits that a model wrote as text; null when there are none. */
  applyText(text: string): Promise<Result<AppliedEdits, string> | null> {
    return this.#apply({ kind: "text", text });
  }

  async #apply(edit: AgentEdit): Promise<Result<AppliedEdits, string> | null> {
    const applied = await applyAgentEdits(this.#request, edit, [...this.#created]);
    if (applied?.ok !== true) return applied;
    for (const path of applied.value.paths) this.touched.add(path);
    for (const path of applied.value.created) this.#created.add(path);
    this.#guard.filesChanged();
    return applied;
  }

  #parse(call: ToolCall): Result<Args, string> {
    const check = this.#checks.get(call.name);
    if (check === undefined) {
      const names = agentTools.map((tool) => tool.name).join(", ");
      return err(`There is no tool ${call.name}. The tools are: ${names}`);
    }
    let value: unknown;
    try {
      value = call.arguments.trim() === "" ? {} : JSON.parse(call.arguments);
    } catch (error) {
      const reason = error instanceof Error ? error.message : "unreadable";
      return err(
        `The arguments of ${call.name} are not valid JSON (${reason}). Send the whole call again; for long texts prefer edit_file`,
      );
    }
    // Some models send a list as JSON inside a text; the editing tools read that themselves.
    const faults = check(value).filter(
      (fault) => !(call.name === "edit_file" && fault.pointer === "/edits" && fault.code === "answer.type"),
    );
    if (faults.length === 0) return ok(value as Args);
    const list = faults
      .map((fault) => `${fault.pointer === "" ? "arguments" : fault.pointer}: ${fault.message}`)
      .join("; ");
    return err(`Wrong arguments for ${call.name}: ${list}`);
  }

  async #dispatch(name: string, args: Args): Promise<Outcome> {
    const { files } = this.#request;
    if (isEditTool(name)) return this.#edit(name, args);
    switch (name) {
      case "list_files":
        return listFiles(files, args);
      case "read_file":
        return readFile(files, args as unknown as { readonly path: string });
      case "search_text":
        return searchText(files, args as unknown as { readonly query: string });
      case "run_check":
        return this.#check(args as unknown as { readonly check: string });
      default:
        return this.#subtask(args as unknown as NonNullable<AgentStep["subtask"]>);
    }
  }

  async #edit(name: Parameters<typeof parseToolEdits>[0], args: Args): Promise<Outcome> {
    const applied = await this.#apply({ kind: "tool", tool: name, args });
    if (applied === null) return err("The call holds no edit");
    if (!applied.ok) return applied;
    const paths = applied.value.paths.join(", ");
    const outside = applied.value.outOfScope.join(", ");
    const warning =
      outside === "" ? "" : `. Outside the task's file scope, a person must allow it by name: ${outside}`;
    return ok({ text: `Done: ${paths}${warning}`, note: paths });
  }

  async #check({ check }: { readonly check: string }): Promise<Outcome> {
    const { checks, runCheck, signal } = this.#request;
    if (!checks.includes(check)) {
      const names = checks.length === 0 ? "This workspace has none" : `There are: ${checks.join(", ")}`;
      return err(`There is no check ${check}. ${names}`);
    }
    try {
      const evidence = await runCheck(check, signal);
      const counts =
        evidence.counts === undefined
          ? ""
          : ` (${evidence.counts.passed} of ${evidence.counts.total} passed)`;
      const output = evidence.output === undefined || evidence.output === "" ? "" : `\n${evidence.output}`;
      return ok({
        text: `${check}: ${evidence.status}${counts}. ${evidence.summary}${output}`,
        note: `${check}: ${evidence.status}`,
      });
    } catch (error) {
      if (isMasterPlanError(error) && error.code !== "cancelled")
        return err(`${check} could not run: ${error.message}`);
      throw error;
    }
  }

  #subtask(subtask: NonNullable<AgentStep["subtask"]>): Outcome {
    const known = (this.#request.task.subtasks ?? []).map((one) => one.subtask_id);
    if (!known.includes(subtask.subtask_id)) {
      return err(
        `There is no subtask ${subtask.subtask_id}. ${known.length === 0 ? "This task has none" : `There are: ${known.join(", ")}`}`,
      );
    }
    const { subtask_id, status } = subtask;
    return ok({ text: "Noted", note: `${subtask_id}: ${status}`, subtask: { subtask_id, status } });
  }

  #refused(call: ToolCall, text: string): ToolResult {
    return { text: `Error: ${text}`, step: { tool: call.name, text: firstLine(text), ok: false } };
  }
}

function finished(args: Args): ToolResult {
  const { summary, decisions, surprises } = args as unknown as Pick<Finish, "summary"> & Partial<Finish>;
  const finish = { summary: summary.trim(), decisions: decisions ?? [], surprises: surprises ?? [] };
  return {
    text: "The attempt is over",
    step: { tool: "finish", text: firstLine(finish.summary), ok: true },
    finish,
  };
}

function repeatedText(count: number): string {
  return `You made this same call ${count} times and nothing has changed since. Do something else: read another place, edit, run a check, or call finish and say what is in the way`;
}

function firstLine(text: string): string {
  const line = text.split("\n", 1)[0] ?? "";
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
