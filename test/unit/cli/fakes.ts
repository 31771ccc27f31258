import type { PlanId, RunId } from "../../../src/core/ids";
import { createTranslate, type Translate } from "../../../src/core/translate";
import type { MasterPlan } from "../../../src/engine/masterPlan";
import type { StatusReport } from "../../../src/engine/runReports";
import type { PublicEvent } from "../../../src/engine/publicEvent";
import type { CliIo } from "../../../src/cli/cliIo";
import { type OpenEngine, runCli } from "../../../src/cli/runCli";

export const planId: PlanId = "d_01ARZ3NDEKTSV4RRFFQ69G5FAV";
export const runId: RunId = "r_01ARZ3NDEKTSV4RRFFQ69G5FAV";

/** A façade with only the methods that a test needs; any other call fails the test. */
export function fakeMasterPlan(methods: Partial<MasterPlan>): MasterPlan {
  const refuse = (name: string) => () => {
    throw new Error(`unexpected call of ${name}`);
  };
  const names = [
    ..."init plan importPlan exportPlan lint list show planVersion approve reject edit setCurrent run settled pause".split(
      " ",
    ),
    ..."resume cancel review task gate panic finishBranch rollback status report changeSet changeFile history".split(
      " ",
    ),
    ..."log transcript verify storeInfo stateExport stateImport purge providers onEvent".split(" "),
  ];
  const base = Object.fromEntries(names.map((name) => [name, refuse(name)]));
  return { ...base, dispose: () => Promise.resolve(), ...methods } as unknown as MasterPlan;
}

/** Events by hand: `tell` hands one to whoever listens. */
export class FakeEvents {
  #listeners: ((event: PublicEvent) => void)[] = [];
  readonly onEvent = (listener: (event: PublicEvent) => void) => {
    this.#listeners.push(listener);
    return { dispose: () => (this.#listeners = this.#listeners.filter((one) => one !== listener)) };
  };

  tell(event: PublicEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

export function aStatus(fields: Partial<StatusReport> = {}): StatusReport {
  return {
    id: runId,
    plan: planId,
    run: runId,
    title: "Greeting",
    version: 1,
    status: "completed",
    reason: null,
    progress: { done: 1, claimed: 0, total: 1, percent: 100 },
    tasks: [],
    phases: [],
    cost: { usd: 0, tokens: 0, cached: 0, recorded: false },
    waiting: [],
    next_action: "",
    branch: null,
    ...fields,
  };
}

/** One call of the command line against a fake engine. */
export async function call(
  args: readonly string[],
  methods: Partial<MasterPlan> = {},
  extra: Partial<CliIo> & { readonly translate?: (language: "en" | "es") => Translate } = {},
) {
  const { translate, ...io } = extra;
  const printed = { out: "", err: "", opened: null as Parameters<OpenEngine>[0] | null, disposed: false };
  const cliIo: CliIo = {
    out: (text) => (printed.out += text),
    err: (text) => (printed.err += text),
    interactive: false,
    width: 100,
    version: "1.2.3",
    cwd: "/workspace",
    env: {},
    resolve: (file) => `/workspace/${file}`,
    readFile: () => Promise.reject(new Error("no files here")),
    exists: () => Promise.resolve(false),
    writeFile: () => Promise.reject(new Error("no files here")),
    ask: () => Promise.reject(new Error("nobody to ask")),
    onInterrupt: () => ({ dispose: () => undefined }),
    ...io,
  };
  const open: OpenEngine = (options) => {
    printed.opened = options;
    return Promise.resolve({
      ...fakeMasterPlan(methods),
      dispose: () => {
        printed.disposed = true;
        return Promise.resolve();
      },
    });
  };
  const code = await runCli(args, cliIo, open, translate ?? (() => createTranslate({})));
  return { code, ...printed };
}
