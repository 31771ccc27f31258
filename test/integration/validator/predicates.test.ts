import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Predicate } from "../../../src/core/plan/plan";
import { blockedBy, evaluatePredicates } from "../../../src/engine/validation/predicateEvaluator";
import { makeValidationFolder, type ValidationFolder } from "../../support/validationFolder";

let folder: ValidationFolder;
const live = new AbortController().signal;

beforeAll(async () => {
  folder = await makeValidationFolder(
    {
      "package.json": JSON.stringify({
        name: "shop",
        dependencies: { express: "4" },
        imports: {},
        version: "1.2.3",
        list: [{ "a/b": 1 }],
      }),
      "tsconfig.json": '{ "compilerOptions": { "paths": { "@app/*": ["./src/*"] } } }',
      "src/user.ts":
        "export class User {}\nexport const make = () => new User();\nclass Hidden {}\nexport interface Shape {}\n",
      "src/index.ts":
        "export * from './user';\nexport { make as build } from './user.js';\nimport x from '@app/user';\nimport fs from 'node:fs';\nimport express from 'express';\n",
      "src/bad.ts": "import { a } from './gone';\nimport b from 'not-declared';\n",
      "src/broken.ts": "const = ;\n",
      "app/__init__.py": "from .models import User\n",
      "app/models.py":
        'class User(Base):\n    __tablename__ = "users"\n    id = Column(Integer, primary_key=True)\n\nclass Log(Base):\n    __tablename__ = "logs"\n',
      "app/use.py": "import os\nimport requests\nfrom app.models import User\nfrom . import models\n",
      "app/odd.py": "import somewhere_else\n",
      "requirements.txt": "requests>=2\n",
      "config/settings.yaml": "server:\n  port: 8080\n",
      "docs/a.md": "# One\n## Two\n",
      "evil.txt": `${"a".repeat(40)}!\n`,
      ".hidden/x.txt": "1",
      "data.bin": "\u0000\u0001",
    },
    { approved: [["sh", "-c", "exit 0"]] },
  );
});
afterAll(async () => folder.dispose());

async function status(predicate: Predicate): Promise<string> {
  const [verdict] = await evaluatePredicates([predicate], folder.ports, live);
  return verdict?.status ?? "none";
}

const table: readonly (readonly [predicate: Predicate, expected: string])[] = [
  [{ type: "file_exists", path: "src/user.ts" }, "passed"],
  [{ type: "file_exists", path: "src" }, "failed"],
  [{ type: "file_exists", path: "src/*.ts" }, "passed"],
  [{ type: "file_exists", path: "**/x.txt" }, "passed"],
  [{ type: "file_exists", path: "../../etc/passwd" }, "failed"],
  [{ type: "file_exists", path: "/etc/passwd" }, "failed"],
  [{ type: "file_absent", path: "src/none.ts" }, "passed"],
  [{ type: "file_absent", path: "src/user.ts" }, "failed"],
  [{ type: "file_absent", path: "../../etc/none" }, "failed"],
  [{ type: "directory_exists", path: "src" }, "passed"],
  [{ type: "directory_exists", path: "src/user.ts" }, "failed"],
  [{ type: "pattern_present", path: "docs/a.md", pattern: "^## Two$" }, "passed"],
  [{ type: "pattern_present", path: "docs/a.md", pattern: "Three" }, "failed"],
  [{ type: "pattern_present", path: "docs/*.md", pattern: "One" }, "passed"],
  [{ type: "pattern_absent", path: "src/*.ts", pattern: "console\\.log" }, "passed"],
  [{ type: "pattern_absent", path: "src/user.ts", pattern: "User" }, "failed"],
  [{ type: "pattern_absent", path: "src/none.ts", pattern: "x" }, "failed"],
  [{ type: "pattern_absent", path: "nowhere/*.ts", pattern: "x" }, "not_verified"],
  [{ type: "pattern_present", path: "docs/a.md", pattern: "(" }, "not_verified"],
  [{ type: "pattern_present", path: "evil.txt", pattern: "^(a+)+$" }, "timed_out"],
  [{ type: "class_available", class: "User", from: "src/user.ts" }, "passed"],
  [{ type: "class_available", class: "User", from: "src/index" }, "passed"],
  [{ type: "class_available", class: "Hidden", from: "src/user.ts" }, "failed"],
  [{ type: "class_available", class: "make", from: "src/user.ts" }, "failed"],
  [{ type: "class_available", class: "User", from: "app.models" }, "passed"],
  [{ type: "class_available", class: "User", from: "app" }, "passed"],
  [{ type: "class_available", class: "User", from: "src/none.ts" }, "failed"],
  [{ type: "export_available", name: "make", from: "src/user.ts" }, "passed"],
  [{ type: "export_available", name: "build", from: "src/index.ts" }, "passed"],
  [{ type: "export_available", name: "nothing", from: "src/index.ts" }, "failed"],
  [{ type: "export_available", name: "Router", from: "express" }, "not_verified"],
  [{ type: "import_available", module: "express" }, "passed"],
  [{ type: "import_available", module: "node:fs" }, "passed"],
  [{ type: "import_available", module: "app.models" }, "passed"],
  [{ type: "import_available", module: "src/user" }, "passed"],
  [{ type: "import_available", module: "./none" }, "failed"],
  [{ type: "syntax_valid", file: "src/user.ts" }, "passed"],
  [{ type: "syntax_valid", file: "src/broken.ts" }, "failed"],
  [{ type: "syntax_valid", file: "docs/a.md" }, "not_verified"],
  [{ type: "imports_resolve", file: "src/index.ts" }, "passed"],
  [{ type: "imports_resolve", file: "src/bad.ts" }, "failed"],
  [{ type: "imports_resolve", file: "app/use.py" }, "passed"],
  [{ type: "imports_resolve", file: "app/odd.py" }, "not_verified"],
  [{ type: "json_path", path: "package.json", pointer: "/version" }, "passed"],
  [{ type: "json_path", path: "package.json", pointer: "/version", equals: "1.2.3" }, "passed"],
  [{ type: "json_path", path: "package.json", pointer: "/version", equals: "2" }, "failed"],
  [{ type: "json_path", path: "package.json", pointer: "/list/0/a~1b", equals: 1 }, "passed"],
  [{ type: "json_path", path: "package.json", pointer: "/toString" }, "failed"],
  [{ type: "json_path", path: "config/settings.yaml", pointer: "/server/port", equals: 8080 }, "passed"],
  [{ type: "json_path", path: "src/user.ts", pointer: "" }, "failed"],
  [{ type: "table_defined", table: "users" }, "passed"],
  [{ type: "table_defined", table: "users", path: "app/models.py" }, "passed"],
  [{ type: "table_defined", table: "orders" }, "failed"],
  [{ type: "table_defined", table: "users", path: "src/user.ts" }, "not_verified"],
  [{ type: "table_defined", table: "users", path: "../x.py" }, "not_verified"],
  [{ type: "has_primary_key", model: "User" }, "passed"],
  [{ type: "has_primary_key", model: "Log" }, "failed"],
  [{ type: "has_primary_key", model: "Order" }, "failed"],
  [{ type: "command_succeeds", command: ["node", "--version"] }, "passed"],
  [{ type: "command_succeeds", command: ["node", "none.js"] }, "failed"],
  [{ type: "command_succeeds", command: ["no-such-program"] }, "not_verified"],
  [{ type: "command_succeeds", command: ["sh", "-c", "exit 1"] }, "not_verified"],
  [{ type: "command_succeeds", command: ["sh", "-c", "exit 0"] }, "passed"],
  [{ type: "is_beautiful", path: "src" }, "not_verified"],
  [{ type: "file_exists" }, "not_verified"],
  [{ type: "constructor" }, "not_verified"],
];

describe("evaluatePredicates", () => {
  it.each(table.map(([predicate, expected]) => [JSON.stringify(predicate), predicate, expected] as const))(
    "PE-1 %s",
    async (_, predicate, expected) => {
      expect(await status(predicate)).toBe(expected);
    },
  );

  it("PE-2 judges each on its own: one that runs away does not spoil the next", async () => {
    const verdicts = await evaluatePredicates(
      [
        { type: "pattern_present", path: "evil.txt", pattern: "^(a|a)*$" },
        { type: "pattern_present", path: "evil.txt", pattern: "!" },
        { type: "nonsense" },
        { type: "file_exists", path: "evil.txt" },
      ],
      folder.ports,
      live,
    );
    expect(verdicts.map((verdict) => verdict.status)).toEqual([
      "timed_out",
      "passed",
      "not_verified",
      "passed",
    ]);
    expect(verdicts[1]?.summary).toBe("evil.txt line 1 matches !");
  });

  it("PE-3 preconditions that do not hold say in words why a task is blocked", async () => {
    const holds = await evaluatePredicates(
      [{ type: "file_exists", path: "src/user.ts" }],
      folder.ports,
      live,
    );
    expect(blockedBy(holds)).toBeUndefined();
    const open = await evaluatePredicates(
      [{ type: "file_exists", path: "src/none.ts" }, { type: "made_up" }],
      folder.ports,
      live,
    );
    expect(blockedBy(open)).toBe(
      "file_exists src/none.ts: src/none.ts does not exist; made_up: Nothing here can check a predicate of type made_up",
    );
  });

  it("PE-4 keeps a command's output, and stops when it is cancelled", async () => {
    const [verdict] = await evaluatePredicates(
      [{ type: "command_succeeds", command: ["node", "--version"] }],
      folder.ports,
      live,
    );
    expect(folder.outputs.get(verdict?.output_hash ?? "")).toMatch(/^v\d+/u);
    const abort = new AbortController();
    abort.abort();
    await expect(
      evaluatePredicates(
        [{ type: "command_succeeds", command: ["node", "--version"] }],
        folder.ports,
        abort.signal,
      ),
    ).rejects.toMatchObject({ code: "cancelled" });
  });
});
