/**
 * Files below one root: a worktree or the user's folder. Paths are relative with `/` and have passed the path gate of
 * `core/change/workspacePath.ts`; the adapter checks again that nothing on the way is a link that leaves the root.
 */
export interface WorkspaceFiles {
  readonly root: string;
  /**
   * Paths of files, git-ignored ones left out, sorted, at most `limit`. `glob` with dot files. `secret`: just the secret
   * files, those that git ignores among them.
   */
  list(options: {
    readonly under?: string;
    readonly glob?: string;
    readonly secret?: true;
    readonly limit: number;
  }): Promise<FileListing>;
  /** null when there is no such file. Rejects with `path.outside` for a link that leaves the root. */
  read(path: string): Promise<FileContent | null>;
  stat(path: string): Promise<"file" | "directory" | "other" | null>;
  search(query: TextSearch): Promise<readonly TextMatch[]>;
  /** All operations or none: contents are written beside, then put in place; a failure restores what was. Not synced to disk: for worktrees. */
  apply(writes: readonly FileWrite[]): Promise<void>;
}

export interface FileListing {
  readonly paths: readonly string[];
  readonly truncated: boolean;
}

export interface FileContent {
  readonly bytes: Uint8Array;
  /** POSIX permission bits, 0o644 style. */
  readonly mode: number;
}

export interface TextSearch {
  readonly query: string;
  readonly is_regex: boolean;
  readonly glob?: string;
  readonly limit: number;
}

export interface TextMatch {
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly text: string;
}

export type FileWrite =
  | { readonly kind: "write"; readonly path: string; readonly bytes: Uint8Array; readonly mode: number }
  | { readonly kind: "delete"; readonly path: string };
