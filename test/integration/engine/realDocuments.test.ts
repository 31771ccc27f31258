import { execFile } from "node:child_process";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { tasksOf, type Task } from "../../../src/core/plan/plan";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";

const documents = path.resolve(__dirname, "../../fixtures/documents");
const realPath = process.env["PATH"];
let folder: WorkspaceFolder | null = null;

afterEach(async () => {
  process.env["PATH"] = realPath;
  await folder?.dispose();
  folder = null;
});

const execute = promisify(execFile);

/** What a person looks at for a task: the first file it names that is there, else what was committed last. */
async function lookAt({ workspace }: WorkspaceFolder, task: Task): Promise<string> {
  const said = [task.title, task.description, ...(task.file_scope?.write ?? [])].join(" ");
  for (const [name] of said.matchAll(/[\w./-]+\.[a-z]{1,5}\b/gu)) {
    const file = path.resolve(workspace, name);
    if (!file.startsWith(workspace)) continue;
    const text = await readFile(file, "utf8").catch(() => null);
    if (text !== null) return `Read ${name}: ${String(text.split("\n").length)} lines`;
  }
  const { stdout } = await execute("git", ["log", "-1", "--format=%h %s"], { cwd: workspace });
  return `git log -1 says: ${stdout.trim()}`;
}

/** Carries the plan out to its end: commands by machine, everything else signed off with what was looked at. */
async function carryOut(made: WorkspaceFolder, document: string) {
  const masterPlan = await made.open();
  try {
    const text = await readFile(path.join(documents, document), "utf8");
    const draft = await masterPlan.importPlan({ text, name: document, format: "auto" });
    const { plan } = await masterPlan.planVersion({ id: draft.id });
    const commands = tasksOf(plan).filter(({ task }) => task.executor === "command");
    expect(commands.length).toBeGreaterThanOrEqual(3);
    const approval = await masterPlan.approve({ id: draft.id, hash: draft.hash });
    const { run } = await masterPlan.run({ approval: approval.id });
    const notes = new Map<string, string>();
    const specs = new Map(tasksOf(plan).map(({ task }) => [task.task_id, task]));
    for (let turn = 0; turn < 400; turn += 1) {
      const { status, reason } = await masterPlan.settled({ run });
      if (status === "completed") break;
      const { waiting } = await masterPlan.status({ id: run });
      const end = waiting.find((item) => item.kind === "gate" && item.phase === draft.id);
      if (end !== undefined) {
        // What was claimed and what no check proves needs a person's word before the run is completed.
        expect(end.criteria?.length).toBeGreaterThanOrEqual(draft.claimed);
        await masterPlan.gate({ run, phase: draft.id, go: true, reason: "git log: a commit for each task" });
        continue;
      }
      const manual = waiting.filter((item) => item.kind === "manual");
      if (manual.length === 0) throw new Error(`${status} ${reason ?? ""}: ${JSON.stringify(waiting)}`);
      for (const item of manual) {
        const task = item.task ?? "";
        const spec = specs.get(task);
        if (spec === undefined) throw new Error(`${task} is not in the plan`);
        const note = await lookAt(made, spec);
        notes.set(task, note);
        await masterPlan.task({ run, task, action: "done", note });
      }
    }
    return {
      draft,
      plan,
      commands,
      notes,
      report: await masterPlan.report({ run }),
      events: await masterPlan.log({ run }),
    };
  } finally {
    await masterPlan.dispose();
  }
}

function expectProof(result: Awaited<ReturnType<typeof carryOut>>): void {
  const { report, commands, events, plan, notes } = result;
  expect(report.status).toBe("completed");
  for (const { task } of commands) {
    const state = report.tasks.find((one) => one.task_id === task.task_id);
    if (state?.status === "claimed") continue;
    expect(state?.status).toBe("done");
    expect(state?.evidence.some((one) => one.command !== undefined && one.exit_code === 0)).toBe(true);
  }
  const retried = report.tasks.filter(
    (task) => commands.some(({ task: spec }) => spec.task_id === task.task_id) && task.attempts === 2,
  );
  expect(retried.length).toBe(1);
  expect(
    events.some((event) => event.type === "attempt.feedback" && event["task"] === retried[0]?.task_id),
  ).toBe(true);
  const manual = tasksOf(plan).filter(({ task }) => task.executor === "manual");
  for (const { task } of manual) {
    const state = report.tasks.find((one) => one.task_id === task.task_id);
    if (state?.status === "claimed") continue;
    expect(state?.status).toBe("done");
    const word = state?.evidence.find((one) => one.check === "sign-off")?.summary;
    expect(word).toBe(`Ada: ${notes.get(task.task_id) ?? ""}`);
    expect(word).toMatch(/^Ada: (?:Read \S+: \d+ lines|git log -1 says: [0-9a-f]{7,} .+)$/u);
  }
}

/** A program that fails the first time it is run and succeeds from then on. */
function failsOnce(marker: string, then: string): string {
  return `#!/bin/sh\nif [ ! -e "${marker}" ]; then touch "${marker}"; echo "not ready yet" >&2; exit 1; fi\n${then}\n`;
}

describe("real plan documents, carried out to the end", () => {
  it("a task list of spec-kit: npm commands, one of which is retried", async () => {
    folder = await makeWorkspace({
      "package.json": JSON.stringify({
        name: "light-session",
        private: true,
        scripts: {
          lint: "node tools/lint.mjs",
          format: "node tools/format.mjs",
          package: "sh tools/package.sh",
        },
      }),
      "tools/lint.mjs": "console.log('no problems');\n",
      "tools/format.mjs": "console.log('formatted');\n",
    });
    await folder.write("tools/package.sh", failsOnce(path.join(folder.home, "package-ran"), "echo packaged"));
    await folder.git("add", "--all");
    await folder.git("commit", "--quiet", "--message", "Package");
    const result = await carryOut(folder, "11me__light-session__tasks.md");
    expect(result.draft.format).toBe("spec-kit");
    expectProof(result);
  });

  it("a living ExecPlan with work done already: commands of another toolchain, one of which is retried", async () => {
    folder = await makeWorkspace({ "pyproject.toml": "[project]\nname = 'agdd'\nversion = '0.1.0'\n" });
    const bin = path.join(folder.home, "bin");
    await mkdir(bin);
    const counter = path.join(folder.home, "uv-build-ran");
    const uv = `#!/bin/sh\ncase "$1" in build) ${failsOnce(counter, "echo built").split("\n").slice(1).join("\n")} ;; *) echo "uv $*" ;; esac\n`;
    await writeFile(path.join(bin, "uv"), uv);
    await chmod(path.join(bin, "uv"), 0o755);
    process.env["PATH"] = `${bin}${path.delimiter}${realPath ?? ""}`;
    const result = await carryOut(folder, "artificial-intelligence-first__agdd__roadmap.md");
    expect(result.draft.claimed).toBeGreaterThan(0);
    expectProof(result);
    expect(result.report.progress.claimed).toBe(result.draft.claimed);
  });
});
