import { pauseWords } from "../../core/run/pauseWords";
import type { Translate } from "../../core/translate";
import type { RunReport } from "../../engine/runReports";

/** A report whose recorded reasons are said in the person's language. */
export function reportInWords(report: RunReport, t: Translate): RunReport {
  const { reason, status } = report;
  return {
    ...report,
    reason: reason === null ? null : status === "paused" ? pauseWords(reason, t) : t(reason),
    tasks: report.tasks.map((task) => (task.reason === null ? task : { ...task, reason: t(task.reason) })),
  };
}
