import type { RunEvent } from "../core/run/runEvent";
import type { StoreCommit } from "../ports/store";
import type { EngineDeps } from "./engineDeps";
import type { PublicEvent } from "./publicEvent";
import { toPublicEvent } from "./toPublicEvent";

/** Tells every front door what was committed, after it was: nobody sees what a crash could take back. */
export class PublicEvents {
  readonly #deps: EngineDeps;
  readonly #subscription: { dispose(): void };
  #listeners: readonly ((event: PublicEvent) => void)[] = [];

  constructor(deps: EngineDeps) {
    this.#deps = deps;
    this.#subscription = deps.store.onDidCommit((commit, lsn) => {
      for (const change of commit.changes) {
        const event =
          change.kind === "run.event"
            ? this.#fromRun(change.run, change.event, commit, lsn)
            : this.#fromPlan(change, commit.at);
        if (event !== null) this.#tell(event);
      }
    });
  }

  subscribe(listener: (event: PublicEvent) => void): { dispose(): void } {
    this.#listeners = [...this.#listeners, listener];
    return {
      dispose: () => {
        this.#listeners = this.#listeners.filter((one) => one !== listener);
      },
    };
  }

  dispose(): void {
    this.#listeners = [];
    this.#subscription.dispose();
  }

  #fromRun(run: string, event: RunEvent, commit: StoreCommit, lsn: number): PublicEvent | null {
    const { actor, correlation_id } = commit;
    return toPublicEvent(run, { seq: 0, lsn, actor, correlation_id, event });
  }

  #fromPlan(change: { readonly kind: string }, at: number): PublicEvent | null {
    const stamp = { type: "plan.changed" as const, at: new Date(at).toISOString() };
    if (change.kind === "plan.put" && "row" in change) {
      const row = change.row as {
        readonly id: string;
        readonly current_version: number;
        readonly status: string;
      };
      return { ...stamp, run: row.id, version: row.current_version, status: row.status };
    }
    if (change.kind === "approval.put" && "row" in change) {
      const row = change.row as { readonly plan_id: string; readonly version: number };
      return { ...stamp, run: row.plan_id, version: row.version };
    }
    if (change.kind === "setting.put" && "key" in change && change.key === "current_plan")
      return { ...stamp, run: "" };
    return null;
  }

  #tell(event: PublicEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        // One view that fails must not keep the others from hearing.
        this.#deps.logger.log("error", "A listener failed", { type: event.type, message: String(error) });
      }
    }
  }
}
