import type { EngineDeps } from "../engineDeps";

const dayMs = 24 * 60 * 60 * 1000;

/** Removes runs that ended longer ago than the person wants to keep them; approvals and the audit log stay. */
export async function applyRetention(
  deps: Pick<EngineDeps, "store" | "settings" | "clock" | "logger">,
): Promise<void> {
  const { keep_runs_days: days } = deps.settings.get();
  if (days === null) return;
  try {
    const gone = await deps.store.purgeRuns(deps.clock.now() - days * dayMs);
    if (gone.runs > 0) deps.logger.log("info", "Old runs were removed", { days, ...gone });
  } catch (error) {
    // Old runs may stay one more day; the plans must open.
    deps.logger.log("warn", "Old runs could not be removed", { error: String(error) });
  }
}
