import type { Command } from "commander";
import { MasterPlanError } from "../../core/errors";
import { isPlanId } from "../../core/ids";
import { faultPlace, faultSentence } from "../../core/plan/lint/faultText";
import type { JsonObject } from "../../core/json";
import { askQuestions } from "../askQuestions";
import { planIdOf } from "../cliArguments";
import { type CliContext, show } from "../cliContext";
import { approvalText } from "../text/approvalText";
import { headText, lines, nextSteps } from "../text/headText";
import { listText } from "../text/listText";
import { findingsText, planText } from "../text/planText";
import { addDecisionCommands } from "./decisionCommands";
import { showSubject } from "./statusCommands";
import { statusText } from "../text/statusText";
import { table } from "../text/table";
import { tickDocument } from "../tickDocument";

/** Commands that make, show and decide about plans. */
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
