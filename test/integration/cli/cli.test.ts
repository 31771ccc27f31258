import { readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { publicEventTypes } from "../../../src/engine/publicEvent";
import { CliWorkspace, scripted } from "./cliWorkspace";

let place: CliWorkspace;

beforeEach(async () => {
  place = await CliWorkspace.make(scripted);
});
afterEach(() => place.remove());

const steps =
  "# Small plan\n\n## Phase 1: Check\n\n- [ ] `node --version` answers\n- [ ] Run `npm test`\n\n## Phase 2: Look\n\n- [ ] Look at it\n";

async function approved(): Promise<{ readonly plan: string; readonly approval: string }> {
  const file = place.write("steps.md", steps);
  const { id: plan } = await place.jsonHere("import", file);
  const { id: approval } = await place.jsonHere("approve", plan);
  return { plan, approval };
}

describe("the command line", () => {
  it("CL-20 init says what the workspace offers", async () => {
    const report = await place.json("init");
    expect(report.workspace).toBe(place.workspace);
    expect(report.git).toMatchObject({ kind: "repository", branch: "main" });
    expect(report.checks.map((check: { name: string }) => check.name)).toEqual(["test"]);
    expect(Array.isArray(report.providers)).toBe(true);
  });

  it("CL-21 carries a document out: import, approve, run, sign off, resume, report, verify", async () => {
    const { id: plan } = await place.json("import", place.write("steps.md", steps));
    const { id: approval } = await place.json("approve", plan);
    const run = await place.follow(["run", approval, "--review", "accept"]);
    expect(run.code, run.err).toBe(3);
    for (const event of run.events) expect(publicEventTypes).toContain(event.type);
    expect(run.events[0]?.type).toBe("run.started");
    expect(run.events.at(-1)?.type).toBe("run.waiting");
    const id = run.events[0]?.run ?? "";

    const waiting = await place.json("status");
    expect(waiting).toMatchObject({ id, status: "waiting", progress: { done: 2, total: 3 } });
    expect(waiting.waiting).toEqual([expect.objectContaining({ kind: "manual", run: id, task: "task_003" })]);
    const [{ kind, task, text }] = waiting.waiting;
    expect(run.events.at(-1)).toMatchObject({ waiting: [{ kind, run: id, task, text }] });

    expect(await place.json("task", id, "task_003", "--done", "--note", "looked")).toEqual({
      status: "done",
    });
    const resumed = await place.follow(["resume", id]);
    expect([resumed.code, resumed.events.at(-1)?.type], resumed.err).toEqual([0, "run.completed"]);

    expect((await place.json("report", id)).progress).toMatchObject({ done: 3, total: 3, percent: 100 });
    expect((await place.json("list")).runs).toEqual([
      expect.objectContaining({ id, plan_id: plan, status: "completed" }),
    ]);
    expect((await place.json("log", id)).length).toBeGreaterThan(run.events.length);
    expect(
      (await place.json("history", plan)).map((row: { change_type: string }) => row.change_type),
    ).toContain("approved");
    expect(await place.json("verify")).toMatchObject({ ok: true, firstBad: null });
  });

  it("CL-22 a draft cannot be run, nor what was approved before an edit", async () => {
    const { plan, approval } = await approved();
    const draft = await place.call("run", plan);
    expect([draft.code, draft.out]).toEqual([1, ""]);
    expect(draft.err).toMatch(/^error gate\.notApproved: /u);
    const unknown = await place.callHere("run", "a_01ARZ3NDEKTSV4RRFFQ69G5FAV", "--json");
    expect([unknown.code, JSON.parse(unknown.err).error.code]).toEqual([1, "gate.unknownApproval"]);

    const exported = (await place.callHere("export", plan, "--format", "masterplan")).out;
    const file = place.write("edited.masterplan.json", exported.replace("Look at it", "Look twice"));
    const head = await place.jsonHere("edit", plan, file);
    expect(head).toMatchObject({ id: plan, version: 2 });
    const stale = await place.call("run", approval, "--json");
    expect([stale.code, JSON.parse(stale.err).error.code]).toEqual([1, "gate.staleApproval"]);
    expect((await place.jsonHere("list")).runs).toEqual([]);
  });

  it("CL-22 approval names a hash, and a frozen gate starts nothing", async () => {
    const { plan, approval } = await approved();
    const { hash } = await place.jsonHere("show", plan);
    expect((await place.callHere("approve", plan, "--hash", "0".repeat(64))).code).toBe(1);
    expect((await place.jsonHere("approve", plan, "--hash", hash)).hash).toBe(hash);
    expect(await place.jsonHere("panic", "on")).toEqual({ panic: true });
    const frozen = await place.callHere("run", approval, "--json");
    expect([frozen.code, JSON.parse(frozen.err).error.code]).toEqual([1, expect.stringMatching(/^gate\./u)]);
    expect(await place.jsonHere("panic", "off")).toEqual({ panic: false });
  });

  it("CL-23 exports a plan that reads back with the same hash, and the other formats as text", async () => {
    const file = path.join(import.meta.dirname, "../../fixtures/documents/11me__light-session__tasks.md");
    const imported = await place.jsonHere("import", file);
    expect(imported).toMatchObject({ format: "spec-kit", tasks: 77, claimed: 0 });
    expect(
      await place.json("export", imported.id, "--format", "masterplan", "-o", "p.masterplan.json"),
    ).toEqual({ file: "p.masterplan.json" });
    const again = await place.jsonHere("import", "p.masterplan.json");
    expect(again.hash).toBe(imported.hash);
    for (const format of ["execplan", "execplan-es", "phases", "mermaid"]) {
      const { code, out } = await place.callHere("export", imported.id, "--format", format);
      expect([code, out.includes("T001") || out.includes("Create extension directory structure")]).toEqual([
        0,
        true,
      ]);
    }
    expect((await place.call("export", imported.id, "--format", "jira-csv")).code).toBe(2);
    expect(readFileSync(path.join(place.workspace, "p.masterplan.json"), "utf8").endsWith("}\n")).toBe(true);
  });

  it("CL-24 refuses a missing file with the exit code of a wrong call, on standard error alone", async () => {
    const { code, out, err } = await place.call("import", "gone.md");
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(/^error usage\.invalid: There is no file gone\.md/u);
  });

  it("CL-25 plans from the template without a model", async () => {
    const outcome = await place.jsonHere("plan", "Add a greeting", "--offline");
    expect(outcome.id).toMatch(/^d_/u);
    expect(outcome.tasks).toBeGreaterThanOrEqual(5);
    const shown = await place.jsonHere("show", outcome.id);
    expect(shown.grants.commands.map((command: { argv: string[] }) => command.argv.join(" "))).toContain(
      "npm run test --silent",
    );
  });

  it("CL-27 speaks Spanish", async () => {
    const { out } = await place.call("list", "--lang", "es");
    expect(out).toContain("Aún no hay planes");
    const { err } = await place.call("nada", "--lang", "es");
    expect(err).toContain("error usage.invalid: No existe el comando nada");
  });

  it("CL-28 shows a plan as a tree that fits the page", async () => {
    const { plan } = await approved();
    const { out } = await place.callHere("show", plan);
    expect(out).toContain("Check  0/2  pending");
    expect(out).toMatch(/^ {2}pending {2}task_001 {2}command {2}node --version answers$/mu);
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(120);
  });
});
