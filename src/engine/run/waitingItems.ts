import type { PlanId } from "../../core/ids";
import { tasksOf, type Plan } from "../../core/plan/plan";
import { attemptInHands } from "../../core/run/attemptInHands";
import type { Attempt, Run, TaskState } from "../../core/run/run";
import { waitsAfterStop } from "../attempt/commandReceipt";
import type { RunWaiting } from "../../core/run/runEvent";
import { isFinished } from "../../core/run/transitions";
import { createTranslate, type Translate } from "../../core/translate";
import type { WaitingItem } from "../runReports";

/** What only a person can move on, most urgent first; the sidebar, the badge and `status` show exactly this list. */
export function waitingItems(run: Run, plan: Plan, translate: Translate): readonly WaitingItem[] {
  if (isFinished(run.status)) return [];
  const titles = new Map(tasksOf(plan).map(({ task }) => [task.task_id, task]));
  const base = { run: run.id, plan: run.plan_id };
  const items: WaitingItem[] = [];
  if (run.status === "paused") items.push({ ...base, kind: "interrupted", text: pausedText(run, translate) });
  for (const task of run.tasks.values()) {
    const title = titles.get(task.task_id)?.title ?? "";
    const item = waitsAfterStop(run, task)
      ? stoppedItem(task, title, translate)
      : taskItem(task, title, attemptInHands(run, task), translate);
    if (item !== null) items.push({ ...base, task: task.task_id, ...item });
  }
  for (const phase of run.phases.values()) {
    if (phase.status === "completed" || (phase.gate !== "waiting" && phase.gate !== "no_go")) continue;
    if (phase.gate === "no_go" && isAtNoGo(run)) continue;
    const name = plan.phases.find((one) => one.phase_id === phase.phase_id)?.name ?? phase.phase_id;
    const text =
      phase.gate === "waiting"
        ? translate("Phase {0} is done: say GO or NO-GO", name)
        : translate(
            "Phase {0} is at NO-GO: {1}. Resume to check it again, or say GO",
            name,
            translate(phase.reason ?? ""),
          );
    items.push({ ...base, kind: "gate", phase: phase.phase_id, text });
  }
  const end = endItem(run, translate);
  if (end !== null) items.push({ ...base, ...end });
  return items;
}

/** The same for the run's own record, which keeps no language but English. */
export function runWaiting(run: Run, plan: Plan): readonly RunWaiting[] {
  return waitingItems({ ...run, status: "waiting" }, plan, createTranslate({})).map(
    ({ kind, task, phase, text }) => ({
      kind,
      ...(task !== undefined && { task }),
      ...(phase !== undefined && { phase }),
      text,
    }),
  );
}

/** The end of the run asks for a person's word. It is decided like the gate of a phase, by the plan's own id. */
function endItem(
  run: Run,
  translate: Translate,
): Pick<WaitingItem, "kind" | "phase" | "text" | "criteria"> | null {
  const { end } = run;
  if (end === null || (end.state !== "waiting" && end.state !== "no_go")) return null;
  if (end.state === "no_go" && isAtNoGo(run)) return null;
  const shown = end.open.slice(0, 3).join("; ");
  const more = end.open.length - 3;
  const what = more > 0 ? translate("{0}; and {1} more", shown, more) : shown;
  const text =
    end.state === "waiting"
      ? translate("Everything is carried out. Confirm what no check proves, then say GO or NO-GO: {0}", what)
      : translate(
          "The plan is at NO-GO: {0}. Resume to be asked again, or say GO",
          translate(end.reason ?? ""),
        );
  return { kind: "gate", phase: run.plan_id, text, ...(end.state === "waiting" && { criteria: end.open }) };
}

/** The pause names the NO-GO already. */
function isAtNoGo(run: Run): boolean {
  return run.status === "paused" && run.reason?.startsWith("gate: ") === true;
}

/** Drafts that wait for approval; only the plan in hand asks for attention. */
export function approvalItem(plan: PlanId, title: string, translate: Translate): WaitingItem {
  return { kind: "approval", run: null, plan, text: translate("Approve {0}", title) };
}

function pausedText(run: Run, translate: Translate): string {
  switch (run.reason) {
    case "interrupted":
      return translate("The run was interrupted; nothing that was finished is lost. Resume it or cancel it");
    case "panic":
      return translate("Panic mode stopped the run. Turn it off, then resume");
    case "head_moved":
      return translate("HEAD moved under the run. Resume to go on from the new commit");
    case "budget":
      return translate("The budget is used up. Raise it, then resume");
    case null:
    case "user":
      return translate("The run is paused. Resume it when you are ready");
    default:
      if (run.reason.startsWith("until ")) {
        return translate("Phase {0} is completed, as asked. Resume to go on", run.reason.slice(6));
      }
      if (run.reason.startsWith("gate: ")) {
        return translate("NO-GO: {0}. Resume when it is mended", run.reason.slice(6));
      }
      return translate("The run is paused: {0}. Put it right, then resume", translate(run.reason));
  }
}

/** A command that the person stopped: what it did until then is theirs to judge. */
function stoppedItem(
  task: TaskState,
  title: string,
  translate: Translate,
): Pick<WaitingItem, "kind" | "text"> {
  const text = translate(
    "{0} {1}: {2}. Look at what it did, then retry it or skip it",
    task.task_id,
    title,
    translate(task.reason ?? ""),
  );
  return { kind: "unknown_outcome", text };
}

function taskItem(
  task: TaskState,
  title: string,
  inHands: Attempt | null,
  translate: Translate,
): Pick<WaitingItem, "kind" | "text" | "worktree"> | null {
  const name = `${task.task_id} ${title}`;
  if (task.status === "in_review") {
    if (task.reason?.startsWith("tree:") === true) {
      return {
        kind: "tree",
        text: translate("{0} waits for files you are editing: {1}", name, task.reason.slice(5).trim()),
      };
    }
    return { kind: "review", text: translate("Review {0}", name) };
  }
  if (inHands !== null) {
    const { worktree } = inHands;
    return worktree === null
      ? { kind: "manual", text: translate("Do {0} by hand, then sign it off", name) }
      : { kind: "manual", text: translate("Mend {0} in {1}, then sign it off", name, worktree), worktree };
  }
  if (task.status === "failed") {
    if (task.reason?.startsWith("unknown outcome") === true) {
      return {
        kind: "unknown_outcome",
        text: translate("{0}: the outcome of a command is unknown; look before you retry", name),
      };
    }
    return {
      kind: "failed",
      text: translate(
        "{0} failed: {1}. Retry it, fix it yourself, or skip it",
        name,
        translate(task.reason ?? "no reason given"),
      ),
    };
  }
  if (task.status === "blocked") {
    const on = /^dependency: (\S+) is (\S+)$/u.exec(task.reason ?? "");
    // A task that waits for failed or blocked work needs no word of its own: that work has its own line.
    if (on?.[2] === "failed" || on?.[2] === "blocked") return null;
    if (on !== null) {
      const text = translate(
        "{0} needs {1}, which was left out. Let it go on without, or skip it too",
        name,
        on[1] ?? "",
      );
      return { kind: "blocked", text };
    }
    return { kind: "blocked", text: translate("{0} is blocked: {1}", name, translate(task.reason ?? "")) };
  }
  return null;
}
