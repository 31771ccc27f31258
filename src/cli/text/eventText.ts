import { isPlanId } from "../../core/ids";
import { pauseWords } from "../../core/run/pauseWords";
import type { Translate } from "../../core/translate";
import type { PublicEvent } from "../../engine/publicEvent";
import { stateWord } from "./stateWords";

/** One line of progress for a person; empty for events that only programs want. */
export function eventText(event: PublicEvent, t: Translate): string {
  const task = word(event["task"]);
  switch (event.type) {
    case "run.started":
      return t("Run {0} started on {1}", event.run, word(event["branch"]));
    case "run.paused":
      return t("Paused: {0}", pauseWords(word(event["reason"]), t));
    case "run.resumed":
      return t("Resumed");
    case "run.waiting":
      return t("Waits for you");
    case "run.completed":
      return t("Completed");
    case "run.failed":
      return t("Failed: {0}", t(word(event["reason"])));
    case "run.cancelled":
      return t("Cancelled: {0}", t(word(event["reason"])));
    case "phase.started":
      return t("Phase {0}", word(event["phase"]));
    case "phase.gate":
      // The end of the whole run is a gate by the plan's own id.
      return isPlanId(word(event["phase"]))
        ? t("End of the run: {0}", gateWord(event["state"], t))
        : t("Gate of phase {0}: {1}", word(event["phase"]), gateWord(event["state"], t));
    case "phase.completed":
      return t("Phase {0} completed", word(event["phase"]));
    case "task.status":
      // The steps of an attempt have lines of their own.
      return stepsOfAttempt.has(word(event["to"])) && reason(event, t) === ""
        ? ""
        : `  ${task}  ${stateWord(word(event["to"]), t)}${reason(event, t)}`;
    case "attempt.started":
      return `  ${task}  ${t("attempt {0}", word(event["attempt"]))}`;
    case "check.finished":
      return `    ${word(event["check"])}: ${stateWord(word(event["status"]), t)}${summary(event, t)}`;
    case "attempt.feedback":
      return `    ${t(word(event["text"]))}`;
    case "change.proposed":
      return `  ${task}  ${proposed(hunkCount(event["hunks"]), t)}`;
    case "review.requested":
      return `  ${task}  ${t("waits for review")}`;
    case "review.decided":
      return `  ${task}  ${event["accepted"] === true ? t("accepted") : t("sent back")}${reason(event, t)}`;
    case "commit.created":
      return `  ${task}  ${t("commit {0}", word(event["sha"]).slice(0, 10))}`;
    case "log":
      return word(event["level"]) === "debug" ? "" : `    ${t(word(event["message"]))}`;
    case "failure.analysed":
      return analysisText(event["analysis"], t);
    case "attempt.step":
    case "cost":
    case "plan.changed":
      return "";
  }
}

const stepsOfAttempt: ReadonlySet<string> = new Set(["in_progress", "ready_for_test", "tested", "in_review"]);

/** The cause as the model sees it, and what it proposes, each with the id to take it by. */
function analysisText(analysis: unknown, t: Translate): string {
  if (!isRecord(analysis)) return "";
  const solutions: readonly unknown[] = Array.isArray(analysis["proposed_solutions"])
    ? analysis["proposed_solutions"]
    : [];
  return [
    `    ${t("Cause: {0}", word(analysis["root_cause"]))}`,
    ...solutions.filter(isRecord).map((one) => `    --solution ${word(one["id"])}: ${word(one["title"])}`),
  ].join("\n");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function proposed(hunks: number, t: Translate): string {
  if (hunks === 0) return t("changes no file");
  return hunks === 1 ? t("1 hunk proposed") : t("{0} hunks proposed", hunks);
}

function word(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function reason(event: PublicEvent, t: Translate): string {
  const text = word(event["reason"]);
  return text === "" ? "" : ` (${t(text)})`;
}

function summary(event: PublicEvent, t: Translate): string {
  const text = word(event["summary"]);
  return text === "" || event["status"] === "passed" ? "" : ` (${t(text)})`;
}

function gateWord(state: unknown, t: Translate): string {
  if (state === "go" || state === "no_go") return state === "go" ? "GO" : "NO-GO";
  return stateWord(word(state), t);
}

function hunkCount(hunks: unknown): number {
  return Array.isArray(hunks) ? hunks.length : typeof hunks === "number" ? hunks : 0;
}
