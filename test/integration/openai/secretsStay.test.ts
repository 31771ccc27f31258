import { afterEach, beforeEach, expect, test } from "vitest";
import type { RunId } from "../../../src/core/ids";
import type { Predicate } from "../../../src/core/plan/plan";
import type { MasterPlan } from "../../../src/engine/masterPlan";
import { aPlan, aTask } from "../../support/builders";
import { canariesIn, canaries, ignoredSecret, leakingTool, secretFiles } from "../../support/secretFiles";
import {
  saidIn,
  startScriptedModelServer,
  turnOf,
  type ScriptedModelServer,
  type WireAnswer,
  type WireRequest,
} from "../../support/scriptedModelServer";
import { makeWorkspace, type WorkspaceFolder } from "../../support/workspaceFolder";

let folder: WorkspaceFolder;
let server: ScriptedModelServer;
let masterPlan: MasterPlan;

beforeEach(async () => {
  folder = await makeWorkspace({
    ...secretFiles,
    "package.json": JSON.stringify({ name: "shop", scripts: { test: "node tools/leak.mjs" } }),
    "README.md": "# Shop\n",
    ".gitignore": ".env.local\n",
    "broken/.env.json": `{ "token": ${canaries.credentials} }\n`,
    "broken/secrets.yaml": `a: [${canaries.credentials}\n`,
    ".secrets/load.ts": `import a from "${canaries.credentials}";\n`,
  });
  await folder.write("tools/leak.mjs", leakingTool.replace("{home}", folder.workspace));
  await folder.git("add", "--all");
  await folder.git("commit", "--quiet", "--message", "Tool");
  for (const [file, text] of Object.entries(ignoredSecret)) await folder.write(file, text);
  server = await startScriptedModelServer(answer);
  masterPlan = await folder.open({
    models: (fallback) => fallback,
    model: { baseUrl: server.baseUrl, model: "scripted" },
  });
});

afterEach(async () => {
  await masterPlan.dispose();
  await server.close();
  await folder.dispose();
});

/** A predicate of every type on the secret files: none holds, so each one is told to the next attempt. */
const prying: readonly Predicate[] = [
  { type: "json_path", path: "credentials.json", pointer: "/client_secret", equals: "guess" },
  { type: "json_path", path: "./broken/.env.json", pointer: "/token", equals: "guess" },
  { type: "json_path", path: "broken/secrets.yaml", pointer: "/a" },
  { type: "json_path", path: "credentials.json", pointer: "" },
  { type: "pattern_absent", path: ".env", pattern: "TOKEN=.*" },
  { type: "pattern_absent", path: "**/*", pattern: "_authToken=.*" },
  { type: "pattern_present", path: "keys/id_rsa", pattern: "^guess" },
  { type: "syntax_valid", file: "broken/.env.json" },
  { type: "syntax_valid", file: "broken/secrets.yaml" },
  { type: "syntax_valid", file: ".secrets/load.ts" },
  { type: "imports_resolve", file: ".secrets/load.ts" },
  { type: "export_available", name: "guess", from: ".secrets/load.ts" },
  { type: "class_available", class: "Guess", from: ".secrets/load.ts" },
  { type: "import_available", module: "./.secrets/load" },
  { type: "table_defined", table: "guess", path: ".env" },
  { type: "has_primary_key", model: "Guess", path: "**/*" },
  { type: "file_absent", path: ".env" },
  { type: "file_exists", path: ".env.none" },
  { type: "directory_exists", path: ".env" },
  { type: "command_succeeds", command: ["node", "tools/leak.mjs"] },
];

const plan = aPlan(
  [
    aTask("T-1", {
      postconditions: prying,
      max_attempts: 2,
      subtasks: [{ subtask_id: "S1", title: "Look" }],
    }),
    aTask("T-2", { checks: ["test"], max_attempts: 2 }),
    aTask("T-3", {
      preconditions: [prying[0]!],
      executor: "command",
      commands: [["node", "tools/leak.mjs"]],
    }),
    aTask("T-4", {
      executor: "command",
      commands: [["node", "tools/leak.mjs"]],
      postconditions: prying.slice(0, 1),
      max_attempts: 1,
    }),
  ],
  { user_request_original: "Pry" },
);

type Call = NonNullable<WireAnswer["tool_calls"]>[number];
const call = (name: string, args: unknown): Call => ({ name, arguments: args });
const secretPaths = [...Object.keys(secretFiles), ...Object.keys(ignoredSecret)];

/** Every tool, aimed at the secret files and at what the tests print and copy of them. */
const everyTool: readonly Call[] = [
  call("list_files", {}),
  ...secretPaths.map((path) => call("read_file", { path })),
  call("search_text", { query: "can[a]ry|b3Blb|_auth", is_regex: true }),
  call("search_text", { query: "TOKEN" }),
  ...secretPaths.map((path) => call("edit_file", { path, edits: [{ search: "API_TOKEM", replace: "x" }] })),
  call("write_file", { path: ".env", content: "x" }),
  call("apply_patch", { patch: "--- a/.env\n+++ b/.env\n@@ -1,2 +1,1 @@\n PORT=3001\n-API_TOKEN=\n" }),
  call("delete_file", { path: ".npmrc" }),
  call("move_file", { from: "keys/id_rsa", to: "plain.txt" }),
  call("write_file", { path: "work/note.txt", content: "one\n" }),
  call("run_check", { check: "test" }),
  call("write_file", { path: "work/fails", content: "yes\n" }),
  call("run_check", { check: "test" }),
  call("read_file", { path: "copy.txt" }),
  call("search_text", { query: "LATER" }),
  call("edit_file", { path: "copy.txt", edits: [{ search: "API_TOKEM=", replace: "x" }] }),
  call("delete_file", { path: "work/fails" }),
  call("update_subtask", { subtask_id: "S1", status: "completed" }),
];

function answer(request: WireRequest): WireAnswer {
  if (request.body.tools === undefined)
    return {
      text: saidIn(request).includes("why a task of a software plan failed") ? "{}" : JSON.stringify(plan),
    };
  if (turnOf(request) === 0) return { tool_calls: everyTool };
  return { tool_calls: [call("finish", { summary: "Done" })] };
}

async function sendBackAndAccept(run: RunId): Promise<void> {
  const keep = await masterPlan.changeSet({ run, task: "T-2" });
  const hunks = keep.change.files.flatMap((file) => file.hunks.map((hunk) => hunk.number));
  expect(keep.change.files.map((file) => file.path)).toEqual(expect.arrayContaining([".env", "copy.txt"]));
  await masterPlan.review({ run, task: "T-2", decision: "reject", hunks, reason: "Once more" });
  await masterPlan.settled({ run });
}

test("SF-4 what secret files hold reaches no request, by no tool, predicate, output, feedback or kept hunk", async () => {
  const events: unknown[] = [];
  masterPlan.onEvent((event) => events.push(event));
  const drafted = await masterPlan.plan({ request: "Pry", no_discovery: true });
  if (!("id" in drafted)) throw new Error("Expected a plan, got questions");
  const approval = await masterPlan.approve({ id: drafted.id });
  const { run } = await masterPlan.run({ approval: approval.id });
  await masterPlan.settled({ run });
  const before = await masterPlan.status({ id: run });
  expect(before.tasks.map(({ task_id, status }) => [task_id, status])).toEqual([
    ["T-1", "failed"],
    ["T-2", "in_review"],
    ["T-3", "blocked"],
    ["T-4", "failed"],
  ]);
  await sendBackAndAccept(run);

  const sent = server.requests.map((request) => JSON.stringify(request.body));
  // All of it was really asked for: the tools, the predicates, the analysis and the kept hunks.
  expect(sent.length).toBeGreaterThanOrEqual(9);
  for (const phrase of [
    "holds secrets and is never read to a model",
    "may hold secrets and is not edited by a model",
    "secret files are not quoted",
    "It fails with PORT=3000 API_TOKEN=[redacted]",
    "why a task of a software plan failed",
    "a secret file: its lines are not shown",
    "+LATER_TOKEN=[redacted]",
  ])
    expect(
      sent.some((body) => body.includes(phrase)),
      phrase,
    ).toBe(true);
  expect(sent.flatMap(canariesIn)).toEqual([]);

  // Nor does it stay in what is kept and shown of the run.
  const shown = [
    await masterPlan.log({ run }),
    await masterPlan.status({ id: run }),
    await masterPlan.report({ run }),
    await masterPlan.transcript({ run, task: "T-1" }),
    await masterPlan.transcript({ run, task: "T-2" }),
    events,
  ];
  expect(shown.flatMap((one) => canariesIn(JSON.stringify(one)))).toEqual([]);
});
