import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { importDocument } from "../../../../../src/core/documents/read/importDocument";
import { tasksOf } from "../../../../../src/core/plan/plan";

const folder = path.join(import.meta.dirname, "../../../../fixtures/documents");

/** Counts taken from the documents by eye: boxes that are work, headings that are phases, ticks that are claims. */
const documents: readonly {
  readonly file: string;
  readonly format: string;
  readonly phases: number;
  readonly tasks: number;
  readonly done: number;
  readonly other?: Readonly<Record<string, number>>;
  readonly commands: number;
  readonly why: string;
}[] = [
  {
    file: "0xfauzi__testcraft__best-practices-checklist.md",
    format: "markdown",
    phases: 13,
    tasks: 90,
    done: 0,
    commands: 0,
    why: "a tick in a heading says ready, not done; nested boxes are subtasks",
  },
  {
    file: "11me__light-session__tasks.md",
    format: "spec-kit",
    phases: 8,
    tasks: 77,
    done: 0,
    commands: 3,
    why: "T001 to T077; three name a package script in parentheses",
  },
  {
    file: "9mak__oneco__tasks.md",
    format: "kiro",
    phases: 13,
    tasks: 50,
    done: 35,
    commands: 0,
    why: "1.1 to 13.4",
  },
  {
    file: "AAStarCommunity__AAStar_SDK__plan.md",
    format: "markdown",
    phases: 8,
    tasks: 46,
    done: 0,
    commands: 0,
    why: "two versions of a plan in one file, three levels of headings, Chinese numbering",
  },
  {
    file: "AI-Nikitka93__minsk-smart-groceries__EXEC_PLAN.md",
    format: "markdown",
    phases: 1,
    tasks: 19,
    done: 10,
    other: { blocked: 1, in_progress: 5 },
    commands: 0,
    why: "state as a code word of an ordered list whose numbers are out of order",
  },
  {
    file: "AI-Nikitka93__minsk-smart-groceries__WORLD_CLASS_ROADMAP_2026.md",
    format: "markdown",
    phases: 8,
    tasks: 36,
    done: 0,
    commands: 0,
    why: "no box at all: P0 to P4 by ordered lists, three sprints by bullets",
  },
  {
    file: "AlfonsoGangemi__MoneyGrowth__pac-109---Implementazione-MCP-Streamable-HTTP-server-su-Vercel-api-mcp.md",
    format: "backlog",
    phases: 1,
    tasks: 1,
    done: 1,
    commands: 0,
    why: "one task file; its boxes are criteria",
  },
  {
    file: "Fission-AI__OpenSpec__tasks.md",
    format: "openspec",
    phases: 20,
    tasks: 117,
    done: 69,
    commands: 1,
    why: "nineteen numbered sections and a proposed one",
  },
  {
    file: "JUNNETWORKS__vcompress__2026-08-20-web-ui.md",
    format: "execplan",
    phases: 2,
    tasks: 15,
    done: 15,
    commands: 4,
    why: "eleven progress boxes, four validation boxes that start with a command",
  },
  {
    file: "LioChanDaYo__RGPDpseudonymizer__6.5.batch-processing-and-configuration-management.story.md",
    format: "bmad",
    phases: 1,
    tasks: 9,
    done: 9,
    commands: 0,
    why: "only Tasks / Subtasks are work, the other 38 boxes are checklists of the process",
  },
  {
    file: "LunatiChemist__SEVA_GUI_MVVM__2026-02-13-remote-update-feature-execplan.md",
    format: "execplan",
    phases: 1,
    tasks: 12,
    done: 12,
    commands: 0,
    why: "BOM; boxes with time stamps under Progress; milestones in prose",
  },
  {
    file: "MrLesk__Backlog.md__back-469---TUI-theme-adaptive-rendering-remove-hardcoded-colors-add-sc.md",
    format: "backlog",
    phases: 1,
    tasks: 1,
    done: 1,
    commands: 0,
    why: "one task file with an implementation plan",
  },
  {
    file: "Saidiibrahim__RefWatch__PLAN_substitution_nav.md",
    format: "execplan",
    phases: 1,
    tasks: 4,
    done: 3,
    commands: 0,
    why: "no title, front matter, steps named after other files",
  },
  {
    file: "artificial-intelligence-first__agdd__roadmap.md",
    format: "execplan",
    phases: 8,
    tasks: 32,
    done: 7,
    commands: 6,
    why: "to-do in three parts, a roadmap in four, seven validation commands of which one needs a shell",
  },
  {
    file: "cfdude__mcp-jira__GENERIC_CUSTOM_FIELDS_PLAN.md",
    format: "markdown",
    phases: 5,
    tasks: 27,
    done: 0,
    commands: 0,
    why: "phases told twice, the second time with boxes; whole READMEs in fences",
  },
  {
    file: "sonnyb9__MMM-Fintech__ROADMAP.md",
    format: "markdown",
    phases: 7,
    tasks: 43,
    done: 20,
    other: { in_progress: 1 },
    commands: 0,
    why: "mis-decoded emoji; complete phases as plain bullets; Phase 3.1",
  },
  {
    file: "steveyegge__beads__CI_CLEANUP_PLAN.md",
    format: "markdown",
    phases: 1,
    tasks: 10,
    done: 0,
    commands: 0,
    why: "no box; the ordered list under Implementation Order is the plan",
  },
  {
    file: "taskmaster/0xfauzi__testcraft.json",
    format: "task-master",
    phases: 1,
    tasks: 34,
    done: 23,
    other: { partial: 1 },
    commands: 0,
    why: "34 tasks with 111 subtasks",
  },
  {
    file: "taskmaster/AAStarCommunity__AAStar_SDK.json",
    format: "task-master",
    phases: 1,
    tasks: 10,
    done: 10,
    commands: 0,
    why: "all done",
  },
];

function read(file: string): string {
  return readFileSync(path.join(folder, file), "utf8");
}

function importFile(file: string, text = read(file)) {
  const imported = importDocument(text, file, "auto");
  if (!imported.ok) throw new Error(JSON.stringify(imported.error));
  return imported.value;
}

function countsOf(file: string, text?: string) {
  const { plan, claimed, format } = importFile(file, text);
  const states: Record<string, number> = {};
  for (const { state } of Object.values(claimed?.tasks ?? {})) states[state] = (states[state] ?? 0) + 1;
  const { done = 0, ...other } = states;
  const tasks = tasksOf(plan);
  const commands = tasks.filter(({ task }) => task.executor === "command").length;
  return { format, phases: plan.phases.length, tasks: tasks.length, done, other, commands };
}

describe("importDocument on real documents", () => {
  it.each(documents)(
    "DO-1 reads $file as $format ($why)",
    ({ file, format, phases, tasks, done, other = {}, commands }) => {
      expect(countsOf(file)).toEqual({ format, phases, tasks, done, other, commands });
    },
  );

  it.each(documents.filter(({ file }) => file.endsWith(".md")))(
    "DO-2 reads $file the same with Windows line ends, a byte order mark and no final newline",
    ({ file }) => {
      const text = read(file).replaceAll("\r\n", "\n").replace("\uFEFF", "").trimEnd();
      const windows = `\uFEFF${text.replaceAll("\n", "\r\n")}`;
      expect(countsOf(file, windows)).toEqual(countsOf(file, text));
    },
  );

  it("DO-3 phases follow each other, numbered steps too, and parallel ones wait for the last that is not", () => {
    const { plan } = importFile("11me__light-session__tasks.md");
    expect(plan.phases.map((phase) => phase.depends_on_phases)).toEqual([
      [],
      ...Array.from({ length: 7 }, (_, i) => [`phase_0${i + 1}`]),
    ]);
    const waits = Object.fromEntries(tasksOf(plan).map(({ task }) => [task.task_id, task.depends_on]));
    expect(waits["T002"]).toEqual(["T001"]);
    expect(waits["T003"]).toEqual(["T001"]);
    expect(waits["T006"]).toEqual(["T002", "T003", "T004", "T005"]);
    expect(waits["T007"]).toEqual(["T006"]);
    expect(waits["T009"]).toEqual([]);
  });

  it("DO-4 turns a step that names a command into a command task, and one that needs a shell into a manual one", () => {
    const { plan, warnings } = importFile("artificial-intelligence-first__agdd__roadmap.md");
    const checks = plan.phases.at(-1)?.milestones[0]?.tasks ?? [];
    expect(checks.map((task) => [task.executor, task.commands?.[0]])).toEqual([
      ["command", ["uv", "run", "-m", "pytest", "-q"]],
      ["command", ["uv", "run", "python", "ops/tools/check_docs.py"]],
      ["manual", undefined],
      ["command", ["uv", "run", "magsag", "flow", "available"]],
      ["command", ["uv", "run", "magsag", "flow", "summarize", "--output", "/tmp/summary.json"]],
      ["command", ["uv", "run", "magsag", "flow", "gate", "/tmp/summary.json"]],
      ["command", ["uv", "build"]],
    ]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("needs a shell");
  });

  it("DO-5 takes names, times, decisions and criteria over", () => {
    const { plan, claimed } = importFile("JUNNETWORKS__vcompress__2026-08-20-web-ui.md");
    expect(plan.project_name).toBe("Local WebUI and observable compression jobs");
    expect(plan.acceptance_criteria).toHaveLength(10);
    expect(Object.values(claimed?.tasks ?? {})[0]).toEqual({ state: "done", at: "2026-08-20 09:27Z" });
    const decisions = importFile("LunatiChemist__SEVA_GUI_MVVM__2026-02-13-remote-update-feature-execplan.md")
      .claimed?.decisions;
    expect(decisions).toHaveLength(9);
    expect(decisions?.[0]).toMatchObject({ at: "2026-02-13", author: "Codex" });
    expect(decisions?.every((entry) => entry.rationale !== undefined)).toBe(true);
  });

  it("DO-6 repairs mis-decoded names", () => {
    const { plan } = importFile("sonnyb9__MMM-Fintech__ROADMAP.md");
    expect(plan.phases[0]?.name).toBe("Coinbase PoC");
    expect(JSON.stringify(plan.phases.map((phase) => phase.name))).not.toMatch(/[âð]/u);
  });
});
