import type { Translate } from "../translate";
import type { PreflightReport } from "./preflightReport";

export interface PreflightRow {
  readonly label: string;
  readonly text: string;
}

const shownFiles = 12;

/** The preflight in words, a row for each thing that was looked at; the same on the page and on a terminal. */
export function preflightRows(report: PreflightReport, t: Translate): readonly PreflightRow[] {
  const rows: PreflightRow[] = [];
  const add = (label: string, text: string) => rows.push({ label, text });
  for (const problem of report.problems) add(t("Problem"), problem);
  for (const check of report.baseline) add(t("Check {0}", check.name), check.summary);
  if (report.not_applicable.length > 0)
    add(t("No check for"), report.not_applicable.map((layer) => t(layer)).join(", "));
  if (report.tools.length > 0)
    add(
      t("Tools"),
      report.tools.map(({ name, version }) => `${name} ${version ?? t("not found")}`.trim()).join(", "),
    );
  for (const { name, set } of report.environment)
    add(t("Variable {0}", name), set ? t("is set") : t("is not set"));
  add(t("Repository"), repositoryText(report, t));
  if (report.disk_free_bytes !== null)
    add(t("Disk"), t("{0} GB free", (report.disk_free_bytes / 2 ** 30).toFixed(1)));
  if (report.containment !== undefined)
    add(
      t("Commands"),
      report.containment === "cgroup"
        ? t("end with everything they start, held by a control group of the kernel")
        : t("end with everything they start, found among the processes"),
    );
  if (report.files_to_modify.length > 0) add(t("Files"), filesText(report, t));
  for (const { label, healthy, message } of report.providers)
    add(t("Model"), `${label}: ${message ?? (healthy === true ? t("answers") : t("was not asked"))}`);
  for (const finding of report.findings) if (!isTold(finding.code)) add(t("Finding"), finding.message);
  return rows;
}

/** Findings that a row of their own tells already. */
function isTold(code: string): boolean {
  return /^preflight\.(?:baseline_failed|not_applicable|variable_unset|provider)$/u.test(code);
}

function repositoryText({ repository }: PreflightReport, t: Translate): string {
  const { kind, branch, head, dirty_files, hooks_skipped, operation, signing } = repository;
  const place =
    kind === "private" ? t("kept by MasterPlan, the folder has no git") : (branch ?? t("no branch"));
  return [
    head === null ? place : `${place} ${head.slice(0, 10)}`,
    ...(operation === null ? [] : [t("a {0} is in progress", operation)]),
    ...(dirty_files > 0 ? [t("{0} files not committed", dirty_files)] : []),
    ...(hooks_skipped.length > 0 ? [t("hooks that do not run: {0}", hooks_skipped.join(", "))] : []),
    ...(signing ? [t("commits are signed")] : []),
  ].join("; ");
}

function filesText({ files_to_modify: files }: PreflightReport, t: Translate): string {
  const marks = { add: "+", modify: "~", delete: "-" } as const;
  const shown = files.slice(0, shownFiles).map(({ path, change }) => `${marks[change]}${path}`);
  return files.length > shownFiles
    ? `${shown.join(", ")} ${t("and {0} more", files.length - shownFiles)}`
    : shown.join(", ");
}
