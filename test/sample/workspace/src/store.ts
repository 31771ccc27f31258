import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Todo } from "./todo.ts";

/** Reads the entries of a file; a file that does not exist holds none. */
export function loadTodos(file: string): Todo[] {
  if (!existsSync(file)) return [];
  const data: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (!Array.isArray(data)) throw new Error(`${file} does not hold a list`);
  return data.map((entry, index) => parseTodo(entry, `${file}, entry ${index + 1}`));
}

/** Replaces the file as a whole, so that a reader never sees half of it. */
export function saveTodos(file: string, todos: readonly Todo[]): void {
  const next = `${file}.next`;
  writeFileSync(next, `${JSON.stringify(todos, undefined, 2)}\n`);
  renameSync(next, file);
}

function parseTodo(entry: unknown, place: string): Todo {
  if (typeof entry !== "object" || entry === null) throw new Error(`${place} is not an object`);
  const { id, title, done } = entry as Record<string, unknown>;
  if (typeof id !== "number") throw new Error(`${place} has no number as id`);
  if (typeof title !== "string") throw new Error(`${place} has no title`);
  if (typeof done !== "boolean") throw new Error(`${place} does not say whether it is done`);
  return { id, title, done };
}
