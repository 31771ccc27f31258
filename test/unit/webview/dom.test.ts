// @vitest-environment happy-dom
import fc from "fast-check";
import { beforeEach, expect, test, vi } from "vitest";
import { h, patch, type VNode } from "../../../webview/shared/dom";

let root: HTMLElement;

beforeEach(() => {
  root = document.createElement("div");
  document.body.replaceChildren(root);
});

test("WV-1 text becomes text, whatever it looks like", () => {
  patch(root, [h("p", {}, "<img src=x onerror=alert(1)>", "<script>1</script>")]);
  expect(root.textContent).toBe("<img src=x onerror=alert(1)><script>1</script>");
  expect(root.querySelector("img, script")).toBeNull();
});

test("WV-2 an element with the same key keeps its place in the document, its focus and what was typed", () => {
  const view = (...keys: string[]): VNode[] => keys.map((key) => h("input", { key, set: { value: "" } }));
  patch(root, view("a", "b", "c"));
  const middle = root.children[1] as HTMLInputElement;
  middle.focus();
  middle.value = "typed";
  const moved = vi.spyOn(root, "insertBefore");
  patch(root, view("b", "d"));
  expect(root.children[0]).toBe(middle);
  expect(middle.value).toBe("typed");
  expect(document.activeElement).toBe(middle);
  expect(moved.mock.calls.map(([node]) => node)).not.toContain(middle);
});

test("attributes, properties and listeners follow the description", () => {
  const first = vi.fn();
  const second = vi.fn();
  patch(root, [
    h("button", {
      class: "a",
      title: "t",
      "aria-pressed": false,
      on: { click: first },
      set: { disabled: false },
    }),
  ]);
  const button = root.firstElementChild as HTMLButtonElement;
  button.click();
  patch(root, [h("button", { class: "b", "aria-pressed": true, hidden: true, on: { click: second } })]);
  button.click();
  expect([first, second].map((spy) => spy.mock.calls.length)).toEqual([1, 1]);
  expect(button.getAttribute("class")).toBe("b");
  expect(button.hasAttribute("title")).toBe(false);
  expect(button.getAttribute("aria-pressed")).toBe("true");
  expect(button.hasAttribute("hidden")).toBe(true);
  patch(root, [h("button", {})]);
  button.click();
  expect(second).toHaveBeenCalledTimes(1);
});

test("a described value that did not change is not looked at again", () => {
  const same = h("ul", { key: "same" }, h("li", {}, "one"));
  patch(root, [same]);
  root.firstElementChild?.firstElementChild?.setAttribute("data-touched", "");
  patch(root, [same]);
  expect(root.innerHTML).toBe('<ul><li data-touched="">one</li></ul>');
});

test("WV-3 whatever two trees look like, patching one into the other gives the same document as building it", () => {
  const tree = fc.letrec<{ node: VNode; child: VNode | string }>((tie) => ({
    node: fc
      .record({
        tag: fc.constantFrom("p", "ul", "b"),
        key: fc.option(fc.constantFrom("1", "2", "3"), { nil: undefined }),
        title: fc.option(fc.constantFrom("x", "y"), { nil: undefined }),
        children: fc.uniqueArray(tie("child"), {
          maxLength: 4,
          selector: (child) => (typeof child === "string" ? Symbol() : (child.key ?? Symbol())),
        }),
      })
      .map(({ tag, key, title, children }) => h(tag, { key, title }, ...children)),
    child: fc.oneof({ maxDepth: 3 }, fc.string({ minLength: 1, maxLength: 3 }), tie("node")),
  })).node;
  fc.assert(
    fc.property(tree, tree, (before, after) => {
      const patched = document.createElement("div");
      patch(patched, [before]);
      patch(patched, [after]);
      const built = document.createElement("div");
      patch(built, [after]);
      expect(patched.innerHTML).toBe(built.innerHTML);
    }),
  );
});
