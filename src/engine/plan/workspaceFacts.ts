import { detectChecks } from "../../core/validation/detect/detectChecks";
import type { WorkspaceView } from "../../core/validation/detect/workspaceView";
import type { EngineDeps } from "../engineDeps";
import type { WorkspaceFacts } from "./plannerFacts";

const languages: Readonly<Record<string, string>> = {
  ts: "TypeScript",
  tsx: "TypeScript",
  js: "JavaScript",
  mjs: "JavaScript",
  jsx: "JavaScript",
  py: "Python",
  go: "Go",
  rs: "Rust",
  java: "Java",
  kt: "Kotlin",
  cs: "C#",
  rb: "Ruby",
  php: "PHP",
  c: "C",
  cpp: "C++",
  swift: "Swift",
};

const maxDocumentChars = 6_000;

/** What planning may know about the workspace; a README is worth reading, secret files are never read. */
export async function workspaceFacts(deps: EngineDeps, view: WorkspaceView): Promise<WorkspaceFacts> {
  const manifest = parsed(view.read("package.json"));
  const name =
    typeof manifest?.["name"] === "string" ? manifest["name"] : (deps.workspace.split(/[\\/]/u).at(-1) ?? "");
  const scripts = manifest?.["scripts"];
  const readme = view.files.find((path) => /^readme(\.md|\.txt)?$/iu.test(path));
  const content = readme === undefined ? null : await deps.filesAt(deps.workspace).read(readme);
  return {
    project_name: name,
    languages: languagesOf(view.files),
    scripts: isTextRecord(scripts) ? scripts : {},
    checks: detectChecks(view),
    files: view.files,
    documents:
      readme === undefined || content === null
        ? []
        : [{ path: readme, text: new TextDecoder().decode(content.bytes).slice(0, maxDocumentChars) }],
  };
}

function languagesOf(files: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const path of files) {
    const language = languages[path.slice(path.lastIndexOf(".") + 1).toLowerCase()];
    if (language !== undefined) counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([language]) => language);
}

function parsed(text: string | undefined): Record<string, unknown> | null {
  if (text === undefined) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    // A broken manifest belongs to the workspace; planning goes on without its scripts.
    return null;
  }
}

function isTextRecord(value: unknown): value is Record<string, string> {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((one) => typeof one === "string")
  );
}
