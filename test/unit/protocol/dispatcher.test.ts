import fc from "fast-check";
import { expect, test } from "vitest";
import { MasterPlanError } from "../../../src/core/errors";
import { createTranslate, type Translate } from "../../../src/core/translate";
import type { Logger } from "../../../src/ports/logger";
import { planParams } from "../../../src/protocol/planParams";
import type { PlanHost } from "../../../src/protocol/planView";
import { reviewParams } from "../../../src/protocol/reviewView";
import { maxMessageLength } from "../../../src/protocol/rpc";
import { MessageSchemas } from "../../../src/vscode/pages/messageSchemas";
import { createDispatcher, toWireError } from "../../../src/vscode/pages/rpcDispatcher";

const hash = "a".repeat(64);
const run = "r_01JDABCDEFGHJKMNPQRSTVWXYZ";

function aLogger(lines: string[]): Logger {
  return {
    log: (_level, message, data) => void lines.push(`${message} ${JSON.stringify(data)}`),
    child: () => aLogger(lines),
  };
}

function aPage(
  answer: (method: string, params: unknown) => unknown = () => ({}),
  t: Translate = createTranslate({}),
) {
  const calls: [string, unknown][] = [];
  const log: string[] = [];
  const handlers = Object.fromEntries(
    Object.keys(planParams).map((method) => [
      method,
      async (params: unknown) => {
        calls.push([method, params]);
        return answer(method, params);
      },
    ]),
  ) as unknown as PlanHost;
  const dispatch = createDispatcher({
    handlers,
    params: planParams,
    schemas: new MessageSchemas(),
    logger: aLogger(log),
    describe: (error) => toWireError(error, t),
  });
  return { dispatch, calls, log };
}

const request = (method: string, params: unknown, id: unknown = 1) => ({
  kind: "request",
  id,
  method,
  params,
});

test("a request that fits reaches its handler and is answered", async () => {
  const { dispatch, calls } = aPage(() => ({ approval: "a" }));
  const params = { hash, run: true, protected_files: [0] };
  expect(await dispatch(request("approve", params, 7))).toEqual({
    kind: "response",
    id: 7,
    ok: true,
    value: { approval: "a" },
  });
  expect(calls).toEqual([["approve", params]]);
});

test("WV-10 a failure crosses as code, sentence and hint, and never as a stack", async () => {
  const { dispatch } = aPage(() => {
    throw new MasterPlanError("gate.staleApproval", "The plan moved on", {
      hint: "Look again",
      cause: new Error("inner"),
    });
  });
  const answer = await dispatch(request("startRun", { hash }));
  expect(answer).toEqual({
    kind: "response",
    id: 1,
    ok: false,
    error: { code: "gate.staleApproval", message: "The plan moved on", hint: "Look again" },
  });
  const broken = aPage(() => {
    throw new TypeError("boom");
  });
  expect(JSON.stringify(await broken.dispatch(request("ready", {})))).not.toMatch(
    /\bat \S+:\d|dispatcher\.test/u,
  );
});

test("WV-10 a failure crosses in the person's language, that of a message that does not fit as well", async () => {
  const spanish = createTranslate({
    "The file {0} is gone": "Falta el archivo {0}",
    "Look again": "Mire otra vez",
    "The message is no request": "El mensaje no es una petición",
    "Nothing that was confirmed is lost. The log has the details": "No se perdió nada",
  });
  const answer = async (error: unknown, message: unknown = request("ready", {})) => {
    const { dispatch } = aPage(() => {
      throw error;
    }, spanish);
    return dispatch(message);
  };
  const gone = new MasterPlanError("git.failed", "The file a.txt is gone", { hint: "Look again" });
  expect(await answer(gone)).toMatchObject({
    error: { code: "git.failed", message: "Falta el archivo a.txt", hint: "Mire otra vez" },
  });
  expect(await answer(new TypeError("boom"))).toMatchObject({
    error: { code: "internal", message: "boom", hint: "No se perdió nada" },
  });
  expect(await answer(gone, { id: 1 })).toMatchObject({
    error: { code: "usage.invalid", message: "El mensaje no es una petición" },
  });
});

const refused: readonly (readonly [string, unknown])[] = [
  ["unknown method", request("deleteEverything", {})],
  ["a method of every object", request("constructor", {})],
  ["another one", request("__proto__", {})],
  ["a hash that is none", request("startRun", { hash: "../../etc" })],
  [
    "a field too many",
    request("approve", { hash, run: true, protected_files: [], argv: ["rm", "-rf", "/"] }),
  ],
  ["a field too few", request("approve", { hash, run: true })],
  [
    "a path where a position belongs",
    request("approve", { hash, run: true, protected_files: ["package.json"] }),
  ],
  ["the same position twice", request("approve", { hash, run: true, protected_files: [1, 1] })],
  ["a run id that is none", request("control", { run: "r_1", action: "pause" })],
  ["an action that is none", request("control", { run, action: "destroy" })],
  ["no text", request("requestChanges", { hash, text: "" })],
  ["too much text", request("requestChanges", { hash, text: "x".repeat(20_001) })],
  ["parameters that are a list", request("ready", [])],
  ["an envelope with more in it", { ...request("ready", {}), extra: 1 }],
  ["too large a message", request("requestChanges", { hash, text: "x".repeat(maxMessageLength) })],
];

test.each(refused)("WV-11 refused with an error and not handled: %s", async (_what, message) => {
  const { dispatch, calls, log } = aPage();
  const answer = await dispatch(message);
  expect(answer).toMatchObject({ kind: "response", id: 1, ok: false, error: { code: "usage.invalid" } });
  expect(calls).toEqual([]);
  expect(log).toHaveLength(1);
});

test("WV-12 whatever a page sends, the host neither throws nor handles what does not fit", async () => {
  const { dispatch, calls } = aPage();
  const methods = fc.oneof(fc.constantFrom(...Object.keys(planParams)), fc.string());
  const envelope = fc.record({
    kind: fc.constant("request"),
    id: fc.nat(),
    method: methods,
    params: fc.anything(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true }), envelope),
      async (message) => {
        const before = calls.length;
        const answer = await dispatch(message);
        if (answer?.ok !== true) expect(calls.length).toBe(before);
      },
    ),
    { numRuns: 500 },
  );
  const cyclic: Record<string, unknown> = request("ready", {});
  cyclic["params"] = cyclic;
  expect(await dispatch(cyclic)).toMatchObject({ ok: false });
  expect(await dispatch(undefined)).toBeNull();
});

test("WV-13 no method of a page takes a path, an argument vector or free text beyond what a person writes", () => {
  const texts: string[] = [];
  const visit = (schema: unknown, name: string): void => {
    if (typeof schema !== "object" || schema === null) return;
    const node = schema as Record<string, unknown>;
    if (node["type"] === "string" && node["pattern"] === undefined && node["enum"] === undefined)
      texts.push(name);
    for (const [key, value] of Object.entries((node["properties"] as object | undefined) ?? {}))
      visit(value, `${name}.${key}`);
    if (node["items"] !== undefined) visit(node["items"], `${name}[]`);
  };
  for (const [method, schema] of Object.entries({ ...planParams, ...reviewParams })) visit(schema, method);
  expect(texts.sort()).toEqual([
    "accept.comments[].text",
    "accept.waivers[]",
    "gate.phase",
    "gate.reason",
    "openTask.task",
    "openWaiting.key",
    "phaseRows.phase",
    "reject.reason",
    "requestChanges.text",
    "sendBack.comments[].text",
    "sendBack.note",
    "sendBack.reasons[].text",
    "task.task",
    "task.text",
  ]);
});

test("WV-14 every schema is closed and compiles", () => {
  const schemas = new MessageSchemas();
  for (const [method, schema] of Object.entries({ ...planParams, ...reviewParams })) {
    expect(schemas.fault(schema, { surplus: 1 }), method).not.toBeNull();
  }
});
