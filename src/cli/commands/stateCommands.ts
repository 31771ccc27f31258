import { type Command, Option } from "commander";
import { MasterPlanError } from "../../core/errors";
import type { AsideFile, StoreInfo } from "../../ports/storeInfo";
import { duration } from "../cliArguments";
import { type CliContext, show } from "../cliContext";
import { table } from "../text/table";

/** Commands about what is kept on disk: where, how much, whole or damaged, copied, cleaned up. */
export function addStateCommands(program: Command, context: CliContext): void {
  const { t } = context;
  program
    .command("verify")
    .description(t("Check the storage and its chain of hashes"))
    .action(async () => {
      const { ok, frames, first_bad: firstBad, problems } = await (await context.open()).verify();
      if (!ok) context.exit(1);
      show(context, { ok, frames, firstBad, problems }, (value) =>
        value.ok
          ? t("Sound; entries: {0}", value.frames)
          : [
              t("Damaged at entry {0}", value.firstBad ?? "?"),
              ...value.problems.map((problem) => `  ${t(problem)}`),
            ].join("\n"),
      );
    });
  const state = program.command("state").description(t("Where plans are kept, how much, and copies of it"));
  state
    .command("show")
    .description(t("Location, size and who may write"))
    .action(async () => {
      show(context, await (await context.open()).storeInfo(), (value) => infoText(value, t));
    });
  addCopyCommands(state, context);
  addRemedyCommands(state, context);
  addPurgeCommand(program, context);
}

function addCopyCommands(state: Command, context: CliContext): void {
  const { io, t } = context;
  state
    .command("export")
    .argument("<file>")
    .description(t("Write all state to one file"))
    .action(async (file: string) => {
      const result = await (await context.open()).stateExport({ path: io.resolve(file) });
      show(context, result, (value) => t("{0} bytes written to {1}", value.bytes, file));
    });
  state
    .command("import")
    .argument("<file>")
    .description(t("Read it back"))
    .action(async (file: string) => {
      const { kept } = await (await context.open()).stateImport({ path: io.resolve(file) });
      show(context, { imported: true, kept }, (value) =>
        [
          t("Taken over from {0}", file),
          t("What was here is kept in {0}", value.kept),
          t("Plans that were approved elsewhere are approved here once more before they run"),
        ].join("\n"),
      );
    });
}

/** For a store that can only be read: a person's word, which no program gives by itself. */
function addRemedyCommands(state: Command, context: CliContext): void {
  const { t } = context;
  state
    .command("take-over")
    .description(t("Write here, although another process may still hold the storage"))
    .action(async () => {
      const info = await (await context.open({ takeOver: true })).storeInfo();
      if (info.access === "read") context.exit(4);
      show(context, info, (value) => infoText(value, t));
    });
  state
    .command("accept-loss")
    .description(t("Go on without the entries that are damaged; the damaged file is kept"))
    .action(async () => {
      const info = await (await context.open({ acceptLoss: true })).storeInfo();
      if (info.access === "read") context.exit(4);
      show(context, info, (value) => infoText(value, t));
    });
}

interface PurgeOptions {
  readonly runs?: boolean;
  readonly blobs?: boolean;
  readonly aside?: "old" | "all";
  readonly olderThan?: number;
}

function addPurgeCommand(program: Command, context: CliContext): void {
  const { t } = context;
  program
    .command("purge")
    .description(t("Remove what is old; approvals and the audit log stay"))
    .option("--runs", t("Runs that have ended"))
    .option("--blobs", t("Transcripts, diffs and outputs that no open run needs"))
    .addOption(
      new Option(
        "--aside [which]",
        t("Replaced imports, damaged files and copies kept by imports; all: the last of each as well"),
      )
        .choices(["old", "all"])
        .preset("old"),
    )
    .option("--older-than <time>", t("Such as 30d"), duration("--older-than"))
    .action(async (options: PurgeOptions) => {
      const { olderThan, aside } = options;
      if (options.runs !== true && options.blobs !== true && aside === undefined)
        throw new MasterPlanError("usage.invalid", t("Give one or more of --runs, --blobs and --aside"));
      if (options.runs === true && olderThan === undefined)
        throw new MasterPlanError("usage.invalid", t("Removing runs needs --older-than, such as 30d"));
      const result = await (
        await context.open()
      ).purge({
        ...(options.runs === true && olderThan !== undefined && { runs_older_than_ms: olderThan }),
        ...(options.blobs === true && { blobs_older_than_ms: olderThan ?? 0 }),
        ...(aside !== undefined && { aside }),
      });
      show(context, result, ({ runs, blobs, aside: files, bytes }) =>
        t(
          "Removed: runs {0}, stored files {1}, files set aside {2}; bytes freed: {3}",
          runs,
          blobs,
          files,
          bytes,
        ),
      );
    });
}

function infoText(info: StoreInfo, t: CliContext["t"]): string {
  const size = (bytes: number): string => t("{0} MB", (bytes / 1024 / 1024).toFixed(1));
  const aside = info.aside ?? [];
  const remedies = {
    take_over: t("To write here all the same: masterplan state take-over"),
    accept_loss: t("To go on without what is damaged: masterplan state accept-loss"),
  };
  return [
    table([
      [t("Location"), info.location],
      [t("Workspace"), info.workspace],
      [t("Access"), info.access === "write" ? t("read and write") : t("read only")],
      [t("Plans"), size(info.image_bytes)],
      [t("Journal"), size(info.journal_bytes)],
      [t("Transcripts, diffs and outputs"), size(info.blob_bytes)],
      ...(aside.length === 0 ? [] : [[t("Set aside and copies"), size(info.aside_bytes ?? 0)]]),
      [t("Entries"), String(info.lsn)],
    ]),
    ...(aside.length === 0 ? [] : [asideText(aside, t, size)]),
    ...info.notices.map((notice) => t(notice)),
    ...(info.read_only_reason === null ? [] : [t(info.read_only_reason)]),
    ...(info.remedy === null ? [] : [remedies[info.remedy]]),
  ].join("\n");
}

function asideText(aside: readonly AsideFile[], t: CliContext["t"], size: (bytes: number) => string): string {
  const kinds = {
    imported: t("imported"),
    quarantined: t("damaged"),
    older: t("of an older schema"),
    copy: t("copy from before an import"),
  };
  return table(
    aside.map(({ name, kind, bytes }) => [kinds[kind], size(bytes), name]),
    "  ",
  );
}
