import { describe, expect, it } from "vitest";
import { parsePlanText } from "../../../../../src/core/plan/parsePlanText";
import { tasksOf, type Plan } from "../../../../../src/core/plan/plan";
import { readiness } from "../../../../../src/core/plan/lint/readiness";
import { templatePlan } from "../../../../../src/core/plan/template/templatePlan";
import { createTranslate } from "../../../../../src/core/translate";
import { detectChecks } from "../../../../../src/core/validation/detect/detectChecks";
import type { WorkspaceView } from "../../../../../src/core/validation/detect/workspaceView";

function viewOf(files: Readonly<Record<string, string>>): WorkspaceView {
  return { files: Object.keys(files).sort(), read: (path) => files[path] };
}

const typescript = viewOf({
  "package.json": JSON.stringify({
    scripts: { test: "node --test", lint: "eslint ." },
    devDependencies: { typescript: "5", eslint: "9" },
  }),
  "package-lock.json": "{}",
  "tsconfig.json": "{}",
  "README.md": "# Shop\n",
  "src/cart.ts": "export const cart = 1;\n",
});
const python = viewOf({
  "pyproject.toml":
    '[project]\nname = "shop"\ndependencies = []\n[tool.ruff]\n[tool.mypy]\n[tool.pytest.ini_options]\n',
  "shop/cart.py": "",
  "tests/test_cart.py": "def test_cart(): pass\n",
});
const empty = viewOf({});
const request = "Add a discount to the cart.\n- percentage discounts\n- fixed discounts\n";
const commandsOf = (plan: Plan) => tasksOf(plan).flatMap(({ task }) => task.commands ?? []);
const make = (view: WorkspaceView, text = request) => templatePlan(text, view, detectChecks(view));

describe("templatePlan", () => {
  for (const [name, view] of Object.entries({ typescript, python, empty })) {
    it(`TP-1 is a valid plan without any fault: ${name}`, () => {
      const parsed = parsePlanText(JSON.stringify(make(view)));
      expect(parsed).toMatchObject({ ok: true });
    });

    it(`TP-2 leaves no readiness finding but the criteria that a person signs off: ${name}`, () => {
      const context = {
        fileExists: (path: string) => view.files.includes(path),
        checkNames: detectChecks(view).map((check) => check.name),
      };
      const codes = readiness(make(view), createTranslate({}), context).map((finding) => finding.code);
      expect(codes.filter((code) => code !== "unchecked_criterion")).toEqual([]);
    });

    it(`TP-3 has the phases of the template, command and manual tasks, and a proof for each command task: ${name}`, () => {
      const plan = make(view);
      expect(plan.phases.map((phase) => phase.name)).toEqual([
        "Setup and validation",
        "Implementation",
        "Testing",
        "Documentation",
        "Review and merge",
      ]);
      for (const { task } of tasksOf(plan)) {
        expect(["command", "manual"]).toContain(task.executor);
        if (task.executor === "command")
          expect([...(task.checks ?? []), ...(task.postconditions ?? [])].length).toBeGreaterThan(0);
        else expect(task.acceptance_criteria?.length).toBeGreaterThan(0);
      }
    });
  }

  it("TP-4 differs between a TypeScript and a Python workspace in every command", () => {
    const [ts, py] = [make(typescript), make(python)];
    const tsCommands = commandsOf(ts).map((argv) => argv.join(" "));
    const pyCommands = commandsOf(py).map((argv) => argv.join(" "));
    expect(tsCommands).toEqual(
      expect.arrayContaining([
        "node --version",
        "npm --version",
        "npm run test --silent",
        "npm run lint --silent",
        "npx --no-install --offline tsc --noEmit",
      ]),
    );
    expect(pyCommands).toEqual(
      expect.arrayContaining([
        "python3 --version",
        "python3 -m pytest -q",
        "python3 -m mypy .",
        "python3 -m ruff check .",
      ]),
    );
    expect(tsCommands.filter((command) => pyCommands.includes(command))).toEqual([]);
    expect(ts.stack).toEqual({ languages: ["TypeScript"] });
    expect(py.stack).toEqual({ languages: ["Python"] });
  });

  it("TP-5 makes one implementation task of each point of the request, with titles that differ", () => {
    const titles = tasksOf(make(typescript)).map(({ task }) => task.title);
    expect(titles).toEqual(
      expect.arrayContaining(["Implement: percentage discounts", "Implement: fixed discounts"]),
    );
    expect(new Set(titles).size).toBe(titles.length);
    const long = `- ${"same words ".repeat(40)}one\n- ${"same words ".repeat(40)}two`;
    const again = tasksOf(make(typescript, long)).map(({ task }) => task.title);
    expect(new Set(again).size).toBe(again.length);
  });

  it("TP-6 copes with a request that is empty, huge or not text for people", () => {
    for (const text of ["", "   \n", "x".repeat(30_000), "- ", "🙂".repeat(500), "Fix\u0000\u202e it"]) {
      const plan = make(python, text);
      expect(plan.project_name.length).toBeGreaterThan(0);
      expect(plan.project_name.length).toBeLessThanOrEqual(255);
      for (const { task } of tasksOf(plan)) expect(task.title.length).toBeLessThanOrEqual(255);
    }
  });

  it("TP-7 speaks the person's language and names the same commands", () => {
    const translate = createTranslate({ Testing: "Pruebas" });
    const plan = templatePlan(request, python, detectChecks(python), translate);
    expect(plan.phases[2]?.name).toBe("Pruebas");
    expect(commandsOf(plan)).toEqual(commandsOf(make(python)));
  });

  it("TP-1 speaks of one tool and of several", () => {
    const asks = (view: WorkspaceView) => tasksOf(make(view))[0]?.task.description;
    expect(asks(python)).toBe("Ask python3 for its version before anything is changed.");
    expect(asks(typescript)).toBe("Ask node, npm for their versions before anything is changed.");
  });
});
