import type { JsonObject, JsonValue } from "../../json";
import { claimedState } from "../../plan/claimedFields";
import type { DraftDocument, DraftPhase, DraftStep } from "./draft";

type Entry = JsonObject;

/** True for `{tasks: []}` and `{tag: {tasks: []}}`. */
export function isTaskMaster(value: unknown): value is JsonObject {
  return isObject(value) && tagsOf(value).length > 0;
}

/**
 * Tasks of a Task Master file, one phase per tag. Dependencies may be numbers, strings or several in one string;
 * those on subtasks, on nothing, or around a cycle cannot be kept and are named in the warnings.
 */
export function readTaskMaster(
  value: JsonObject,
  name: string,
): DraftDocument & { readonly dependsOn: ReadonlyMap<string, readonly string[]> } {
  const tags = tagsOf(value);
  const warnings: string[] = [];
  const dependsOn = new Map<string, readonly string[]>();
  const phases = tags.map(({ tag, tasks }): DraftPhase => {
    const label = (id: string): string => (tags.length > 1 ? `${slug(tag)}.${id}` : id);
    const ids = new Set(tasks.map((task) => text(task["id"])));
    for (const task of tasks) {
      const id = text(task["id"]);
      const wanted = dependencies(task["dependencies"]);
      const known = wanted.filter((other) => ids.has(other) && other !== id);
      for (const other of wanted.filter((entry) => !known.includes(entry))) {
        warnings.push(
          `Task ${id} depends on ${other}, which is no task of ${tag}; the dependency was left out`,
        );
      }
      dependsOn.set(label(id), [...new Set(known)].map(label));
    }
    return {
      name: tag === "" || tag === "master" ? name : tag,
      key: null,
      state: undefined,
      fields: {},
      after: [],
      milestones: [
        { name: "Tasks", description: "", criteria: [], steps: tasks.map((task) => stepOf(task, label)) },
      ],
    };
  });
  breakCycles(dependsOn, warnings);
  return { name, request: name, fields: {}, phases, claimed: {}, warnings, dependsOn };
}

function tagsOf(value: JsonObject): { readonly tag: string; readonly tasks: readonly Entry[] }[] {
  const own = value["tasks"];
  if (Array.isArray(own)) return [{ tag: "", tasks: objects(own as readonly JsonValue[]) }];
  return Object.entries(value).flatMap(([tag, entry]) => {
    const tasks = isObject(entry) ? entry["tasks"] : undefined;
    return Array.isArray(tasks) ? [{ tag, tasks: objects(tasks as readonly JsonValue[]) }] : [];
  });
}

function stepOf(task: Entry, label: (id: string) => string): DraftStep {
  const id = text(task["id"]);
  const details = [task["description"], task["details"]].map(text).filter((part) => part !== "");
  const test = text(task["testStrategy"]);
  const subtasks = Array.isArray(task["subtasks"]) ? objects(task["subtasks"] as readonly JsonValue[]) : [];
  const status = text(task["status"]);
  return {
    title: text(task["title"]) === "" ? `Task ${id}` : text(task["title"]),
    description: [...details, ...(test === "" ? [] : [`Test strategy: ${test}`])].join("\n\n"),
    ...(id === "" ? {} : { label: label(id) }),
    parallel: false,
    optional: false,
    state: claimedState(status) ?? (status === "" ? undefined : null),
    labels: [],
    commands: [],
    children: subtasks.map((subtask) => stepOf(subtask, (sub) => `${id}.${sub}`)),
    boxed: status !== "",
    checkbox: false,
    line: 0,
  };
}

function dependencies(value: JsonValue | undefined): string[] {
  const list: readonly JsonValue[] = Array.isArray(value)
    ? (value as readonly JsonValue[])
    : value === undefined
      ? []
      : [value];
  return list
    .flatMap((entry) => text(entry).split(","))
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

/** Leaves out the dependency that closes each cycle; without recursion. */
function breakCycles(dependsOn: Map<string, readonly string[]>, warnings: string[]): void {
  const done = new Set<string>();
  for (const root of dependsOn.keys()) {
    const path: { id: string; rest: string[] }[] = done.has(root)
      ? []
      : [{ id: root, rest: [...(dependsOn.get(root) ?? [])] }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { id } = top;
      const next = top.rest.shift();
      if (next === undefined) {
        done.add(id);
        path.pop();
        continue;
      }
      const at = path.findIndex((entry) => entry.id === next);
      if (at >= 0) {
        const cycle = [...path.slice(at).map((entry) => entry.id), next].join(" -> ");
        warnings.push(`The dependencies form a cycle: ${cycle}; the one of ${id} on ${next} was left out`);
        dependsOn.set(
          id,
          (dependsOn.get(id) ?? []).filter((other) => other !== next),
        );
      } else if (!done.has(next)) path.push({ id: next, rest: [...(dependsOn.get(next) ?? [])] });
    }
  }
}

function slug(tag: string): string {
  return tag.replaceAll(/[^\p{L}\p{N}_-]+/gu, "-");
}

function text(value: JsonValue | undefined): string {
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? value.trim() : "";
}

function objects(values: readonly JsonValue[]): readonly Entry[] {
  return values.filter(isObject);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
