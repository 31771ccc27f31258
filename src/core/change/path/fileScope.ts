import picomatch from "picomatch/posix";

/**
 * Tells whether a path belongs to a task's `file_scope`. A name without wildcards stands for the file, or for
 * everything below the folder. `null` or no entry at all: the plan limits nothing.
 */
export function fileScope(globs: readonly string[] | null): (path: string) => boolean {
  if (globs === null || globs.length === 0) return () => true;
  const matchers = globs.map(toMatcher);
  return (path) => matchers.some((matches) => matches(path));
}

function toMatcher(glob: string): (path: string) => boolean {
  const pattern = glob.trim().replace(/^(?:\.\/)+/u, "");
  if (pattern === "" || pattern === ".") return () => true;
  const folder = pattern.replace(/\/+$/u, "");
  const isLiteral = !/[*?[\]{}!()]/u.test(pattern);
  const matches = isLiteral || pattern.length > 1000 ? () => false : picomatch(pattern, globOptions);
  return (path) => path === pattern || path.startsWith(`${folder}/`) || matches(path);
}

/** Extended globs are off: nested ones can take exponential time, and plans have no use for them. */
const globOptions = { dot: true, noextglob: true, nonegate: true } as const;
