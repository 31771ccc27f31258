/**
 * A small keyed patcher: a page describes itself as a tree of values, and only what differs touches the document. Text
 * becomes text nodes, never markup. Elements that stay keep their focus, selection and scroll position.
 */
export interface VNode {
  readonly tag: string;
  readonly key: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly listeners: Readonly<Record<string, Listener>>;
  readonly children: readonly (VNode | string)[];
}

export type Listener = (event: Event) => void;
export type Child = VNode | string | null | undefined | false | readonly Child[];

export interface Props {
  /** Unique among siblings; an element is reused for the same key and tag. */
  readonly key?: string | undefined;
  readonly on?: Readonly<Record<string, Listener>>;
  /** Properties, written when the described value changes, so that typed text is not overwritten. */
  readonly set?: Readonly<Record<string, unknown>>;
  readonly [attribute: string]: unknown;
}

export function h(tag: string, props: Props = {}, ...children: readonly Child[]): VNode {
  const { key, on = {}, set = {}, ...rest } = props;
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(rest)) {
    if (typeof value === "string" || typeof value === "number") attributes[name] = String(value);
    else if (value === true) attributes[name] = name.startsWith("aria-") ? "true" : "";
    else if (value === false && name.startsWith("aria-")) attributes[name] = "false";
  }
  return { tag, key, attributes, properties: set, listeners: on, children: flatten(children) };
}

/** Makes the children of `parent` look as described. */
export function patch(parent: Element, children: readonly Child[]): void {
  patchChildren(parent, flatten(children));
}

const rendered = new WeakMap<Node, VNode>();

function flatten(children: readonly Child[]): (VNode | string)[] {
  const flat: (VNode | string)[] = [];
  for (const child of children) {
    if (child === null || child === undefined || child === false || child === "") continue;
    if (typeof child === "string" || !isList(child)) flat.push(child);
    else flat.push(...flatten(child));
  }
  return flat;
}

function isList(child: VNode | readonly Child[]): child is readonly Child[] {
  return Array.isArray(child);
}

function patchChildren(parent: Element, next: readonly (VNode | string)[]): void {
  const kept = matchChildren(parent, next);
  const keep = new Set(kept);
  // Leaving nodes go first, so that those that stay are not moved, which would cost them the focus.
  for (const node of [...parent.childNodes]) if (!keep.has(node)) node.remove();
  let cursor = parent.firstChild;
  next.forEach((child, index) => {
    const node = kept[index] ?? create(child);
    // Filled in before it is attached: custom elements take their first look at themselves then.
    update(node, child);
    if (node === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(node, cursor);
  });
}

/** For each described child the node that it takes over, or undefined. */
function matchChildren(parent: Element, next: readonly (VNode | string)[]): (ChildNode | undefined)[] {
  const byKey = new Map<string, ChildNode>();
  const loose: ChildNode[] = [];
  for (const node of parent.childNodes) {
    const previous = rendered.get(node);
    if (previous?.key === undefined) loose.push(node);
    else byKey.set(`${previous.tag} ${previous.key}`, node);
  }
  let position = 0;
  return next.map((child) => {
    if (typeof child !== "string" && child.key !== undefined) {
      const id = `${child.tag} ${child.key}`;
      const node = byKey.get(id);
      byKey.delete(id);
      return node;
    }
    for (let index = position; index < loose.length; index += 1) {
      const node = loose[index];
      if (node === undefined || !fits(node, child)) continue;
      position = index + 1;
      return node;
    }
    return undefined;
  });
}

function fits(node: ChildNode, child: VNode | string): boolean {
  if (typeof child === "string") return node.nodeType === 3;
  return rendered.get(node)?.tag === child.tag;
}

function create(child: VNode | string): ChildNode {
  return typeof child === "string" ? document.createTextNode(child) : document.createElement(child.tag);
}

function update(node: ChildNode, child: VNode | string): void {
  if (typeof child === "string") {
    if (node.textContent !== child) node.textContent = child;
    return;
  }
  const previous = rendered.get(node);
  if (previous === child) return;
  const element = node as HTMLElement;
  rendered.set(node, child);
  for (const name of Object.keys(previous?.attributes ?? {})) {
    if (!(name in child.attributes)) element.removeAttribute(name);
  }
  for (const [name, value] of Object.entries(child.attributes)) {
    if (previous?.attributes[name] !== value) element.setAttribute(name, value);
  }
  for (const name of Object.keys(child.listeners)) {
    if (previous !== undefined && name in previous.listeners) continue;
    element.addEventListener(name, (event) => rendered.get(node)?.listeners[name]?.(event));
  }
  patchChildren(element, child.children);
  for (const [name, value] of Object.entries(child.properties)) {
    if (previous?.properties[name] !== value) Reflect.set(element, name, value);
  }
}
