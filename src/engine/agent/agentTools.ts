import type { ToolSpec } from "../../ports/languageModel";

const text = { type: "string" };
const path = { type: "string", description: 'Path relative to the workspace root, with "/".' };
const line = { type: "integer", minimum: 1 };

function tool(
  name: string,
  description: string,
  required: readonly string[],
  properties: Readonly<Record<string, unknown>>,
): ToolSpec {
  return { name, description, parameters: { type: "object", required, properties } };
}

/** What an agent can do. Names and arguments are fixed; recordings and other tools rely on them. */
export const agentTools: readonly ToolSpec[] = [
  tool("list_files", "Lists files of the workspace, git-ignored ones left out.", [], {
    path: { ...path, description: "Folder to list; the whole workspace when left out." },
    glob: { ...text, description: "Only paths that match, for example src/**/*.ts." },
  }),
  tool("read_file", "Reads a text file, with line numbers.", ["path"], {
    path,
    start_line: line,
    end_line: line,
  }),
  tool("search_text", "Finds a text in the files of the workspace.", ["query"], {
    query: { ...text, minLength: 1 },
    is_regex: { type: "boolean", description: "The query is a JavaScript regular expression." },
    glob: text,
  }),
  tool(
    "write_file",
    "Creates a file or replaces the whole of it. Give the complete content.",
    ["path", "content"],
    {
      path,
      content: text,
    },
  ),
  tool(
    "edit_file",
    "Replaces pieces of a file. Each search text must be in the file exactly once; nothing is changed unless all edits apply.",
    ["path", "edits"],
    {
      path,
      edits: {
        type: "array",
        minItems: 1,
        items: {
          type: "object",
          required: ["search", "replace"],
          properties: { search: text, replace: text },
        },
      },
    },
  ),
  tool(
    "apply_patch",
    'Applies a unified diff, or a patch between "*** Begin Patch" and "*** End Patch".',
    ["patch"],
    {
      patch: text,
    },
  ),
  tool("delete_file", "Deletes a file.", ["path"], { path }),
  tool("move_file", "Moves or renames a file.", ["from", "to"], { from: path, to: path }),
  tool("run_check", "Runs one of the task's checks on the files as they are now.", ["check"], {
    check: text,
  }),
  tool(
    "update_subtask",
    "Says where a subtask stands. For the reader only; it proves nothing.",
    ["subtask_id", "status"],
    {
      subtask_id: text,
      status: { type: "string", enum: ["in_progress", "completed", "cancelled"] },
    },
  ),
  tool("finish", "Ends the attempt. Call it once, when the task is done or cannot be done.", ["summary"], {
    summary: { ...text, description: "What was changed and why, in a few sentences." },
    decisions: {
      type: "array",
      items: {
        type: "object",
        required: ["decision", "rationale"],
        properties: { decision: text, rationale: text },
      },
    },
    surprises: {
      type: "array",
      items: {
        type: "object",
        required: ["observation", "evidence"],
        properties: { observation: text, evidence: text },
      },
    },
  }),
];
