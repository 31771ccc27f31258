import { MasterPlanError } from "../../core/errors";
import type { PlanId, RunId } from "../../core/ids";
import type { Run } from "../../core/run/run";
import type { NewEvent, RunEvent } from "../../core/run/runEvent";
import { replayRun } from "../../core/run/runReducer";
import type { StoreChange } from "../../ports/store";
import type { PlanStatus } from "../../ports/storeRows";
import type { EngineDeps } from "../engineDeps";
import { metricsOf } from "./runMetrics";
import { lessonsOf } from "../attempt/taskLesson";

/** Appends to one run. Every append is durable before it resolves, and carries what follows from it for the plan. */
export class RunRecorder {
  readonly #deps: EngineDeps;
  readonly run: RunId;

  constructor(deps: EngineDeps, run: RunId) {
    this.#deps = deps;
    this.run = run;
  }

  state(): Run {
    const run = this.#deps.store.run(this.run);
    if (run === null) throw new MasterPlanError("run.unknown", `There is no run ${this.run}`);
    return run;
  }

  /** A line for the run's log; one id leads from the request for the plan to the last commit of its runs. */
  line(level: "info" | "warn" | "error", message: string): NewEvent {
    return { type: "log", level, message, correlation_id: this.state().plan_id };
  }

  /** All events or none, in one durable commit. `also` are rows that must not exist without them. */
  async append(actor: string, events: readonly NewEvent[], also: readonly StoreChange[] = []): Promise<void> {
    const at = this.#deps.clock.now();
    const stamped = events.map((event): RunEvent => ({ ...event, at }));
    const changes: StoreChange[] = stamped.map((event) => ({ kind: "run.event", run: this.run, event }));
    changes.push(...also, ...this.#planFollows(events, at), ...this.#knowledge(events, stamped, at));
    await this.#deps.store.commit({ at, actor, correlation_id: this.#plan(events), changes });
  }

  /** Lessons of tasks and figures of the run, durable with the very step they tell about. */
  #knowledge(events: readonly NewEvent[], stamped: readonly RunEvent[], at: number): readonly StoreChange[] {
    if (!events.some(leavesKnowledge)) return [];
    const after = replayRun(this.#deps.store.run(this.run), stamped);
    return [
      ...lessonsOf(this.#deps.store, after, events, at),
      ...metricsOf(this.#deps.store, after, events, at),
    ];
  }

  #plan(events: readonly NewEvent[]): PlanId {
    const queued = events.find((event) => event.type === "run.queued");
    return queued?.type === "run.queued" ? queued.plan_id : this.state().plan_id;
  }

  #planFollows(events: readonly NewEvent[], at: number): StoreChange[] {
    const status = events.reduce<PlanStatus | null>((last, event) => planStatusAfter(event) ?? last, null);
    if (status === null) return [];
    const row = this.#deps.store.plan(this.#plan(events));
    if (row === null || row.status === status) return [];
    return [{ kind: "plan.put", row: { ...row, status, updated_at: at } }];
  }
}

function leavesKnowledge(event: NewEvent): boolean {
  if (event.type === "task.status") return event.to === "done" || event.to === "failed";
  return (
    event.type === "failure.analysed" ||
    event.type === "run.completed" ||
    event.type === "run.failed" ||
    event.type === "run.cancelled"
  );
}

function planStatusAfter(event: NewEvent): PlanStatus | null {
  switch (event.type) {
    case "run.queued":
    case "run.started":
    case "run.resumed":
    case "run.running":
      return "in_progress";
    case "run.paused":
      return "paused";
    case "run.completed":
      return "completed";
    case "run.failed":
      return "failed";
    case "run.cancelled":
      return "cancelled";
    default:
      return null;
  }
}
