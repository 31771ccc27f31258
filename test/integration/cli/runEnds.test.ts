import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { aPlan, aTask } from "../../support/builders";
import { startScriptedModelServer, type ScriptedModelServer } from "../../support/scriptedModelServer";
import { CliWorkspace } from "./cliWorkspace";

let place: CliWorkspace;
let server: ScriptedModelServer | null = null;

beforeEach(async () => {
  place = await CliWorkspace.make();
});
afterEach(() => place.remove());
afterAll(async () => {
  await server?.close();
});

async function approved(tasks: ReturnType<typeof aTask>[]): Promise<string> {
  const imported = await place.jsonHere("import", place.write("../plan.json", JSON.stringify(aPlan(tasks))));
  const { id } = await place.jsonHere("approve", imported.id);
  return id as string;
}

const command = (id: string, ...argv: string[]) =>
  aTask(id, { executor: "command", commands: [argv], max_attempts: 1 });

describe("the end of a run, as its exit code", () => {
  test("CLI-1 is 1 when work failed and nothing else is left", async () => {
    const approval = await approved([
      command("A", "false"),
      aTask("B", { executor: "manual", depends_on: ["A"] }),
    ]);
    expect((await place.follow(["run", approval])).code).toBe(1);
    const status = await place.jsonHere("status");
    expect(status.next_action).toMatch(/^A Task A failed: .*Retry it/u);
  });

  test("CLI-1 is 3 while a person could go on beside what failed", async () => {
    const approval = await approved([command("A", "false"), aTask("B", { executor: "manual" })]);
    expect((await place.follow(["run", approval])).code).toBe(3);
  });

  test("CLI-2 a second process that cancels is answered, and the first one ends with 1", async () => {
    const approval = await approved([command("A", "sleep", "60")]);
    const cancels: ReturnType<CliWorkspace["call"]>[] = [];
    const { code, events } = await place.follow(["run", approval], (event) => {
      if (event.type === "attempt.started")
        cancels.push(place.call("cancel", event.run, "--reason", "enough"));
    });
    expect(await Promise.all(cancels)).toMatchObject([{ code: 0 }]);
    expect(code).toBe(1);
    expect(events.at(-1)).toMatchObject({ type: "run.cancelled", reason: "enough" });
  });

  test("CLI-3 resume refuses a snapshot that is not the run's latest open one", async () => {
    const approval = await approved([aTask("A", { executor: "manual" })]);
    await place.follow(["run", approval]);
    const { id } = await place.jsonHere("status");
    expect(await place.call("resume", id, "--snapshot", "s_other")).toMatchObject({ code: 2 });
    await place.jsonHere("pause", id);
    const { snapshot } = await place.jsonHere("status");
    expect((await place.call("resume", id, "--snapshot", snapshot)).code).toBe(3);
  });

  test("CLI-4 is 3 when the line to the model breaks; the attempt does not count", async () => {
    server = await startScriptedModelServer(() => ({ kind: "cut", bytes: 'data: {"choices":[{"delta":{' }));
    const approval = await approved([aTask("A")]);
    const { code, events } = await place.follow([
      "run",
      approval,
      "--base-url",
      server.baseUrl,
      "--model",
      "scripted",
    ]);
    expect(code).toBe(3);
    expect(events.filter((event) => event.type === "run.paused")).toMatchObject([
      { reason: expect.stringContaining("model.truncated") as string },
    ]);
    expect((await place.jsonHere("status")).tasks[0]).toMatchObject({ status: "pending" });
    expect(await place.jsonHere("verify")).toMatchObject({ ok: true });
  });
});
