import { type Command, Option } from "commander";
import type { MasterPlan } from "../../engine/masterPlan";
import { collect, planIdOf } from "../cliArguments";
import { type CliContext, show } from "../cliContext";
import { headText, lines, nextSteps } from "../text/headText";

/** Commands by which a person decides about a plan: approve, reject, edit. */
export function addDecisionCommands(program: Command, context: CliContext): void {
  const { io, t } = context;
  const by = (): Option => new Option("--by <name>", t("Who decides"));
  program
    .command("approve")
    .argument("<id>")
    .description(t("Approve the current version of a plan"))
    .option("--hash <hash>", t("Refuse when the version has another hash"))
    .option("--grant <grant>", t("Grant protected:PATH or waive:CHECK; may be repeated"), collect)
    .addOption(by())
    .action(async (id: string, options: { hash?: string; grant?: readonly string[]; by?: string }) => {
      const { grant: grants, ...rest } = options;
      const masterPlan = await context.open();
      const approval = await masterPlan.approve({
        id: planIdOf(id),
        ...rest,
        ...(grants === undefined ? {} : { grants }),
      });
      if (grants !== undefined) await warnOfMissing(context, masterPlan, grants);
      show(context, approval, (value) => t("Approved as {0}. Run it with: masterplan run {0}", value.id));
    });
  program
    .command("reject")
    .argument("<id>")
    .description(t("Reject a plan"))
    .option("--reason <text>", t("Why"))
    .addOption(by())
    .action(async (id: string, options: { reason?: string; by?: string }) => {
      const head = await (await context.open()).reject({ id: planIdOf(id), ...options });
      show(context, head, (value) => t("Rejected {0} v{1}", value.id, value.version));
    });
  program
    .command("edit")
    .argument("<id>")
    .argument("<file>")
    .description(t("Replace a plan by the content of a plan file; ends its approval"))
    .option("--summary <text>", t("What the edit changes"))
    .addOption(by())
    .action(async (id: string, file: string, options: { summary?: string; by?: string }) => {
      const text = await io.readFile(file);
      const head = await (await context.open()).edit({ id: planIdOf(id), text, ...options });
      show(context, head, (value) => lines(headText(value, null, t), nextSteps(value, t)));
    });
}

/** A grant for a file that does not exist may be a slip of the pen; it stands all the same. */
async function warnOfMissing(
  { io, t }: CliContext,
  masterPlan: MasterPlan,
  grants: readonly string[],
): Promise<void> {
  const files = grants.flatMap((grant) => /^protected:(.+)$/su.exec(grant)?.[1] ?? []);
  if (files.length === 0) return;
  const { workspace } = await masterPlan.init();
  for (const file of files) {
    if (!(await io.exists(`${workspace}/${file}`))) {
      io.err(
        `${t("The file {0} does not exist here; it is granted all the same, should the plan make it", file)}\n`,
      );
    }
  }
}
