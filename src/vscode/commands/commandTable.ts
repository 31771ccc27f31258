import type { CommandId } from "./commandIds";

export type CommandHandler = (argument: unknown) => Promise<unknown>;

/** One handler per command; a command without one does not compile. */
export type CommandTable = Record<CommandId, CommandHandler>;
