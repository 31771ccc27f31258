import { readFileSync } from "node:fs";
import path from "node:path";
import {
  demand,
  saidIn,
  ScriptFailure,
  turnOf,
  type Responder,
  type WireAnswer,
  type WireRequest,
} from "./scriptedModelServer";

/** The request that the sample script answers; any other fails the test. */
export const sampleRequest = "Add priorities and CSV export";

export interface SampleScriptOptions {
  /** A person's reason that the second attempt at a task must be told, by task id. */
  readonly rejections?: Readonly<Record<string, string>>;
  /** Questions to ask before planning, and the answers that the plan request must then hold. */
  readonly questions?: readonly unknown[];
  readonly demandedAnswers?: readonly string[];
  /** Tokens to report per call. */
  readonly usage?: WireAnswer["usage"];
}

interface Turn {
  readonly text?: string;
  readonly json?: unknown;
  readonly tool_calls?: readonly { readonly name: string; readonly arguments: unknown }[];
}

interface Reply {
  readonly schema?: string;
  readonly task_id?: string;
  readonly feedback?: boolean;
  readonly turns: readonly Turn[];
}

interface PlannedTask {
  readonly task_id: string;
  readonly title: string;
  readonly acceptance_criteria: readonly { readonly id: string; readonly text: string }[];
}

const recordingFile = path.join(import.meta.dirname, "../../media/sample/recording.json");

/**
 * Answers the sample request over HTTP with what the sample's recording holds: a plan of five tasks, each carried out
 * by tool calls. Every request is checked for what it must tell the model; a lack fails the test.
 */
export function sampleResponder(options: SampleScriptOptions = {}): Responder {
  const { replies } = JSON.parse(readFileSync(recordingFile, "utf8")) as {
    readonly replies: readonly Reply[];
  };
  const plan = replies.find((reply) => reply.schema === "masterplan")?.turns[0]?.json as {
    readonly phases: readonly unknown[];
  };
  const tasks = tasksIn(plan);
  return (request) => {
    const turn =
      request.body.tools === undefined
        ? structuredTurn(request, replies, options)
        : taskTurn(request, replies, tasks, options);
    return answerOf(turn, options);
  };
}

function structuredTurn(request: WireRequest, replies: readonly Reply[], options: SampleScriptOptions): Turn {
  const name = schemaNameOf(request);
  demand(request, sampleRequest);
  if (name === "discovery_questions" && options.questions !== undefined)
    return { json: { questions: options.questions } };
  if (name !== "discovery_questions") demand(request, ...(options.demandedAnswers ?? []));
  const found = replies.find((reply) => reply.schema === name)?.turns[0];
  if (found === undefined) throw new ScriptFailure(`The script holds no answer ${name}`);
  return found;
}

/** The name is in the response format, or in the text for a server that was asked in a simpler form. */
function schemaNameOf(request: WireRequest): string {
  const inText = /Answer with one JSON object named (\w+)/u.exec(saidIn(request))?.[1];
  return request.body.response_format?.json_schema?.name ?? inText ?? "without a name";
}

function taskTurn(
  request: WireRequest,
  replies: readonly Reply[],
  tasks: readonly PlannedTask[],
  options: SampleScriptOptions,
): Turn {
  const said = saidIn(request);
  const taskId = /^# Task (\S+): /mu.exec(said)?.[1] ?? "";
  const task = tasks.find((one) => one.task_id === taskId);
  if (task === undefined)
    throw new ScriptFailure(`The request names no task of the plan: ${JSON.stringify(taskId)}`);
  demand(
    request,
    `# Task ${task.task_id}: ${task.title}`,
    ...task.acceptance_criteria.map((criterion) => criterion.text),
  );
  const hasFeedback = said.includes("## Feedback on earlier attempts");
  const reason = options.rejections?.[taskId];
  if (hasFeedback && reason !== undefined) demand(request, reason);
  const reply = replies.find(
    (one) => one.task_id === taskId && (one.feedback === undefined || one.feedback === hasFeedback),
  );
  const turn = reply?.turns[turnOf(request)];
  if (turn === undefined)
    throw new ScriptFailure(`The script holds no turn ${turnOf(request) + 1} for ${taskId}`);
  return turn;
}

function answerOf(turn: Turn, options: SampleScriptOptions): WireAnswer {
  return {
    ...(turn.json === undefined ? {} : { text: JSON.stringify(turn.json) }),
    ...(turn.text === undefined ? {} : { text: turn.text }),
    ...(turn.tool_calls === undefined ? {} : { tool_calls: turn.tool_calls }),
    ...(options.usage === undefined ? {} : { usage: options.usage }),
  };
}

function tasksIn(node: unknown): PlannedTask[] {
  if (Array.isArray(node)) return node.flatMap(tasksIn);
  if (typeof node !== "object" || node === null) return [];
  if ("task_id" in node) return [node as PlannedTask];
  return Object.values(node).flatMap(tasksIn);
}
