import type { MasterPlan } from "./masterPlan";
import { isMasterPlanMethod, masterPlanMethods } from "./masterPlanMethods";
import { MasterPlanError } from "../core/errors";
import type { PublicEvent } from "./publicEvent";

/** Something that carries calls to another process; results and events are what that process's façade answers. */
export interface CallLine {
  call(method: string, params: unknown): Promise<unknown>;
  onEvent(listener: (event: unknown) => void): { dispose(): void };
  close(): void;
}

/** The façade of a process that holds the store, as seen from one that does not. */
export function remoteMasterPlan(line: CallLine): MasterPlan {
  const calls = Object.fromEntries(
    masterPlanMethods.map((method) => [method, (params: unknown) => line.call(method, params)]),
  );
  return {
    ...calls,
    onEvent: (listener: (event: PublicEvent) => void) =>
      line.onEvent((event) => listener(event as PublicEvent)),
    dispose: () => {
      line.close();
      return Promise.resolve();
    },
  } as unknown as MasterPlan;
}

/** Answers one call of another process; only names of the façade's own table are taken. */
export async function answerCall(masterPlan: MasterPlan, method: string, params: unknown): Promise<unknown> {
  if (!isMasterPlanMethod(method))
    throw new MasterPlanError("usage.invalid", `There is no call ${JSON.stringify(method.slice(0, 40))}`);
  const calls = masterPlan as unknown as Record<string, (params: unknown) => Promise<unknown>>;
  return calls[method]?.(params ?? {});
}
