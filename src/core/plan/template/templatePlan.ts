import type { Translate } from "../../translate";
import { createTranslate } from "../../translate";
import type { DetectedCheck } from "../../validation/evidence";
import type { WorkspaceView } from "../../validation/detect/workspaceView";
import type { Phase, Plan, Task } from "../plan";
import { readRequest, shorten } from "../requestText";
import { fromRoot, toolchains } from "./templateCommands";
import {
  checksOf,
  commandTask,
  runnable,
  TaskNumbers,
  templatePhase,
  type TemplateFacts,
} from "./templateParts";

/**
 * Lays out a plan for a request without a model: the phases of the execution plan template, filled with commands that
 * run in this workspace and with manual tasks that say what a person signs off.
 */
export function templatePlan(
  request: string,
  view: WorkspaceView,
  checks: readonly DetectedCheck[],
  translate: Translate = createTranslate({}),
): Plan {
  const text = readRequest(request);
  const facts: TemplateFacts = {
    t: translate,
    text,
    view,
    checks,
    chains: toolchains(view, checks),
    ids: new TaskNumbers(),
  };
  const phases = [setup(facts), implementation(facts), testing(facts), documentation(facts), review(facts)];
  return {
    schema_version: 1,
    project_name: text.title === "" ? translate("New plan") : text.title,
    user_request_original: request,
    plan_type: text.type,
    objective: request.trim() === "" ? translate("New plan") : request.trim(),
    ...(facts.chains.length > 0 && { stack: { languages: facts.chains.map((chain) => chain.name) } }),
    scope: { in: text.items.length > 0 ? text.items : [text.title].filter((title) => title !== "") },
    testing_strategy: { how_to_run: checks.map((check) => `${check.name}: ${check.command.join(" ")}`) },
    quality_gates: planGates(checks, translate),
    rollback: [{ description: translate("Revert the commits of this run, newest first") }],
    acceptance_criteria: [
      ...checksOf(checks, "tests").map((check) => ({
        text: translate("The check {0} passes", check.name),
        check: check.name,
      })),
      translate("The request is fulfilled as it was asked"),
    ],
    phases: phases.map((phase, index) => ({
      ...phase,
      order: index + 1,
      depends_on_phases: index === 0 ? [] : [phases[index - 1]?.phase_id ?? ""],
    })),
  };
}

function setup(facts: TemplateFacts): Phase {
  const { t, chains, ids, text } = facts;
  const versions = chains.map((chain): Task => ({
    ...ids.next(),
    title: t("Check that the tools of {0} are there", chain.name),
    description: versionsText(
      chain.versions.map(([tool = ""]) => tool),
      t,
    ),
    task_type: "setup",
    executor: "command",
    estimated_time_minutes: 1,
    commands: chain.versions,
    postconditions: [{ type: "file_exists", path: chain.manifest }],
  }));
  const before = runnable(facts, ["tests", "types"]).map(({ check, argv }): Task => ({
    ...commandTask(facts, check, argv, t("Run the check {0} before the change", check.name)),
    description: t(
      "See what the check {0} says before anything is changed, so that later failures are told from older ones.",
      check.name,
    ),
    task_type: "setup",
  }));
  const agree: Task = {
    ...ids.next(),
    title: t("Settle the scope and the files to change"),
    description: t(
      "Read the code that the request is about and name the files that will change: {0}",
      shorten(text.title, 200),
    ),
    task_type: "setup",
    executor: "manual",
    estimated_time_minutes: 20,
    acceptance_criteria: [
      t("The files to change are listed, with the risk of each"),
      t("What is out of scope is written down"),
    ],
  };
  return templatePhase(
    facts,
    "P1",
    t("Setup and validation"),
    t("The workspace is healthy and the scope is clear"),
    [...versions, ...before, agree],
    1,
  );
}

function versionsText(tools: readonly string[], t: Translate): string {
  const [only = ""] = tools;
  return tools.length === 1
    ? t("Ask {0} for its version before anything is changed.", only)
    : t("Ask {0} for their versions before anything is changed.", tools.join(", "));
}

function implementation(facts: TemplateFacts): Phase {
  const { t, text, ids, checks, chains } = facts;
  const items =
    text.items.length > 0 ? text.items : [text.title === "" ? t("The requested change") : text.title];
  const staticChecks = [...checksOf(checks, "types"), ...checksOf(checks, "lint")]
    .filter((check) => check.cwd === "")
    .map((check) => check.name);
  const work = items.map((item): Task => ({
    ...ids.next(),
    title: uniqueTitle(t("Implement: {0}", shorten(item, 180)), items, item),
    description: t("Change the code so that this holds: {0}", item),
    task_type: "implementation",
    executor: "manual",
    priority: "high",
    estimated_time_minutes: Math.max(20, Math.round(90 / items.length)),
    acceptance_criteria: [
      t("It works as asked: {0}", shorten(item, 200)),
      t("Errors and edge cases are handled"),
    ],
    ...(staticChecks.length > 0 && { checks: staticChecks }),
  }));
  const tests: Task = {
    ...ids.next(),
    title: t("Write tests for the change"),
    description: t(
      "Cover the new behavior and its edge cases where this workspace keeps its tests: {0}",
      (chains[0]?.tests ?? ["test/**"]).join(", "),
    ),
    task_type: "testing",
    executor: "manual",
    estimated_time_minutes: 30,
    acceptance_criteria: [t("A test fails without the change and passes with it")],
    ...(checksOf(checks, "tests").length > 0 && {
      checks: checksOf(checks, "tests")
        .filter((check) => check.cwd === "")
        .map((check) => check.name),
    }),
  };
  return templatePhase(
    facts,
    "P2",
    t("Implementation"),
    t("The change is written and covered by tests"),
    [...work, tests],
    2,
  );
}

function testing(facts: TemplateFacts): Phase {
  const { t, ids, checks } = facts;
  const commands = runnable(facts, ["tests", "types", "lint", "build", "format"]).map(({ check, argv }) =>
    commandTask(facts, check, argv, t("Run {0} after the change", check.name)),
  );
  const rest = checks.filter((check) => fromRoot(check) === undefined).map((check) => check.name);
  const elsewhere: readonly Task[] =
    rest.length === 0
      ? []
      : [
          {
            ...ids.next(),
            title: t("Confirm the checks of the packages"),
            description: t(
              "These checks run in folders of their own and are run when this task is signed off: {0}",
              rest.join(", "),
            ),
            task_type: "testing",
            executor: "manual",
            estimated_time_minutes: 10,
            acceptance_criteria: rest.map((name) => ({ text: t("The check {0} passes", name), check: name })),
            checks: rest,
          },
        ];
  const byHand: Task = {
    ...ids.next(),
    title: t("Try the change by hand"),
    description: t("Use the changed program as its users do, with ordinary and with extreme input."),
    task_type: "testing",
    executor: "manual",
    estimated_time_minutes: 20,
    acceptance_criteria: [
      t("It works with ordinary input"),
      t("It works with empty, wrong and very large input"),
      t("Failures say what is wrong"),
    ],
  };
  return templatePhase(
    facts,
    "P3",
    t("Testing"),
    t("Every check of the workspace passes"),
    [...commands, ...elsewhere, byHand],
    1,
  );
}

function documentation(facts: TemplateFacts): Phase {
  const { t, ids, view } = facts;
  const docs = view.files
    .filter(
      (file) =>
        /^(?:readme|changelog)\.(?:md|rst|txt)$/iu.test(file) || /^docs?\/[^/]+\.(?:md|rst)$/iu.test(file),
    )
    .slice(0, 5);
  const task: Task = {
    ...ids.next(),
    title: t("Update the documentation"),
    description:
      docs.length > 0
        ? t("Bring these in line with the change where they speak of it: {0}", docs.join(", "))
        : t("There is no documentation yet; write down what a user of the change must know."),
    task_type: "documentation",
    executor: "manual",
    estimated_time_minutes: 20,
    acceptance_criteria: [
      t("New behavior, settings and interfaces are described"),
      t("Examples in the documentation still work"),
    ],
    ...(docs[0] !== undefined && { postconditions: [{ type: "file_exists", path: docs[0] }] }),
  };
  return templatePhase(
    facts,
    "P4",
    t("Documentation"),
    t("The documents say what the program does"),
    [task],
    1,
  );
}

function review(facts: TemplateFacts): Phase {
  const { t, ids } = facts;
  const tasks: readonly Task[] = [
    {
      ...ids.next(),
      title: t("Review the whole change"),
      description: t("Read all commits of this run as one change, as somebody who did not write it."),
      task_type: "implementation",
      executor: "manual",
      estimated_time_minutes: 30,
      acceptance_criteria: [
        t("Everything in scope is done and nothing else was changed"),
        t("Breaking changes are named, or there are none"),
        t("No secret and no debug output is left"),
      ],
    },
    {
      ...ids.next(),
      title: t("Merge and validate"),
      description: t("Bring the branch of this run to where it belongs and see that it works there."),
      task_type: "deployment",
      executor: "manual",
      estimated_time_minutes: 20,
      acceptance_criteria: [
        t("The change is merged, or its owner knows that it waits"),
        t("The pipeline passes after the merge, or there is none"),
      ],
    },
  ];
  return {
    ...templatePhase(facts, "P5", t("Review and merge"), t("The change is accepted by its owner"), tasks, 1),
    gate: "person",
  };
}

function planGates(checks: readonly DetectedCheck[], t: Translate): NonNullable<Plan["quality_gates"]> {
  return checks.flatMap((check) => {
    const command = fromRoot(check);
    if (
      command === undefined ||
      (check.layer !== "tests" && check.layer !== "types" && check.layer !== "lint")
    )
      return [];
    return [{ gate: t("{0} at the end", check.name), command, when: "plan" as const }];
  });
}

/** Items that read the same once shortened get a number. */
function uniqueTitle(title: string, items: readonly string[], item: string): string {
  const same = items.filter((other) => shorten(other, 180) === shorten(item, 180));
  return same.length < 2 ? title : `${title} (${items.indexOf(item) + 1})`;
}
