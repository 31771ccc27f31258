import { expect, test } from "vitest";
import { OutputTail } from "../../../src/vscode/pages/outputTail";

test("WV-33 the last lines of the latest check are kept, however they are cut into pieces", () => {
  const tail = new OutputTail();
  for (const piece of ["on", "e\ntw", "o\n", "", "three"]) tail.add("test", piece);
  expect(tail.state()).toEqual({ check: "test", lines: ["one", "two", "three"] });
  tail.add("test", "\n");
  expect(tail.state().lines).toEqual(["one", "two", "three"]);
  tail.add("test", Array.from({ length: 100 }, (_, index) => `line ${String(index)}\n`).join(""));
  expect(tail.state().lines).toHaveLength(12);
  expect(tail.state().lines.at(-1)).toBe("line 99");
  tail.add("lint", "clean");
  expect(tail.state()).toEqual({ check: "lint", lines: ["clean"] });
});

test("WV-33 one endless line is cut", () => {
  const tail = new OutputTail();
  for (let index = 0; index < 50; index += 1) tail.add("test", "x".repeat(100));
  expect(tail.state().lines).toEqual(["x".repeat(300)]);
});
