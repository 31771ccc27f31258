/** One thing wrong with a model's answer. `pointer` is an RFC 6901 JSON pointer, `""` for the answer as a whole. */
export interface AnswerFault {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}
