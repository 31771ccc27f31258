import { canonicalComponent } from "./canonicalPath";

/**
 * The folder in which these paths together would make a bare repository (`HEAD` beside `objects` and `refs`, or beside
 * `commondir`), or null. Git run below such a folder takes its config, and what it executes, from there. Pass the
 * paths that an attempt has created so far along with the new ones: the parts may come one by one.
 */
export function nestedRepository(paths: Iterable<string>): string | null {
  const parts = new Map<string, Set<string>>();
  for (const path of paths) {
    const components = path.split("/");
    components.forEach((component, depth) => {
      const name = canonicalComponent(component);
      if (!marks.has(name)) return;
      const folder = components.slice(0, depth).join("/");
      const found = parts.get(folder) ?? new Set<string>();
      parts.set(folder, found.add(name));
    });
  }
  for (const [folder, found] of parts) {
    if (found.has("head") && (found.has("commondir") || (found.has("objects") && found.has("refs"))))
      return folder;
  }
  return null;
}

const marks = new Set(["head", "objects", "refs", "commondir"]);
