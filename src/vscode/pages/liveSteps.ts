import type { PublicEvent } from "../../engine/publicEvent";
import type { ActiveTask } from "../../protocol/planView";

type Step = ActiveTask["steps"][number];

const keptSteps = 12;
const keptText = 500;

/** The last steps of each task that runs, gathered from events as they come. */
export class LiveSteps {
  readonly #byTask = new Map<string, Step[]>();

  add(event: PublicEvent): void {
    const task = textOf(event["task"]);
    if (task === "") return;
    if (event.type === "attempt.started") this.#byTask.set(task, []);
    if (event.type === "attempt.step") {
      this.#push(task, {
        tool: textOf(event["tool"]),
        text: textOf(event["text"]),
        ok: event["ok"] !== false,
      });
    }
    if (event.type === "check.finished") {
      const status = textOf(event["status"]);
      const text = textOf(event["summary"]) || status;
      this.#push(task, {
        tool: textOf(event["check"]),
        text,
        ok: status === "passed" || status === "not_applicable",
      });
    }
  }

  of(task: string): readonly Step[] {
    return [...(this.#byTask.get(task) ?? [])];
  }

  all(): Readonly<Record<string, readonly Step[]>> {
    return Object.fromEntries([...this.#byTask].map(([task, steps]) => [task, [...steps]]));
  }

  clear(): void {
    this.#byTask.clear();
  }

  #push(task: string, step: Step): void {
    const steps = this.#byTask.get(task) ?? [];
    steps.push({ ...step, text: step.text.slice(0, keptText) });
    if (steps.length > keptSteps) steps.shift();
    this.#byTask.set(task, steps);
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
