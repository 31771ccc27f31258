import type { AnswerFault } from "../../core/answer/answerFault";
import { createSchemaCheck } from "../../core/answer/schemaCheck";
import type { JsonObject } from "../../core/json";
import { err, ok, type Result } from "../../core/result";

/** Replies of a model, kept in a file and given again to the same questions. */
export interface Recording {
  readonly schema_version: 1;
  /** Shown instead of a model's name. */
  readonly label: string;
  readonly replies: readonly RecordedReply[];
}

/** Answers to one kind of call. A structured answer has one turn; the carrying out of a task has one per round. */
export interface RecordedReply {
  readonly purpose: string;
  /** Name of the structured answer, where one is asked for. */
  readonly schema?: string;
  readonly task_id?: string;
  /** Given only when earlier attempts left feedback, or only when they did not; either way when left out. */
  readonly feedback?: boolean;
  /** Text that the call must hold, so that nobody gets the answer to another question. */
  readonly when_contains?: string;
  readonly turns: readonly RecordedTurn[];
}

export interface RecordedTurn {
  readonly text?: string;
  /** A structured answer as JSON, instead of its text. */
  readonly json?: JsonObject;
  readonly tool_calls?: readonly { readonly name: string; readonly arguments: JsonObject }[];
}

const text = { type: "string" };
const recordingSchema: JsonObject = {
  type: "object",
  required: ["schema_version", "label", "replies"],
  properties: {
    schema_version: { const: 1 },
    label: text,
    replies: {
      type: "array",
      items: {
        type: "object",
        required: ["purpose", "turns"],
        properties: {
          purpose: text,
          schema: text,
          task_id: text,
          feedback: { type: "boolean" },
          when_contains: text,
          turns: {
            type: "array",
            minItems: 1,
            items: {
              type: "object",
              properties: {
                text,
                json: { type: "object" },
                tool_calls: {
                  type: "array",
                  items: {
                    type: "object",
                    required: ["name", "arguments"],
                    properties: { name: text, arguments: { type: "object" } },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
};

const check = createSchemaCheck(recordingSchema);

export function parseRecording(value: unknown): Result<Recording, readonly AnswerFault[]> {
  const faults = check(value);
  return faults.length > 0 ? err(faults) : ok(value as Recording);
}

/** What a reply is found by. */
export interface RecordedQuestion {
  readonly purpose: string;
  readonly schema: string | null;
  readonly task_id: string | null;
  readonly feedback: boolean;
  /** Everything the call says, joined. */
  readonly said: string;
  /** Answers the model has given in this conversation already. */
  readonly turn: number;
}

/** The recorded turn for a question, or null when nothing was recorded for it. */
export function findTurn(recording: Recording, question: RecordedQuestion): RecordedTurn | null {
  const reply = recording.replies.find(
    (one) =>
      one.purpose === question.purpose &&
      (one.schema ?? null) === question.schema &&
      (one.task_id ?? null) === question.task_id &&
      (one.feedback === undefined || one.feedback === question.feedback) &&
      (one.when_contains === undefined || question.said.includes(one.when_contains)),
  );
  return reply?.turns[question.turn] ?? null;
}
