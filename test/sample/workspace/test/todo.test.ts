import assert from "node:assert/strict";
import { test } from "node:test";
import { TodoList } from "../src/todo.ts";

test("a new list is empty", () => {
  assert.deepEqual(new TodoList().list(), []);
});

test("adding gives the next id and an open entry", () => {
  const list = new TodoList();
  assert.deepEqual(list.add("Buy milk"), { id: 1, title: "Buy milk", done: false });
  assert.equal(list.add("Call Ana").id, 2);
});

test("a title is trimmed and must not be empty", () => {
  const list = new TodoList();
  assert.equal(list.add("  Buy milk ").title, "Buy milk");
  assert.throws(() => list.add("   "), /needs a title/u);
});

test("completing marks just that entry", () => {
  const list = new TodoList();
  list.add("Buy milk");
  list.add("Call Ana");
  list.complete(1);
  assert.deepEqual(
    list.list().map((todo) => todo.done),
    [true, false],
  );
});

test("completing an unknown id says which", () => {
  assert.throws(() => new TodoList().complete(7), /no todo 7/u);
});

test("the list can be filtered by what is done", () => {
  const list = new TodoList();
  list.add("Buy milk");
  list.add("Call Ana");
  list.complete(2);
  assert.deepEqual(
    list.list({ done: false }).map((todo) => todo.title),
    ["Buy milk"],
  );
  assert.deepEqual(
    list.list({ done: true }).map((todo) => todo.title),
    ["Call Ana"],
  );
});

test("removing takes the entry off and later ids count on", () => {
  const list = new TodoList();
  list.add("Buy milk");
  list.add("Call Ana");
  list.remove(1);
  assert.equal(list.add("Water plants").id, 3);
  assert.equal(list.list().length, 2);
});
