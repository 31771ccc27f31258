import { type Command, Option } from "commander";
import { MasterPlanError } from "../../core/errors";
import { isPlanId } from "../../core/ids";
import { faultPlace, faultSentence } from "../../core/plan/lint/faultText";
import type { JsonObject } from "../../core/json";
import type { ApprovalRow } from "../../ports/storeRows";
import type { MasterPlan, PlanHead, PlanView, RunView } from "../../engine/masterPlan";
import { grantedInstalls } from "../../engine/plan/installGrants";
import { askQuestions } from "../askQuestions";
import { collect, planIdOf } from "../cliArguments";
import { type CliContext, show } from "../cliContext";
import { listText } from "../text/listText";
import { findingsText, planText } from "../text/planText";
import { showSubject } from "./statusCommands";
import { statusText } from "../text/statusText";
import { table } from "../text/table";
import { tickDocument } from "../tickDocument";

/** Commands that make, show and decide plans. */
export function addPlanCommands(program: Command, context: CliContext): void {
  addDraftCommands(program, context);
  addDecisionCommands(program, context);
  const { io, t } = context;
  program
    .command("show")
    .argument("<id>")
    .description(t("Show a plan, an approval or a run"))
    .action(async (id: string) => {
      const masterPlan = await context.open();
      const found = await showSubject(masterPlan, id);
      const status = context.json() || !("findings" in found) ? null : await masterPlan.status({ id });
      show(context, found, (value) => {
        if ("plan" in value && "findings" in value && status !== null)
          return planText(value, status, t, io.width);
        return "status_report" in value
          ? statusText(value.status_report, t, io.width)
          : approvalText(value, t);
      });
    });
  program
    .command("list")
    .description(t("List plans, approvals and runs"))
    .action(async () => {
      const listing = await (await context.open()).list();
      show(context, listing, (value) => listText(value, t, io.width));
    });
  program
    .command("lint")
    .argument("<file-or-id>")
    .description(t("Check a plan file or a plan: faults and findings"))
    .action(async (subject: string) => {
      const masterPlan = await context.open();
      const report = isPlanId(subject)
        ? await masterPlan.lint({ id: subject })
        : await masterPlan.lint({ text: await io.readFile(subject), name: subject });
      if (report.faults.length > 0) context.exit(1);
      show(context, report, ({ faults, findings }) => {
        const rows = faults.map((fault) => [faultPlace(fault, t), faultSentence(fault, t)]);
        if (faults.length > 0)
          return `${t("Faults of {0} ({1})", subject, faults.length)}\n${table(rows, "  ")}`;
        return findings.length === 0
          ? t("No faults, nothing to settle")
          : findingsText(findings, t, io.width);
      });
    });
}

function addDraftCommands(program: Command, context: CliContext): void {
  const { io, t } = context;
  program
    .command("plan")
    .argument("<request>")
    .description(t("Turn a request into a plan"))
    .option("--answers <file>", t("Answers to the questions, as JSON"))
    .option("--no-discovery", t("Ask nothing first"))
    .option("--offline", t("Build the plan from the template, without a model"))
    .action(async (request: string, options: { answers?: string; discovery: boolean; offline?: boolean }) => {
      const answers =
        options.answers === undefined ? undefined : parseAnswers(await io.readFile(options.answers));
      const masterPlan = await context.open();
      const stop = new AbortController();
      const interrupt = io.onInterrupt(() => stop.abort());
      const planWith = (given: JsonObject | undefined) =>
        masterPlan.plan(
          {
            request,
            ...(given === undefined ? {} : { answers: given }),
            ...(options.discovery ? {} : { no_discovery: true }),
            ...(options.offline === true ? { offline: true } : {}),
          },
          stop.signal,
        );
      try {
        let outcome = await planWith(answers);
        if ("questions" in outcome && io.interactive && !context.json()) {
          outcome = await planWith(await askQuestions(outcome.questions, io, t));
        }
        if ("questions" in outcome) context.exit(3);
        show(context, outcome, (value) =>
          "questions" in value
            ? `${t("Answer these first, with --answers FILE")}\n${table(
                value.questions.map(({ id, question }) => [stringOf(id), stringOf(question)]),
                "  ",
              )}`
            : lines(
                headText(value, value.tasks, t),
                findingsText(value.findings, t, io.width),
                nextSteps(value, t),
              ),
        );
      } finally {
        interrupt.dispose();
      }
    });
  program
    .command("import")
    .argument("<file>")
    .description(t("Make a plan from a document"))
    .option("--format <format>", t("Format of the document"), "auto")
    .action(async (file: string, options: { format: string }) => {
      const text = await io.readFile(file);
      const outcome = await (await context.open()).importPlan({ text, name: file, format: options.format });
      show(context, outcome, (value) =>
        lines(
          headText(value, value.tasks, t),
          t("Read as {0}; tasks claimed done: {1}", value.format, value.claimed),
          ...value.warnings.map((warning) => `  ${t(warning)}`),
          findingsText(value.findings, t, io.width),
          nextSteps(value, t),
        ),
      );
    });
  program
    .command("export")
    .argument("<id>")
    .description(t("Write a plan as a document"))
    .option("--format <format>", "execplan-es, execplan, phases, masterplan, mermaid")
    .option("-o, --output <file>", t("File to write; standard output without it"))
    .option("--into <file>", t("Tick what is done in the document the plan was read from"))
    .action(async (id: string, options: { format?: string; output?: string; into?: string }) => {
      if ((options.format === undefined) === (options.into === undefined)) {
        throw new MasterPlanError("usage.invalid", t("Give either --format or --into"));
      }
      if (options.into !== undefined) return exportInto(context, id, options.into);
      const { text } = await (
        await context.open()
      ).exportPlan({ id: planIdOf(id), format: options.format ?? "" });
      if (options.output === undefined) io.out(text);
      else {
        await io.writeFile(options.output, text);
        show(context, { file: options.output }, (value) => t("Written to {0}", value.file));
      }
    });
}

/** Progress goes back into the person's own document only when they ask for it. */
async function exportInto(context: CliContext, id: string, file: string): Promise<void> {
  const { io, t } = context;
  const text = await io.readFile(file);
  const masterPlan = await context.open();
  const view = await masterPlan.show({ id: planIdOf(id) });
  if (!("plan" in view)) throw new MasterPlanError("plan.unknown", `${id} names no plan`);
  const result = tickDocument(text, file, view, await masterPlan.status({ id }));
  if (result.text !== text) await io.writeFile(file, result.text);
  show(context, { file, ticked: result.ticked }, (value) =>
    t("{0} tasks are ticked in {1}", value.ticked, value.file),
  );
}

function addDecisionCommands(program: Command, context: CliContext): void {
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

function lines(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n");
}

function headText(head: PlanHead, tasks: number | null, t: CliContext["t"]): string {
  const count = tasks === null ? "" : `  ${tasks === 1 ? t("1 task") : t("{0} tasks", tasks)}`;
  return `${head.id}  v${head.version}${count}\n${head.hash}`;
}

/** A draft does nothing by itself: a person reads it and approves it. */
function nextSteps(head: PlanHead, t: CliContext["t"]): string {
  return t("Read it with: masterplan show {0}\nApprove it with: masterplan approve {0}", head.id);
}

function approvalText(value: ApprovalRow | PlanView | RunView, t: CliContext["t"]): string {
  if (!("hash" in value) || !("grants" in value) || !("by" in value)) return JSON.stringify(value, null, 2);
  return table([
    [t("Approval"), value.id],
    [t("Plan"), `${value.plan_id}  v${value.version}`],
    [t("Hash"), value.hash],
    [t("State"), value.voided_at === null ? t("valid") : `${t("void")} (${value.voided_reason ?? ""})`],
    [t("By"), value.by],
    ...(value.grants.length === 0 ? [] : [[t("Grants"), grantsText(value.grants, t)]]),
  ]);
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

/** What an approval grants besides the plan, in words; what a check stands for is shown with the plan. */
function grantsText(grants: readonly string[], t: CliContext["t"]): string {
  return grants
    .map((grant) => grantText(grant, t))
    .filter((text) => text !== "")
    .join("; ");
}

function grantText(grant: string, t: CliContext["t"]): string {
  const [, kind = "", rest = ""] = /^(\w+):(.*)$/su.exec(grant) ?? [];
  switch (kind) {
    case "protected":
      return t("change the protected file {0}", rest);
    case "waive":
      return t("do without the check {0}", rest);
    case "install":
      return t(
        "install with {0}",
        grantedInstalls([grant])
          .map((argv) => argv.join(" "))
          .join("; "),
      );
    case "checks":
      return t("run the checks of the workspace");
    case "scripts":
      return "";
    default:
      return grant;
  }
}

function stringOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function parseAnswers(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch (error) {
    throw new MasterPlanError("usage.invalid", "The answers are not valid JSON", { cause: error });
  }
  throw new MasterPlanError("usage.invalid", "The answers must be one JSON object, by question id");
}
