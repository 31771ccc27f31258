import * as vscode from "vscode";
import { MasterPlanError } from "../../core/errors";
import { openEnds, type BranchEnd } from "../../core/run/branchEnd";
import { finishedAlready } from "../../engine/run/finishBranch";
import type { WaitingItem } from "../../engine/runReports";
import type { CommandTable } from "./commandTable";
import { openRun, planInHand, runInHand, takeInHand, type HostContext } from "../hostContext";
import { openPlanPanel } from "../pages/planPanel";
import { openReviewPanel } from "../pages/reviewPanel";

/** Commands that start, stop and look at runs. */
export function runCommands(context: HostContext): Partial<CommandTable> {
  const { translate } = context;
  return {
    runPlan: async (argument) => {
      const { masterPlan, snapshot } = await planInHand(context);
      const standing = snapshot.listing.approvals
        .filter(
          (one) =>
            one.plan_id === snapshot.row.id &&
            one.voided_at === null &&
            one.version === snapshot.row.current_version,
        )
        .at(-1);
      // Without an approval the draft's own id goes to the gate, which refuses it and says why.
      const approval = typeof argument === "string" ? argument : (standing?.id ?? snapshot.row.id);
      const started = await masterPlan.run({ approval });
      await openPlanPanel(await context.pages(), snapshot.row.id);
      return started;
    },
    pauseRun: async () => {
      const { masterPlan, run } = await openRun(context);
      await vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Notification,
          title: translate("Pausing as soon as what runs has come to its end; cancel to stop it at once"),
          cancellable: true,
        },
        async (_progress, token) => {
          const now = new Promise<void>((resolve, reject) => {
            token.onCancellationRequested(() => masterPlan.pause({ run, now: true }).then(resolve, reject));
          });
          // Whoever is first: the end of what runs, or the word to stop it.
          await Promise.race([masterPlan.pause({ run }), now]);
        },
      );
    },
    resumeRun: async () => {
      const { masterPlan, run } = await openRun(context);
      await masterPlan.resume({ run });
    },
    cancelRun: async () => {
      const { masterPlan, run, status } = await openRun(context);
      const cancel = translate("Cancel the run");
      const chosen = await vscode.window.showWarningMessage(
        translate("Cancel the run of {0}?", status.title),
        {
          modal: true,
          detail: translate("What was committed stays. Tasks that are not done are cancelled."),
        },
        cancel,
      );
      if (chosen === cancel) await masterPlan.cancel({ run });
    },
    finishBranch: () => finishBranch(context),
    showReport: async () => openPlanPanel(await context.pages(), (await runInHand(context)).snapshot.row.id),
    showLog: async () => {
      const masterPlan = await context.roots.current();
      const run = (await context.snapshot())?.run ?? null;
      if (masterPlan === null || run === null) {
        context.channel.show(true);
        return;
      }
      await context.texts.show(`${run}.log`, async () =>
        (await masterPlan.log({ run })).map((event) => JSON.stringify(event)).join("\n"),
      );
    },
    showOutput: async () => {
      await Promise.resolve();
      context.output.reveal();
    },
    showTranscript: async (argument) => {
      const { masterPlan, snapshot } = await planInHand(context);
      const task = taskOf(argument);
      const text = await masterPlan.transcript({
        plan: snapshot.row.id,
        ...(snapshot.run !== null && { run: snapshot.run }),
        ...(task !== null && { task }),
      });
      if (text === null)
        void vscode.window.showInformationMessage(translate("Nothing was sent to a model yet"));
      else await context.texts.show(`${task ?? snapshot.row.id}.transcript.md`, () => text);
    },
    openWaiting: (argument) => openWaiting(context, argument),
    gateGo: (argument) => decideGate(context, argument, true),
    gateNoGo: (argument) => decideGate(context, argument, false),
    panicOn: async () => {
      await (await context.roots.masterPlan()).panic({ on: true });
      void vscode.window.showWarningMessage(
        translate("Panic mode is on: everything has stopped and nothing can start"),
      );
    },
    panicOff: async () => {
      await (await context.roots.masterPlan()).panic({ on: false });
    },
  };
}

/**
 * Opens the right thing for something that waits; without an argument, the most urgent one. Its plan is put in hand
 * first: what the person does next is about it.
 */
export async function openWaiting(context: HostContext, argument: unknown): Promise<void> {
  const { snapshot } = await planInHand(context);
  const item = isWaiting(argument) ? argument : snapshot.waiting[0];
  if (item !== undefined) await takeInHand(context, item.plan);
  const pages = await context.pages();
  if (item?.kind === "review" && item.run !== null && item.task !== undefined) {
    openReviewPanel(pages, item.run, item.task);
    return;
  }
  if (
    item?.kind === "manual" ||
    item?.kind === "failed" ||
    item?.kind === "blocked" ||
    item?.kind === "unknown_outcome"
  ) {
    await vscode.commands.executeCommand("masterplan.showTask", { kind: "task", task: item.task });
    return;
  }
  await openPlanPanel(pages, item?.plan ?? snapshot.row.id);
}

async function decideGate(context: HostContext, argument: unknown, go: boolean): Promise<void> {
  const { translate } = context;
  const { masterPlan, run, snapshot } = await runInHand(context);
  const gates = snapshot.status.waiting.filter((item) => item.kind === "gate");
  const phase = phaseOf(argument) ?? gates[0]?.phase;
  if (phase === undefined) throw new MasterPlanError("review.notOpen", "No phase waits for a decision");
  const criteria = gates.find((item) => item.phase === phase)?.criteria ?? [];
  if (go && criteria.length > 0 && !(await confirmCriteria(context, criteria))) return;
  const reason = go
    ? undefined
    : await vscode.window.showInputBox({
        title: translate("NO-GO"),
        prompt: translate("Why? The run pauses with this reason"),
        validateInput: (text) => (text.trim() === "" ? translate("Say why") : undefined),
      });
  if (!go && reason === undefined) return;
  await masterPlan.gate({ run, phase, go, ...(reason !== undefined && { reason }) });
}

/** Nobody says GO to criteria they have not seen, from the palette either. */
async function confirmCriteria({ translate }: HostContext, criteria: readonly string[]): Promise<boolean> {
  const go = translate("Go");
  const answer = await vscode.window.showInformationMessage(
    translate("Everything is carried out. Confirm what no check proves:"),
    { modal: true, detail: criteria.map((one) => `• ${one}`).join("\n") },
    go,
  );
  return answer === go;
}

async function finishBranch(context: HostContext): Promise<void> {
  const { translate } = context;
  const { masterPlan, run, snapshot } = await runInHand(context);
  const branch = snapshot.status.branch ?? "";
  const open = openEnds(snapshot.status.branch_end ?? null);
  if (open.length === 0) throw finishedAlready(branch, run);
  const words: Readonly<Record<BranchEnd, readonly [label: string, detail: string]>> = {
    merge: [translate("Merge"), translate("Merge {0} into the branch the run started from", branch)],
    squash: [translate("Squash"), translate("One commit with everything on the branch the run started from")],
    keep: [translate("Keep"), translate("Go back to the old branch and keep {0}", branch)],
    drop: [translate("Drop"), translate("Go back to the old branch and delete {0}", branch)],
  };
  const chosen = await vscode.window.showQuickPick(
    open.map((how) => {
      const [label, detail] = words[how];
      return { label, detail, how };
    }),
    { title: translate("What becomes of the run's branch?") },
  );
  if (chosen === undefined) return;
  if (chosen.how === "drop") {
    const sure = await vscode.window.showWarningMessage(
      translate("Delete {0} with its commits?", branch),
      { modal: true },
      translate("Drop"),
    );
    if (sure === undefined) return;
  }
  await masterPlan.finishBranch({ run, how: chosen.how });
}

export function taskOf(argument: unknown): string | null {
  if (typeof argument === "string") return argument;
  if (typeof argument !== "object" || argument === null || !("task" in argument)) return null;
  return typeof argument.task === "string" ? argument.task : null;
}

export function phaseOf(argument: unknown): string | null {
  if (typeof argument !== "object" || argument === null || !("phase" in argument)) return null;
  const { phase } = argument;
  if (typeof phase === "string") return phase;
  return typeof phase === "object" &&
    phase !== null &&
    "phase_id" in phase &&
    typeof phase.phase_id === "string"
    ? phase.phase_id
    : null;
}

function isWaiting(value: unknown): value is WaitingItem {
  return typeof value === "object" && value !== null && "kind" in value && "plan" in value && "text" in value;
}
