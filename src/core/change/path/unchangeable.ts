import { createTranslate, type Translate } from "../../translate";

/** A path that no task may change, and what it belongs to. */
export interface UnchangeablePath {
  /** Relative to the workspace. */
  readonly path: string;
  readonly why: "nested_repository" | "submodule" | "filter";
  /** The folder of the other repository, relative to the workspace, or the name of the git filter. */
  readonly by: string;
}

/** The reason as a sentence. */
export function unchangeableText({ path, why, by }: UnchangeablePath, t: Translate = english): string {
  switch (why) {
    case "nested_repository":
      return path === by
        ? t("{0} is a git repository of its own; no task changes it", by)
        : t("{0} lies in {1}, a git repository of its own; no task changes what is in it", path, by);
    case "submodule":
      return path === by
        ? t("{0} is a submodule; no task changes it", by)
        : t("{0} lies in the submodule {1}; no task changes what is in it", path, by);
    case "filter":
      return by === "lfs"
        ? t("{0} is kept by Git LFS; no task changes it", path)
        : t("{0} is kept through the git filter {1}, which is never run; no task changes it", path, by);
  }
}

const english = createTranslate({});
