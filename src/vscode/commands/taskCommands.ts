import * as vscode from "vscode";
import { MasterPlanError } from "../../core/errors";
import type { RunId } from "../../core/ids";
import type { Task } from "../../core/plan/plan";
import type { Translate } from "../../core/translate";
import type { MasterPlan } from "../../engine/masterPlan";
import type { TaskReport } from "../../engine/runReports";
import type { TaskParams } from "../../engine/personDecisions";
import type { CommandTable } from "./commandTable";
import { openChangeDiff } from "../pages/diffDocuments";
import { planInHand, runInHand, type HostContext } from "../hostContext";
import { statusWord } from "../sidebar/statusWords";
import { openReviewPanel } from "../pages/reviewPanel";
import { taskOf } from "./runCommands";
import { noteProblem } from "./signOffNote";
import { taskDocument } from "../documents/taskDocument";

interface TaskInHand {
  readonly masterPlan: MasterPlan;
  readonly run: RunId;
  readonly task: string;
}

/** Commands on one task: from the tree they know which, from the palette they ask. */
export function taskCommands(context: HostContext): Partial<CommandTable> {
  const { translate } = context;
  const act = async (
    argument: unknown,
    statuses: readonly string[],
    action: TaskParams["action"],
    more: Partial<TaskParams> = {},
  ) => {
    const found = await taskInHand(context, argument, statuses);
    if (found !== null) await found.masterPlan.task({ run: found.run, task: found.task, action, ...more });
  };
  return {
    reviewTask: async (argument) => {
      const found = await taskInHand(context, argument, ["in_review"]);
      if (found !== null) openReviewPanel(await context.pages(), found.run, found.task);
    },
    openChanges: async (argument) => {
      const found = await taskInHand(context, argument, ["in_review", "done", "failed"]);
      if (found === null) return;
      const view = await found.masterPlan.changeSet({ run: found.run, task: found.task });
      await openChangeDiff({
        run: found.run,
        task: found.task,
        change: view.change,
        title: `${found.task} ${view.title}`,
      });
    },
    acceptTask: async (argument) => {
      const found = await taskInHand(context, argument, ["in_review"]);
      if (found === null) return;
      const view = await found.masterPlan.changeSet({ run: found.run, task: found.task });
      await found.masterPlan.review({
        run: found.run,
        task: found.task,
        decision: "accept",
        change_hash: view.change.hash,
      });
    },
    sendBackTask: async (argument) => {
      const found = await taskInHand(context, argument, ["in_review"]);
      if (found === null) return;
      const reason = await vscode.window.showInputBox({
        title: translate("Send {0} back", found.task),
        prompt: translate("What is wrong? The next attempt works from this"),
        ignoreFocusOut: true,
      });
      if (reason !== undefined && reason.trim() !== "") {
        await found.masterPlan.review({ run: found.run, task: found.task, decision: "reject", reason });
      }
    },
    taskDone: async (argument) => {
      const found = await taskInHand(context, argument, ["in_progress", "claimed"]);
      if (found === null) return;
      const report = await reportOf(found);
      const note = await vscode.window.showInputBox({
        title: translate("Sign off {0}", found.task),
        validateInput: (text) => noteProblem(text, report, translate),
        prompt: translate("What shows that it is done? This is recorded as your word"),
        ignoreFocusOut: true,
      });
      if (note === undefined) return;
      const { run, task } = found;
      const { status } = await found.masterPlan.task({ run, task, action: "done", note });
      // What is accepted by name only is looked at before it lands.
      if (status === "in_review") openReviewPanel(await context.pages(), run, task);
    },
    retryTask: (argument) => act(argument, ["failed", "blocked", "skipped"], "retry"),
    fixTask: async (argument) => {
      const found = await taskInHand(context, argument, ["failed", "blocked", "skipped"]);
      if (found !== null) await fixByHand(found, translate);
    },
    openFix: async (argument) => {
      const found = await taskInHand(context, argument, ["in_progress"], isFix);
      const folder = found === null ? undefined : (await reportOf(found))?.worktree;
      if (folder !== undefined) await openFolder(folder);
    },
    skipTask: async (argument) => {
      const found = await taskInHand(context, argument, [
        "pending",
        "failed",
        "blocked",
        "in_review",
        "in_progress",
      ]);
      if (found === null) return;
      const reason = await vscode.window.showInputBox({
        title: translate("Skip {0}", found.task),
        prompt: translate("Why is it left out? The reason stays in the record"),
      });
      if (reason !== undefined && reason.trim() !== "") {
        await found.masterPlan.task({ run: found.run, task: found.task, action: "skip", reason });
      }
    },
    rollbackTask: async (argument) => {
      const found = await taskInHand(context, argument, ["done"]);
      if (found === null) return;
      const { commits } = await found.masterPlan.rollback({
        run: found.run,
        task: found.task,
        dry_run: true,
      });
      const roll = translate("Roll back");
      const chosen = await vscode.window.showWarningMessage(
        translate("Roll back {0}?", found.task),
        {
          modal: true,
          detail: translate(
            "A new commit undoes {0}. Nothing else is touched, and it can be undone again.",
            commits.map((sha) => sha.slice(0, 10)).join(", "),
          ),
        },
        roll,
      );
      if (chosen === roll) await found.masterPlan.rollback({ run: found.run, task: found.task });
    },
    showTask: async (argument) => {
      const { snapshot } = await planInHand(context);
      const id = taskOf(argument) ?? (await askTask([...snapshot.tasks.values()], translate));
      if (id === null) return;
      const task = snapshot.tasks.get(id);
      if (task === undefined) throw new MasterPlanError("task.unknown", `There is no task ${id}`);
      if (task.report.status === "in_review" && snapshot.run !== null) {
        openReviewPanel(await context.pages(), snapshot.run, task.spec.task_id);
        return;
      }
      await context.texts.show(`${id}.md`, async () => {
        const latest = (await context.snapshot())?.tasks.get(id) ?? task;
        return taskDocument(latest.spec, latest.report, translate);
      });
    },
  };
}

/** Says where the task is mended and with what it starts; the folder opens on a word, in a window of its own. */
async function fixByHand({ masterPlan, run, task }: TaskInHand, translate: Translate): Promise<void> {
  const place = await masterPlan.task({ run, task, action: "fix" });
  const { worktree, starts_with: starts = null, in_the_way: inTheWay = [] } = place;
  if (worktree === undefined) return;
  const how =
    starts !== null
      ? translate("{0}: the folder to mend it in starts with the change of attempt {1}", task, starts)
      : inTheWay.length > 0
        ? translate(
            "{0}: the folder to mend it in starts without the last change, which does not fit: {1}",
            task,
            inTheWay.join(", "),
          )
        : translate("{0}: the folder to mend it in starts from the tree as it is", task);
  const open = translate("Open the folder");
  const text = `${how}. ${translate("Sign the task off here when it is mended")}`;
  // The task is theirs already; the message may stay as long as it likes.
  void vscode.window.showInformationMessage(text, open).then(async (chosen) => {
    if (chosen === open) await openFolder(worktree);
  });
}

async function openFolder(folder: string): Promise<void> {
  await vscode.commands.executeCommand("vscode.openFolder", vscode.Uri.file(folder), {
    forceNewWindow: true,
  });
}

function isFix(report: TaskReport): boolean {
  return report.worktree !== undefined;
}

async function reportOf({ masterPlan, run, task }: TaskInHand): Promise<TaskReport | undefined> {
  return (await masterPlan.status({ id: run })).tasks.find((report) => report.task_id === task);
}

async function taskInHand(
  context: HostContext,
  argument: unknown,
  statuses: readonly string[],
  fits: (report: TaskReport) => boolean = () => true,
): Promise<TaskInHand | null> {
  const { masterPlan, run, snapshot } = await runInHand(context);
  const named = taskOf(argument);
  if (named !== null) return { masterPlan, run, task: named };
  const fitting = [...snapshot.tasks.values()].filter(
    ({ report }) => statuses.includes(report.status) && fits(report),
  );
  if (fitting.length === 0) {
    throw new MasterPlanError("task.unknown", "No task of the plan in hand is in a state for this", {
      hint: "Look at the plan view for what waits",
    });
  }
  const only = fitting[0];
  if (fitting.length === 1 && only !== undefined) return { masterPlan, run, task: only.spec.task_id };
  const task = await askTask(fitting, context.translate);
  return task === null ? null : { masterPlan, run, task };
}

async function askTask(
  tasks: readonly { readonly spec: Task; readonly report: TaskReport }[],
  translate: Translate,
): Promise<string | null> {
  const chosen = await vscode.window.showQuickPick(
    tasks.map(({ spec, report }) => ({
      label: spec.task_id,
      description: spec.title,
      detail: statusWord(report.status, translate),
    })),
    { title: translate("Which task?"), matchOnDescription: true },
  );
  return chosen?.label ?? null;
}
