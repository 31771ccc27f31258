import type { Translate } from "../core/translate";
import type { MasterPlan } from "../engine/masterPlan";
import type { CliIo } from "./cliIo";
import type { ExitCode } from "./exitCodes";

/** A person's word for opening a store that can only be read otherwise. */
export interface OpenHow {
  readonly takeOver?: boolean;
  readonly acceptLoss?: boolean;
}

/** What every command works with. The engine is opened on first use, so that usage errors cost nothing. */
export interface CliContext {
  readonly io: CliIo;
  readonly t: Translate;
  readonly language: "en" | "es";
  readonly json: () => boolean;
  readonly open: (how?: OpenHow) => Promise<MasterPlan>;
  /** Sets how the process ends; 0 when a command never calls it. */
  readonly exit: (code: ExitCode) => void;
}

/** Prints the result: one JSON document with `--json`, else what `human` makes of it. */
export function show<T>(context: CliContext, value: T, human: (value: T) => string): void {
  const text = context.json() ? JSON.stringify(value, null, 2) : human(value).trimEnd();
  if (text !== "") context.io.out(`${text}\n`);
}
