import type { MasterPlan } from "./masterPlan";

type Method = Exclude<keyof MasterPlan, "onEvent" | "dispose">;

/** Every call that another process may hand to the one that holds the store; the table is the allow-list. */
const table: Readonly<Record<Method, true>> = {
  init: true,
  plan: true,
  importPlan: true,
  exportPlan: true,
  lint: true,
  list: true,
  show: true,
  planVersion: true,
  approve: true,
  reject: true,
  edit: true,
  setCurrent: true,
  run: true,
  settled: true,
  pause: true,
  resume: true,
  cancel: true,
  review: true,
  task: true,
  gate: true,
  panic: true,
  finishBranch: true,
  rollback: true,
  status: true,
  report: true,
  changeSet: true,
  changeFile: true,
  history: true,
  log: true,
  transcript: true,
  verify: true,
  storeInfo: true,
  stateExport: true,
  stateImport: true,
  purge: true,
  providers: true,
  recordTrial: true,
};

export const masterPlanMethods = Object.keys(table) as readonly Method[];

export function isMasterPlanMethod(name: string): name is Method {
  return Object.hasOwn(table, name);
}
