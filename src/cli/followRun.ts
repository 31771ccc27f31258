import type { RunId } from "../core/ids";
import type { PublicEvent } from "../engine/publicEvent";
import type { CliContext } from "./cliContext";
import { eventText } from "./text/eventText";
import { exitCodeOfRun } from "./exitCodes";
import { statusText } from "./text/statusText";

/**
 * Starts or resumes a run and tells what happens until it stops: one JSON event per line, or lines for a person.
 * Ctrl+C pauses it as soon as what runs has come to its end, a second one at once; either way it can be resumed.
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
  const flags = { interrupts: 0 };
  const interrupt = io.onInterrupt(() => {
    flags.interrupts += 1;
    if (run !== null && flags.interrupts <= 2) void pause(run, flags.interrupts === 2);
  });
  const pause = async (id: RunId, now: boolean): Promise<void> => {
    const text = now
      ? t("Stopping what runs")
      : t("Pausing as soon as what runs has come to its end. Ctrl+C again stops it at once");
    io.err(`${text}\n`);
    try {
      await masterPlan.pause({ run: id, ...(now && { now }) });
    } catch (error) {
      // It may have stopped by itself in the same moment; then there is nothing to pause.
      io.err(`${error instanceof Error ? error.message : String(error)}\n`);
    }
  };
  try {
    const id = await start();
    run = id;
    for (const event of early) if (event.run === id) print(event);
    if (flags.interrupts > 0) await pause(id, flags.interrupts > 1);
    const { status, reason } = await masterPlan.settled({ run: id });
    const report = await masterPlan.status({ id });
    context.exit(exitCodeOfRun(status, reason, report.waiting));
    if (!context.json()) io.out(`\n${statusText(report, t, io.width).trimEnd()}\n`);
  } finally {
    listening.dispose();
    interrupt.dispose();
  }
}
