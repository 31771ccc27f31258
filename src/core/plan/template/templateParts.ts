import type { Translate } from "../../translate";
import type { CheckLayer, DetectedCheck } from "../../validation/evidence";
import type { WorkspaceView } from "../../validation/detect/workspaceView";
import type { Phase, Task } from "../plan";
import type { RequestText } from "../requestText";
import { fromRoot, type WorkspaceToolchain } from "./templateCommands";

/** What the phases of the template are filled from. */
export interface TemplateFacts {
  readonly t: Translate;
  readonly text: RequestText;
  readonly view: WorkspaceView;
  readonly checks: readonly DetectedCheck[];
  readonly chains: readonly WorkspaceToolchain[];
  readonly ids: TaskNumbers;
}

/** Numbers tasks across the plan and knows the last one, on which the next depends. */
export class TaskNumbers {
  #count = 0;

  next(): { readonly task_id: string; readonly depends_on: readonly string[] } {
    this.#count += 1;
    return { task_id: `T${this.#count}`, depends_on: this.#count === 1 ? [] : [`T${this.#count - 1}`] };
  }
}

/** A command task proves itself by its command, and that it ran in the right place by the file that defines it. */
export function commandTask(
  facts: TemplateFacts,
  check: DetectedCheck,
  argv: readonly string[],
  title: string,
): Task {
  const { t, ids } = facts;
  return {
    ...ids.next(),
    title,
    description: t("Run {0}, as {1} defines it.", argv.join(" "), check.source),
    task_type: "testing",
    executor: "command",
    estimated_time_minutes: 5,
    commands: [argv],
    acceptance_criteria: [{ text: t("The check {0} passes", check.name), check: argv.join(" ") }],
    postconditions: [{ type: "file_exists", path: check.source.replace(/#.*$/u, "") }],
    resources: [check.layer === "build" ? "build" : "test"],
  };
}

export function templatePhase(
  facts: TemplateFacts,
  phase_id: string,
  name: string,
  goal: string,
  tasks: readonly Task[],
  hours: number,
): Phase {
  const first = facts.chains[0];
  const predicates = first === undefined ? [] : [{ type: "file_exists", path: first.manifest }];
  return {
    phase_id,
    name,
    goal,
    estimated_duration_hours: hours,
    checkpoint: { text: goal, ...(predicates.length > 0 && { predicates }) },
    milestones: [{ milestone_id: `${phase_id}M1`, name: goal, tasks }],
  };
}

/** At most one check per layer and folder, root first, that one command from the root can run. */
export function runnable(
  facts: TemplateFacts,
  layers: readonly CheckLayer[],
): readonly { readonly check: DetectedCheck; readonly argv: readonly string[] }[] {
  return layers.flatMap((layer) =>
    checksOf(facts.checks, layer).flatMap((check) => {
      const argv = fromRoot(check);
      return argv === undefined ? [] : [{ check, argv }];
    }),
  );
}

export function checksOf(checks: readonly DetectedCheck[], layer: CheckLayer): readonly DetectedCheck[] {
  return checks.filter((check) => check.layer === layer);
}
