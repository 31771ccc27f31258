/** Where a module may be, as paths from the workspace root, best first. Empty when the name says nothing about files. */
export type Language = "script" | "python";

export function languageOf(path: string): Language | undefined {
  if (/\.(?:[cm]?[jt]s|[jt]sx)$/u.test(path)) return "script";
  return /\.pyi?$/u.test(path) ? "python" : undefined;
}

/** For `./x`, `../x` and for what an alias points to: the file itself, with an extension, or a folder's index. */
export function scriptCandidates(target: string): readonly string[] {
  const plain = target.replace(/[?#].*$/u, "");
  const swapped = scriptSource(plain);
  return [
    ...(plain === "" ? [] : [plain, ...swapped, ...extensions.map((extension) => `${plain}${extension}`)]),
    ...extensions.map((extension) => joinPath(plain, `index${extension}`)),
  ];
}

const extensions = [
  ".ts",
  ".tsx",
  ".d.ts",
  ".mts",
  ".cts",
  ".js",
  ".jsx",
  ".mjs",
  ".cjs",
  ".json",
  ".vue",
  ".svelte",
  ".node",
];

/** TypeScript names the file that will be written; the file that is there has another extension. */
function scriptSource(path: string): readonly string[] {
  const match = /^(.*)\.([cm]?)js(x?)$/u.exec(path);
  if (match === null) return [];
  const [, stem = "", flavor = "", jsx = ""] = match;
  return jsx === "x" ? [`${stem}.tsx`] : [`${stem}.${flavor}ts`, `${stem}.tsx`, `${stem}.d.${flavor}ts`];
}

/** `a.b` in any of the folders that Python searches; relative names start at the importing file. */
export function pythonCandidates(module: string, fromFile: string): readonly string[] {
  const dots = /^\.*/u.exec(module)?.[0].length ?? 0;
  const parts = module.slice(dots).split(".").filter(Boolean);
  const folder = parentOf(fromFile);
  if (dots > 0) {
    let base: string | undefined = folder;
    for (let up = 1; up < dots; up += 1)
      base = base === undefined || base === "" ? undefined : parentOf(base);
    return base === undefined ? [] : pythonFiles(base, parts);
  }
  return searchFolders(folder).flatMap((root) => pythonFiles(root, parts));
}

/** Every folder above the file, and the `src` folder beside each, as tools for Python put them on the path. */
export function searchFolders(folder: string): readonly string[] {
  const all = new Set<string>();
  for (let at = folder; ; at = parentOf(at)) {
    all.add(at).add(joinPath(at, "src"));
    if (at === "") return [...all];
  }
}

function pythonFiles(root: string, parts: readonly string[]): readonly string[] {
  const stem = joinPath(root, parts.join("/"));
  return [
    ...(parts.length === 0 ? [] : [`${stem}.py`, `${stem}.pyi`]),
    joinPath(stem, "__init__.py"),
    joinPath(stem, "__init__.pyi"),
  ];
}

/** The package that a bare name belongs to: `a/b` is in `a`, `@s/a/b` in `@s/a`. */
export function packageOf(module: string): string {
  return module
    .split("/")
    .slice(0, module.startsWith("@") ? 2 : 1)
    .join("/");
}

export function isNodeBuiltin(module: string): boolean {
  return module.startsWith("node:") || builtins.has(module.split("/")[0] ?? "");
}

const builtins: ReadonlySet<string> = new Set(
  (
    "assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain events fs " +
    "http http2 https inspector module net os path perf_hooks process punycode querystring readline repl stream " +
    "string_decoder sys timers tls trace_events tty url util v8 vm wasi worker_threads zlib"
  ).split(" "),
);

/** Resolves `.` and `..`; undefined when the path leaves the root. */
export function resolveFrom(folder: string, relative: string): string | undefined {
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of relative.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join("/");
}

export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

export function joinPath(folder: string, name: string): string {
  return folder === "" || name === "" ? folder + name : `${folder}/${name}`;
}
