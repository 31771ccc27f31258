import { sha256Hex } from "../text/contentHash";
import type { EditOperation } from "./editOperation";

/** Lower-case hex sha256 over everything an operation list says, in order. */
export function hashOperations(operations: readonly EditOperation[]): string {
  return sha256Hex(JSON.stringify(["masterplan.operations.1", operations.map(describe)]));
}

function describe(operation: EditOperation): readonly unknown[] {
  switch (operation.kind) {
    case "write":
      return [
        "write",
        operation.path,
        operation.content,
        operation.create,
        operation.loose_end,
        operation.executable,
      ];
    case "replace":
      return ["replace", operation.path, operation.edits.map((edit) => [edit.search, edit.replace])];
    case "patch":
      return [
        "patch",
        operation.path,
        operation.hunks.map((hunk) => [
          hunk.anchors,
          hunk.line,
          hunk.at_end,
          hunk.final_newline,
          hunk.lines.map((line) => [line.kind, line.text]),
        ]),
      ];
    case "delete":
      return ["delete", operation.path, operation.lines];
    case "move":
      return ["move", operation.path, operation.to];
  }
}
