import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { loadTodos, saveTodos } from "../src/store.ts";

let folder = "";
let file = "";

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "todo-"));
  file = path.join(folder, "todos.json");
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("a file that does not exist holds no entries", () => {
  assert.deepEqual(loadTodos(file), []);
});

test("what was saved is loaded again", () => {
  const todos = [{ id: 3, title: "Buy milk", done: true }];
  saveTodos(file, todos);
  assert.deepEqual(loadTodos(file), todos);
});

test("a broken entry is named", () => {
  writeFileSync(file, JSON.stringify([{ id: 1, title: "Buy milk", done: false }, { id: 2 }]));
  assert.throws(() => loadTodos(file), /entry 2 has no title/u);
});

test("a file that is not a list is refused", () => {
  writeFileSync(file, "{}");
  assert.throws(() => loadTodos(file), /does not hold a list/u);
});
