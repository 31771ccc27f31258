import { loadTodos, saveTodos } from "./store.ts";
import { TodoList } from "./todo.ts";

const file = "todos.json";
const usage = "Usage: npm start -- add TITLE | list | complete ID | remove ID";

/** Carries out one command line and returns what to print. */
export function runCommand(args: readonly string[]): string {
  const [command, argument = ""] = args;
  const list = new TodoList(loadTodos(file));
  switch (command) {
    case "add": {
      const todo = list.add(argument);
      saveTodos(file, list.list());
      return `Added ${todo.id}: ${todo.title}`;
    }
    case "complete": {
      const todo = list.complete(Number(argument));
      saveTodos(file, list.list());
      return `Completed ${todo.id}: ${todo.title}`;
    }
    case "remove":
      list.remove(Number(argument));
      saveTodos(file, list.list());
      return `Removed ${argument}`;
    case "list":
      return list
        .list()
        .map((todo) => `${todo.done ? "[x]" : "[ ]"} ${todo.id} ${todo.title}`)
        .join("\n");
    default:
      return usage;
  }
}
