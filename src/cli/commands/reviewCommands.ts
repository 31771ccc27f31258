import type { Command } from "commander";
import { MasterPlanError } from "../../core/errors";
import type { RunId } from "../../core/ids";
import type { TaskOutcome, TaskParams } from "../../engine/personDecisions";
import { collect, numberList, runIdOf } from "../cliArguments";
import { type CliContext, show } from "../cliContext";
import { reviewText } from "../text/reviewText";
import { stateWord } from "../text/stateWords";
import { nextText } from "../text/statusText";

/** Decisions that only a person takes: on a change, on a task, on the gate of a phase. */
export function addReviewCommands(program: Command, context: CliContext): void {
  const { t } = context;
  program
    .command("review")
    .argument("<run>")
    .argument("<task>")
    .description(t("Accept a change, whole or in part, or send it back"))
    .option("--show", t("Show it, with the numbers of its hunks"))
    .option("--accept", t("Accept it"))
    .option("--reject", t("Send it back"))
    .option("--hunks <numbers>", t("Accept these hunks only"), numberList("--hunks"))
    .option("--keep-hunks <numbers>", t("Keep these hunks for the next attempt"), numberList("--keep-hunks"))
    .option("--protected <path>", t("Grant a protected file; may be repeated"), collect)
    .option("--waive <check>", t("Accept without this check; may be repeated"), collect)
    .option("--reason <text>", t("What should be different"))
    .option("--by <name>", t("Who decides"))
    .action(async (run: string, task: string, options: ReviewOptions) => {
      if (options.show === true) {
        const view = await (await context.open()).changeSet({ run: runIdOf(run), task });
        show(context, view, (value) => reviewText(value, t));
        return;
      }
      const accept = options.accept === true;
      if (accept === (options.reject === true)) throw usage(t("Give either --accept or --reject"));
      if (!accept && (options.reason ?? "").trim() === "") throw usage(t("Sending back needs --reason"));
      if (accept && options.keepHunks !== undefined)
        throw usage(t("--keep-hunks goes with --reject; use --hunks to accept some"));
      if (!accept && options.hunks !== undefined)
        throw usage(t("--hunks goes with --accept; use --keep-hunks to keep some"));
      const hunks = accept ? options.hunks : options.keepHunks;
      const decided = await (
        await context.open()
      ).review({
        run: runIdOf(run),
        task,
        decision: accept ? "accept" : "reject",
        ...(hunks === undefined ? {} : { hunks }),
        ...(options.reason === undefined ? {} : { reason: options.reason }),
        ...(options.protected === undefined ? {} : { protected_files: options.protected }),
        ...(options.waive === undefined ? {} : { waivers: options.waive }),
        ...(options.by === undefined ? {} : { by: options.by }),
      });
      await showDecision(context, runIdOf(run), decided, (value) => {
        if (!value.accepted) return t("Sent back");
        return value.commit === null ? t("Accepted") : t("Accepted as commit {0}", value.commit.slice(0, 10));
      });
    });
  addTaskCommand(program, context);
  program
    .command("gate")
    .argument("<run>")
    .argument("<phase>")
    .description(t("Decide the gate of a phase"))
    .option("--go", t("Open it"))
    .option("--no-go", t("Keep it closed"))
    .option("--reason <text>", t("Why"))
    .option("--by <name>", t("Who decides"))
    .action(async (run: string, phase: string, options: { go?: boolean; reason?: string; by?: string }) => {
      const { go, ...rest } = options;
      if (go === undefined) throw usage(t("Give either --go or --no-go"));
      if (!go && (rest.reason ?? "").trim() === "") throw usage(t("--no-go needs --reason"));
      const decided = await (await context.open()).gate({ run: runIdOf(run), phase, go, ...rest });
      await showDecision(context, runIdOf(run), decided, (value) => stateWord(value.status, t));
    });
}

/** What the decision came to, and for a person what comes next. */
async function showDecision<T>(
  context: CliContext,
  run: RunId,
  decided: T,
  human: (value: T) => string,
): Promise<void> {
  const next = context.json() ? "" : nextText(await (await context.open()).status({ id: run }), context.t);
  show(context, decided, (value) => `${human(value)}\n${next}`);
}

interface ReviewOptions {
  readonly show?: boolean;
  readonly accept?: boolean;
  readonly reject?: boolean;
  readonly hunks?: readonly number[];
  readonly keepHunks?: readonly number[];
  readonly protected?: readonly string[];
  readonly waive?: readonly string[];
  readonly reason?: string;
  readonly by?: string;
}

interface TaskOptions {
  readonly done?: boolean;
  readonly retry?: boolean;
  readonly skip?: boolean;
  readonly solution?: string;
  readonly fix?: boolean;
  readonly note?: string;
  readonly reason?: string;
  readonly by?: string;
}

function addTaskCommand(program: Command, context: CliContext): void {
  const { t } = context;
  program
    .command("task")
    .argument("<run>")
    .argument("<task>")
    .description(t("Decide on a manual, failed or blocked task"))
    .option("--done", t("It is done"))
    .option("--note <text>", t("What shows that it is done"))
    .option("--retry", t("Try again"))
    .option("--skip", t("Leave it out"))
    .option("--solution <id>", t("Apply a proposed solution"))
    .option("--fix", t("Open a folder with the last change, edit it, and take the result with --done"))
    .option("--reason <text>", t("Why"))
    .option("--by <name>", t("Who decides"))
    .action(async (run: string, task: string, options: TaskOptions) => {
      const action = actionOf(options, t);
      if (action === "skip" && (options.reason ?? "").trim() === "")
        throw usage(t("Skipping needs --reason"));
      const decided = await (
        await context.open()
      ).task({
        run: runIdOf(run),
        task,
        action,
        ...(options.note === undefined ? {} : { note: options.note }),
        ...(options.reason === undefined ? {} : { reason: options.reason }),
        ...(options.solution === undefined ? {} : { solution: options.solution }),
        ...(options.by === undefined ? {} : { by: options.by }),
      });
      await showDecision(context, runIdOf(run), decided, (value) =>
        [`${task}: ${stateWord(value.status, t)}`, ...fixText(value, t)].join("\n"),
      );
    });
}

/** Where a task is fixed by hand, and what lies there already; nothing for any other decision. */
function fixText(outcome: TaskOutcome, t: CliContext["t"]): readonly string[] {
  const { worktree, starts_with: starts = null, in_the_way: inTheWay = [] } = outcome;
  if (worktree === undefined) return [];
  const start =
    starts !== null
      ? t("It starts with the change of attempt {0}", starts)
      : inTheWay.length > 0
        ? t("It starts without the last change, which does not fit: {0}", inTheWay.join(", "))
        : t("It starts from the tree as it is");
  return [t("Mend it here: {0}", worktree), start];
}

function actionOf(options: TaskOptions, t: CliContext["t"]): TaskParams["action"] {
  const given = (["done", "retry", "skip", "solution", "fix"] as const).filter(
    (name) => options[name] !== undefined,
  );
  const [action] = given;
  if (action === undefined || given.length > 1) {
    throw usage(t("Give exactly one of --done, --retry, --skip, --solution and --fix"));
  }
  return action;
}

function usage(message: string): MasterPlanError {
  return new MasterPlanError("usage.invalid", message);
}
