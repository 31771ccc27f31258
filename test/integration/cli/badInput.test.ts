import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CliWorkspace } from "./cliWorkspace";

let place: CliWorkspace;

beforeEach(async () => {
  place = await CliWorkspace.make();
});

afterEach(() => {
  place.remove();
});

function plan(...tasks: readonly object[]): string {
  const whole = tasks.map((task, index) => ({
    task_id: `T${index + 1}`,
    title: `Task ${index + 1}`,
    description: "Do it",
    task_type: "implementation",
    depends_on: [],
    ...task,
  }));
  return JSON.stringify({
    schema_version: 1,
    project_name: "Bad",
    user_request_original: "Be careful",
    phases: [
      {
        phase_id: "P1",
        name: "All",
        milestones: [{ milestone_id: "M1", name: "All", tasks: whole }],
      },
    ],
  });
}

describe("a plan file", () => {
  it.each([
    [
      "prose before the plan",
      `Here you are:\n${plan({})}`,
      "line 1: This is not valid JSON: text stands before",
      "línea 1: Esto no es JSON válido: hay texto antes",
    ],
    [
      "prose after the plan",
      `${plan({})}\nThat is all.`,
      "line 2: This is not valid JSON: text stands after",
      "línea 2: Esto no es JSON válido: hay texto después",
    ],
    [
      "no closing brace at its end",
      plan({}).slice(0, -1),
      "This is not valid JSON: a closing brace is missing, at column",
      "Esto no es JSON válido: ",
    ],
    [
      "a missing quote",
      plan({}).replace('"Bad"', '"Bad'),
      "This is not valid JSON",
      "Esto no es JSON válido: ",
    ],
    ["nothing at all", "", "the text is empty", "el texto está vacío"],
    ["a list", "[]", "The plan must be of type object", "El plan debe ser de tipo object"],
    [
      "a cycle",
      plan({ depends_on: ["T2"] }, { depends_on: ["T1"] }),
      "The dependencies form a cycle: task T1 -> task T2 -> task T1",
      "Las dependencias forman un ciclo: la tarea T1 -> la tarea T2 -> la tarea T1",
    ],
    [
      "a path that leaves the workspace",
      plan({ file_scope: { write: ["../outside.txt"] } }),
      "/phases/0/milestones/0/tasks/0/file_scope/write/0 (line 1): The path",
      'file_scope/write/0 (línea 1): La ruta "../outside.txt" sale del área de trabajo',
    ],
    [
      "an id given twice",
      plan({}, { task_id: "t1" }),
      "already used at /phases/0/milestones/0/tasks/0/task_id",
      "El id t1 ya se usa en /phases/0/milestones/0/tasks/0/task_id",
    ],
    [
      "a task that does not exist",
      plan({ depends_on: ["T9"] }),
      "T1 depends on task T9, which does not exist",
      "T1 depende de la tarea T9, que no existe",
    ],
    [
      "a type that there is not",
      plan({ task_type: "magic" }),
      "task_type must be one of setup, ",
      "task_type debe ser uno de setup, ",
    ],
  ])(
    "CL-24 with %s is refused once, by place and next step and in both languages, and nothing is kept",
    async (_, text, sentence, spanish) => {
      const file = place.write("bad.masterplan.json", text);
      const { code, out, err } = await place.callHere("import", file);
      expect([code, out]).toEqual([2, ""]);
      expect(err).toContain("error plan.invalid: bad.masterplan.json: ");
      expect(err.split(sentence)).toHaveLength(2);
      expect(err).toContain("Nothing was stored");
      const translated = await place.callHere("import", file, "--lang", "es");
      expect(translated.err).toContain("error plan.invalid: bad.masterplan.json: ");
      expect(translated.err).toContain(spanish);
      expect(translated.err).toContain("No se guardó nada");
      expect((await place.jsonHere("list")).plans).toEqual([]);
    },
  );

  it.each([
    [
      "duplicate ids",
      "dup.json",
      '{"schema_version":1,"project_name":"x","user_request_original":"x","phases":[{"phase_id":"a","name":"A","milestones":[]},{"phase_id":"A","name":"B","milestones":[]}]}',
      "already used at /phases/0/phase_id",
    ],
    ["a merge conflict", "c.json", '{\n<<<<<<< HEAD\n"a":1}', "conflict marker stands in line 2"],
    [
      "a cut file",
      "cut.json",
      '{"schema_version":1,',
      "line 1: This is not valid JSON: a name in double quotes is expected",
    ],
    ["a cut list", "list.json", '{"phases":[{"a":1}', "This is not valid JSON: a closing bracket is missing"],
    ["nothing to do", "empty.md", "Just prose.\n", "No steps were found"],
  ])(
    "CL-24 refuses %s with a sentence that names the place, and keeps nothing",
    async (_, file, text, sentence) => {
      const { code, out, err } = await place.callHere("import", place.write(file, text));
      expect([code, out]).toEqual([2, ""]);
      expect(err).toContain("error plan.invalid:");
      expect(err).toContain(sentence);
      const lint = await place.callHere("lint", file, "--json");
      expect([lint.code, JSON.parse(lint.out).faults.length > 0]).toEqual([1, true]);
      expect((await place.jsonHere("list")).plans).toEqual([]);
    },
  );

  it("CL-24 is named by lint with its faults, in both languages", async () => {
    const file = place.write("bad.masterplan.json", plan({ task_type: "magic" }));
    const { code, out } = await place.callHere("lint", file);
    expect(code).toBe(1);
    expect(out).toContain("Faults of bad.masterplan.json (1)");
    expect(out).toContain("/phases/0/milestones/0/tasks/0/task_type (line 1)  task_type must be one of");
    const spanish = await place.callHere("lint", file, "--lang", "es");
    expect(spanish.out).toContain("Fallos de bad.masterplan.json (1)");
    expect(spanish.out).toContain("task_type debe ser uno de");
  });

  it("CL-24 with several faults of different kinds names them all at once", async () => {
    const text = plan({ task_type: "magic", depends_on: ["T9"] }, { task_id: "T1" });
    const { err } = await place.callHere("import", place.write("bad.masterplan.json", text));
    for (const sentence of ["task_type must be one of", "task T9, which does not exist", "already used at"]) {
      expect(err).toContain(sentence);
    }
  });

  it("CL-24 with unknown fields keeps them", async () => {
    const file = place.write("more.masterplan.json", plan({ mood: "good" }));
    const { id } = await place.jsonHere("import", file);
    const { out } = await place.callHere("export", id, "--format", "masterplan");
    expect(out).toContain('"mood": "good"');
  });
});

it("CL-24 an unknown provider is refused wherever it is named, and nothing is kept", async () => {
  for (const args of [
    ["plan", "Add a greeting", "--offline"],
    ["plan", "Add a greeting", "--no-discovery"],
    ["init"],
    ["list"],
  ]) {
    const { code, err } = await place.callHere(...args, "--provider", "nobody");
    expect([code, err.startsWith('error model.unknownProvider: There is no provider "nobody"')]).toEqual([
      2,
      true,
    ]);
  }
  expect((await place.jsonHere("list")).plans).toEqual([]);
});

describe("a folder that cannot be used", () => {
  it.each([
    ["a file as the workspace, listed", ["list", "--workspace", "package.json"], "is a file, not a folder"],
    ["a file as the workspace, set up", ["init", "--workspace", "package.json"], "is a file, not a folder"],
    ["a workspace that does not exist", ["list", "--workspace", "nowhere"], "cannot be opened"],
    ["a file as the storage", ["list", "--storage", "package.json"], "cannot be made: EEXIST"],
    ["a storage below a file", ["list", "--storage", "package.json/a"], "cannot be made: ENOTDIR"],
  ])("CL-24 %s is refused at once by its path", async (_, args, sentence) => {
    const { code, out, err } = await place.callHere(...args);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("error usage.invalid: The ");
    expect(err).toContain(sentence);
    expect(err).toContain("Name a folder that exists");
  });

  it.runIf(process.platform === "linux")("CL-24 a storage in /proc is refused at once", async () => {
    const { code, err } = await place.callHere("list", "--storage", "/proc/masterplan-test");
    expect(code).toBe(2);
    expect(err).toContain("The storage folder /proc/masterplan-test cannot be made: ENOENT");
  });
});

it.each([
  ["import", "nowhere.md", "There is no file nowhere.md", "No existe el archivo nowhere.md"],
  ["lint", ".", ". is a folder, not a file", ". es una carpeta, no un archivo"],
])("CL-24 %s of %s is refused in words, with the next step", async (command, file, sentence, spanish) => {
  const { code, err } = await place.callHere(command, file);
  expect(code).toBe(2);
  expect(err).toContain(`error usage.invalid: ${sentence}\nNothing was changed. Name a file`);
  expect((await place.callHere(command, file, "--lang", "es")).err).toContain(spanish);
});

it("CL-24 refuses a missing file, a missing folder and an unknown provider", async () => {
  const missing = await place.callHere("import", "gone.md");
  expect([missing.code, missing.err.startsWith("error usage.invalid: There is no file gone.md")]).toEqual([
    2,
    true,
  ]);
  expect((await place.callHere("list", "--workspace", "gone")).code).toBe(2);
  const provider = await place.callHere(
    "plan",
    "Add a greeting",
    "--no-discovery",
    "--provider",
    "nobody",
    "--json",
  );
  expect([provider.code, JSON.parse(provider.err).error.code]).toEqual([2, "model.unknownProvider"]);
});

it("CL-24 an approval that was replaced names the newer one, and a run id is never taken for a plan", async () => {
  const old = await approval();
  const { approvals } = await place.jsonHere("list");
  const newer = (await place.jsonHere("approve", approvals[0].plan_id)).id as string;
  const refused = await place.callHere("run", old);
  expect(refused.err).toContain("error gate.staleApproval: ");
  expect(refused.err).toContain(`masterplan run ${newer}`);
  expect((await place.callHere("status", approvals[0].plan_id)).out).toContain(`  masterplan run ${newer}`);
  expect((await place.callHere("status", "r_xxx")).err).toContain("r_xxx is no run id");
  expect((await place.callHere("show", `a_${old.slice(2).toLowerCase()}`)).err).toContain(
    "There is no approval",
  );
  expect((await place.callHere("show", newer)).out).not.toContain("[");
});

it("CL-35 a tool that a check needs and that is not here is found when planning, and one in a venv is not", async () => {
  place.write("pyproject.toml", "[tool.mypy]\nstrict = true\n");
  const bin = path.join(place.folder, "bin");
  mkdirSync(bin);
  symlinkSync(process.execPath, path.join(bin, "node"));
  const found = async () => {
    const { out } = await place.callWith({ PATH: bin }, "plan", "Add a greeting", "--offline");
    return out.includes("mypy is configured in pyproject.toml but was not found here");
  };
  expect(await found()).toBe(true);
  const scripts = path.join(place.workspace, ".venv", "bin");
  mkdirSync(scripts, { recursive: true });
  symlinkSync(process.execPath, path.join(scripts, "mypy"));
  expect(await found()).toBe(false);
});

const writes = {
  executor: "command",
  commands: [["node", "-e", "require('fs').writeFileSync('a.txt', 'by the task')"]],
  file_scope: { write: ["a.txt"] },
};

async function approval(): Promise<string> {
  const { id } = await place.jsonHere("import", place.write("ok.masterplan.json", plan(writes)));
  return (await place.jsonHere("approve", id)).id as string;
}

it("CL-24 a missing git stops before anything is started", async () => {
  const approved = await approval();
  const bin = path.join(place.folder, "bin");
  mkdirSync(bin);
  symlinkSync(process.execPath, path.join(bin, "node"));
  const { code, err } = await place.callWith({ PATH: bin }, "run", approved);
  expect(code).toBe(1);
  expect(err).toContain("error git.missing: Git was not found");
  expect(err).toContain("Install git");
  expect((await place.jsonHere("list")).runs).toEqual([]);
});

it("CL-24 a file with uncommitted edits is named, kept, and taken over by nothing", async () => {
  const approved = await approval();
  const ran = await place.follow(["run", approved]);
  expect(ran.code).toBe(3);
  const run = ran.events[0]?.run ?? "";
  place.write("a.txt", "by the person");
  const refused = await place.callHere("review", run, "T1", "--accept");
  expect(refused.code).toBe(1);
  expect(refused.err).toContain("error git.dirtyFile: ");
  expect(refused.err).toContain("a.txt");
  expect(readFileSync(path.join(place.workspace, "a.txt"), "utf8")).toBe("by the person");
  expect((await place.jsonHere("status", run)).waiting).toMatchObject([{ kind: "review", task: "T1" }]);
});

it("CL-32 a change is shown with the numbers of its hunks, and what a terminal would obey as its code", async () => {
  const approved = await approval();
  const { events } = await place.follow(["run", approved]);
  const { code, out } = await place.callHere("review", events[0]?.run ?? "", "T1", "--show");
  expect(code).toBe(0);
  expect(out).toContain("new a.txt");
  expect(out).toContain("hunk 1\n+by the task");
});
