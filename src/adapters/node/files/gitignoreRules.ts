import ignore, { type Ignore } from "ignore";

/**
 * The `.gitignore` files from the root down to one folder. A file inside an ignored folder stays ignored, and a
 * deeper file may take back what a higher one says, as git does it.
 */
export class GitignoreRules {
  readonly #levels: readonly { readonly folder: string; readonly rules: Ignore }[];

  constructor(levels: readonly { readonly folder: string; readonly rules: Ignore }[] = []) {
    this.#levels = levels;
  }

  /** The rules below `folder` (relative, `""` for the root), whose `.gitignore` holds `text`. */
  with(folder: string, text: string): GitignoreRules {
    return new GitignoreRules([
      ...this.#levels,
      { folder, rules: ignore({ allowRelativePaths: false }).add(text) },
    ]);
  }

  /** `path` is relative to the root; every folder above it is known not to be ignored. */
  ignores(path: string, kind: "file" | "folder"): boolean {
    for (const level of [...this.#levels].reverse()) {
      const below = level.folder === "" ? path : path.slice(level.folder.length + 1);
      const verdict = level.rules.test(kind === "folder" ? `${below}/` : below);
      if (verdict.ignored) return true;
      if (verdict.unignored) return false;
    }
    return false;
  }
}
