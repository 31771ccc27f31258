import type { WorkspaceView } from "./workspaceView";

export type CheckKind = "test" | "types" | "lint" | "build" | "format";
export type Toolchain = "node" | "python" | "go" | "rust";

/** A check as one toolchain offers it in one folder, before it gets a name that is unique in the workspace. */
export interface FoundCheck {
  readonly kind: CheckKind;
  readonly toolchain: Toolchain;
  /** Relative to the workspace root, `""` for the root. */
  readonly folder: string;
  readonly command: readonly string[];
  readonly source: string;
}

/** One folder of the workspace, with paths relative to it. */
export interface Folder {
  readonly path: string;
  /** Files below the folder that do not belong to a package nested in it. */
  readonly files: readonly string[];
  has(name: string): boolean;
  read(name: string): string | undefined;
  /** `name` as seen from the workspace root, for the source of a check. */
  locate(name: string): string;
}

export function openFolder(view: WorkspaceView, path: string, nested: readonly string[] = []): Folder {
  const prefix = path === "" ? "" : `${path}/`;
  const inner = nested
    .filter((other) => other !== path && other.startsWith(prefix))
    .map((other) => `${other}/`);
  const files = view.files
    .filter((file) => file.startsWith(prefix) && !inner.some((other) => file.startsWith(other)))
    .map((file) => file.slice(prefix.length));
  const names = new Set(files);
  return {
    path,
    files,
    has: (name) => names.has(name),
    read: (name) => (names.has(name) ? view.read(prefix + name) : undefined),
    locate: (name) => prefix + name,
  };
}
