import type { JsonObject } from "../core/json";
import { branchEnds } from "../core/run/branchEnd";
import type { PlanHost } from "./planView";
import { noParams, type ParamSchemas } from "./rpc";

const hash = { type: "string", minLength: 8, maxLength: 128, pattern: "^[0-9a-z:_-]+$" } as const;
const run = { type: "string", pattern: "^r_[0-9A-HJKMNP-TV-Z]{26}$" } as const;
const nodeId = { type: "string", minLength: 1, maxLength: 200 } as const;
const text = { type: "string", maxLength: 20_000 } as const;
const positions = {
  type: "array",
  maxItems: 10_000,
  uniqueItems: true,
  items: { type: "integer", minimum: 0 },
} as const;

function params(properties: JsonObject): JsonObject {
  return { type: "object", additionalProperties: false, required: Object.keys(properties), properties };
}

/** What each request of the plan page may carry; the host refuses anything else. */
export const planParams = {
  ready: noParams,
  phaseRows: params({
    hash,
    phase: nodeId,
    offset: { type: "integer", minimum: 0 },
    limit: { type: "integer", minimum: 1, maximum: 500 },
  }),
  approve: params({ hash, run: { type: "boolean" }, protected_files: positions }),
  startRun: params({ hash }),
  reject: params({ hash, reason: text }),
  requestChanges: params({ hash, text: { ...text, minLength: 1 } }),
  editAsDocument: params({ node: { anyOf: [nodeId, { type: "null" }] } }),
  control: params({ run, action: { enum: ["pause", "resume", "cancel"] } }),
  task: params({ run, task: nodeId, action: { enum: ["retry", "skip", "done"] }, text }),
  gate: params({ run, phase: nodeId, go: { type: "boolean" }, reason: text }),
  openWaiting: params({ key: { type: "string", minLength: 1, maxLength: 500 } }),
  openTask: params({ task: nodeId }),
  showOutput: noParams,
  history: noParams,
  finishBranch: params({ run, how: { enum: branchEnds } }),
} as const satisfies ParamSchemas<PlanHost>;
