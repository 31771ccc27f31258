import type { RunId } from "../core/ids";
import type { PublicEvent } from "../engine/publicEvent";
import type { CliContext } from "./cliContext";
import { eventText } from "./eventText";
import { exitCodeOfRun } from "./exitCodes";
import { statusText } from "./statusText";

/**
 * Starts or resumes a run and tells what happens until it stops: one JSON event per line, or lines for a person.
 * Ctrl+C pauses it, so that it can be resumed.
 */
export async function followRun(context: CliContext, start: () => Promise<RunId>): Promise<void> {
  const { io, t } = context;
  const masterPlan = await context.open();
  const early: PublicEvent[] = [];
  let run: RunId | null = null;
  const print = (event: PublicEvent): void => {
    if (context.json()) io.out(`${JSON.stringify(event)}\n`);
    else {
      const line = eventText(event, t);
      if (line !== "") io.out(`${line}\n`);
    }
  };
  // Events may come before the call that starts the run has told its id.
  const listening = masterPlan.onEvent((event) => {
    if (run === null) early.push(event);
    else if (event.run === run) print(event);
  });
  const flags = { interrupted: false };
  const interrupt = io.onInterrupt(() => {
    if (flags.interrupted) return;
    flags.interrupted = true;
    if (run !== null) void pause(run);
  });
  const pause = async (id: RunId): Promise<void> => {
    io.err(`${t("Pausing; what is under way is kept")}\n`);
    try {
      await masterPlan.pause({ run: id });
    } catch (error) {
      // It may have stopped by itself in the same moment; then there is nothing to pause.
      io.err(`${error instanceof Error ? error.message : String(error)}\n`);
    }
  };
  try {
    const id = await start();
    run = id;
    for (const event of early) if (event.run === id) print(event);
    if (flags.interrupted) await pause(id);
    const { status, reason } = await masterPlan.settled({ run: id });
    const report = await masterPlan.status({ id });
    context.exit(exitCodeOfRun(status, reason, report.waiting));
    if (!context.json()) io.out(`\n${statusText(report, t, io.width).trimEnd()}\n`);
  } finally {
    listening.dispose();
    interrupt.dispose();
  }
}
