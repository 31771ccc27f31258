import { pointerTo } from "./jsonPointer";
import type { Plan, PlanFault, Predicate } from "../plan";
import { tasksWithPointers } from "../tasksWithPointers";

type OutsideReason =
  | "holds a NUL character"
  | "is empty"
  | "is absolute"
  | "points to the home folder"
  | "leaves the workspace"
  | "may leave the workspace";

/** Why a path or glob of a plan cannot be inside the workspace; null when it can. */
export function outsideWorkspace(path: string): OutsideReason | null {
  if (path.includes("\0")) return "holds a NUL character";
  const clean = path.trim().replaceAll("\\", "/");
  if (clean === "") return "is empty";
  if (clean.startsWith("/") || /^[a-z]:/iu.test(clean)) return "is absolute";
  if (clean === "~" || clean.startsWith("~/")) return "points to the home folder";
  let depth = 0;
  for (const part of clean.replace(/^!/u, "").split("/")) {
    if (part === "..") depth -= 1;
    else if (part !== "." && part !== "") depth += 1;
    if (depth < 0) return "leaves the workspace";
  }
  // A brace or a bracket can hide the dots from the count above: {..,a}/x is ../x as well.
  return /(?:^|[/{,(|!])\.\.(?:[/},)|]|$)/u.test(clean) && /[{(]/u.test(clean)
    ? "may leave the workspace"
    : null;
}

/** Whole sentences, so that each can be said in another language. */
function sentenceOf(path: string, reason: OutsideReason): string {
  switch (reason) {
    case "holds a NUL character":
      return `The path ${path} holds a NUL character; give it relative to the workspace folder`;
    case "is empty":
      return `The path ${path} is empty; give it relative to the workspace folder`;
    case "is absolute":
      return `The path ${path} is absolute; give it relative to the workspace folder`;
    case "points to the home folder":
      return `The path ${path} points to the home folder; give it relative to the workspace folder`;
    case "leaves the workspace":
      return `The path ${path} leaves the workspace; give it relative to the workspace folder`;
    case "may leave the workspace":
      return `The path ${path} may leave the workspace; give it relative to the workspace folder`;
  }
}

/** Faults for every path and glob of the plan that is not inside the workspace. */
export function checkPlanPaths(plan: Plan): PlanFault[] {
  const faults: PlanFault[] = [];
  const check = (path: string | undefined, pointer: string): void => {
    const reason = path === undefined ? null : outsideWorkspace(path);
    if (reason === null) return;
    faults.push({ pointer, code: "plan.path", message: sentenceOf(JSON.stringify(path), reason) });
  };
  const checkAll = (paths: readonly string[] | undefined, pointer: string): void => {
    paths?.forEach((path, i) => check(path, pointerTo(pointer, i)));
  };
  const checkPredicates = (predicates: readonly Predicate[] | undefined, pointer: string): void => {
    predicates?.forEach((predicate, i) => {
      check(predicate.path, `${pointer}/${i}/path`);
      check(predicate.file, `${pointer}/${i}/file`);
      if (predicate.from?.includes("/") === true) check(predicate.from, `${pointer}/${i}/from`);
    });
  };
  plan.files?.forEach((file, i) => check(file.path, `/files/${i}/path`));
  plan.edits?.forEach((edit, i) => {
    const file = edit["file"];
    if (typeof file === "string") check(file, `/edits/${i}/file`);
  });
  plan.phases.forEach((phase, p) => {
    checkAll(phase.files_create, `/phases/${p}/files_create`);
    checkAll(phase.files_modify, `/phases/${p}/files_modify`);
    checkPredicates(phase.checkpoint?.predicates, `/phases/${p}/checkpoint/predicates`);
  });
  for (const { task, pointer } of tasksWithPointers(plan)) {
    checkAll(task.file_scope?.write, `${pointer}/file_scope/write`);
    checkAll(task.file_scope?.read, `${pointer}/file_scope/read`);
    checkAll(task.expected_outputs?.files, `${pointer}/expected_outputs/files`);
    checkPredicates(task.preconditions, `${pointer}/preconditions`);
    checkPredicates(task.postconditions, `${pointer}/postconditions`);
  }
  return faults;
}
