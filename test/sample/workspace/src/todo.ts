/** One entry of the list. */
export interface Todo {
  readonly id: number;
  readonly title: string;
  readonly done: boolean;
}

/** Which entries to show. */
export interface TodoFilter {
  readonly done?: boolean;
}

/** A list of things to do. Ids count up. */
export class TodoList {
  #todos: Todo[];
  #nextId: number;

  constructor(todos: readonly Todo[] = []) {
    this.#todos = [...todos];
    this.#nextId = Math.max(0, ...todos.map((todo) => todo.id)) + 1;
  }

  /** Adds an open entry and returns it. A title must hold more than spaces. */
  add(title: string): Todo {
    const trimmed = title.trim();
    if (trimmed === "") throw new Error("A todo needs a title");
    const todo: Todo = { id: this.#nextId, title: trimmed, done: false };
    this.#nextId += 1;
    this.#todos.push(todo);
    return todo;
  }

  /** Marks an entry as done and returns it. */
  complete(id: number): Todo {
    const todo: Todo = { ...this.#find(id), done: true };
    this.#todos = this.#todos.map((other) => (other.id === id ? todo : other));
    return todo;
  }

  /** Takes an entry off the list. */
  remove(id: number): void {
    const todo = this.#find(id);
    this.#todos = this.#todos.filter((other) => other !== todo);
  }

  /** The entries in the order they were added. */
  list(filter: TodoFilter = {}): readonly Todo[] {
    return this.#todos.filter((todo) => filter.done === undefined || todo.done === filter.done);
  }

  #find(id: number): Todo {
    const todo = this.#todos.find((other) => other.id === id);
    if (todo === undefined) throw new Error(`There is no todo ${id}`);
    return todo;
  }
}
