import { err, ok, type Result } from "../../result";
import { canonicalComponent } from "./canonicalPath";

declare const workspacePathBrand: unique symbol;

/** A relative path with `/` that names a file below the root on every platform; only `parseWorkspacePath` makes one. */
export type WorkspacePath = string & { readonly [workspacePathBrand]: true };

export interface PathProblem {
  readonly code: "path.outside" | "path.forbidden";
  readonly path: string;
  /** Written for the model as well: what is wrong and what to write instead. */
  readonly message: string;
}

export interface PathOptions {
  /** The root itself (`""` or `.`) is a valid answer, as for listings. */
  readonly allowRoot?: boolean;
}

/**
 * The gate every path from a model, a plan or a view passes before anything is read or written. Says nothing about
 * what lies on disk: links are the business of the file adapter.
 */
export function parseWorkspacePath(
  text: string,
  options: PathOptions = {},
): Result<WorkspacePath, PathProblem> {
  const problem = characterProblem(text) ?? rootProblem(text);
  if (problem !== null) return err({ ...problem, path: printable(text) });
  const components = text.split("/").filter((component) => component !== "" && component !== ".");
  if (components.length === 0) {
    if (options.allowRoot === true) return ok("" as WorkspacePath);
    return err(refuse("path.forbidden", text, "names no file"));
  }
  if (text.endsWith("/") && options.allowRoot !== true) {
    return err(refuse("path.forbidden", text, "names a folder, expected a file"));
  }
  for (const component of components) {
    const reason = componentProblem(component);
    if (reason !== null)
      return err(refuse(reason === parent ? "path.outside" : "path.forbidden", text, reason));
  }
  const path = components.join("/");
  if (byteLength(path) > 1024) return err(refuse("path.forbidden", text, "is longer than 1024 bytes"));
  return ok(path as WorkspacePath);
}

/** True for names under which git keeps or finds a repository, in any spelling a file system folds into them. */
export function isGitName(component: string): boolean {
  const name = canonicalComponent(component);
  return name === ".git" || /^git~\d+$/u.test(name);
}

const parent = "leaves the workspace with ..";

interface Refusal {
  readonly code: PathProblem["code"];
  readonly message: string;
}

function refuse(code: PathProblem["code"], path: string, reason: string): PathProblem {
  return { code, path: printable(path), message: `Path ${JSON.stringify(printable(path))} ${reason}` };
}

function characterProblem(text: string): Refusal | null {
  if (text.length > 4096) return refuse("path.forbidden", text, "is longer than 1024 bytes");
  if (/[\p{Cc}\u2028\u2029]/u.test(text)) return refuse("path.forbidden", text, "holds a control character");
  if (/[\p{Bidi_Control}\u206a-\u206f]/u.test(text))
    return refuse("path.forbidden", text, "holds a text direction mark");
  if (/\p{Cs}/u.test(text)) return refuse("path.forbidden", text, "is not valid Unicode");
  return null;
}

function rootProblem(text: string): Refusal | null {
  const relative = "expected a path relative to the workspace root, with /";
  if (/^[/\\]/u.test(text)) return refuse("path.outside", text, `is absolute, ${relative}`);
  if (/^[A-Za-z]:/u.test(text)) return refuse("path.outside", text, `names a drive, ${relative}`);
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\//u.test(text))
    return refuse("path.outside", text, `is an address, ${relative}`);
  if (/^~(?:[/\\]|$)/u.test(text)) return refuse("path.outside", text, `names a home folder, ${relative}`);
  if (/(?:^|[/\\])\.\.(?:[/\\]|$)/u.test(text)) return refuse("path.outside", text, parent);
  if (text.includes("\\")) return refuse("path.forbidden", text, "holds a backslash, expected /");
  return null;
}

const deviceName = /^(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$|clock\$)$/u;

function componentProblem(component: string): string | null {
  if (isGitName(component)) return `names git's own folder (${JSON.stringify(component)})`;
  const name = canonicalComponent(component);
  if (name === "" || name === "." || name === "..") return parent;
  if (/[. ]$/u.test(component)) return `ends a name with a dot or a space (${JSON.stringify(component)})`;
  if (/[<>:"|?*]/u.test(component))
    return `holds a character that is not portable (${JSON.stringify(component)})`;
  if (/[:/\\]/u.test(component.normalize("NFKC")))
    return `holds a look-alike of a separator (${JSON.stringify(component)})`;
  if (deviceName.test((name.split(".")[0] ?? "").trimEnd()))
    return `uses a device name (${JSON.stringify(component)})`;
  if (/^[^.~]{1,6}~\d{1,6}(?:\.[^.]{0,3})?$/u.test(name))
    return `is a short name for another file (${JSON.stringify(component)})`;
  if (byteLength(component) > 255) return "holds a name longer than 255 bytes";
  return null;
}

function byteLength(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** The path as it may be shown: shortened, what cannot be seen replaced. */
function printable(text: string): string {
  const short = text.length > 200 ? `${text.slice(0, 200)}...` : text;
  return short.replace(/[\p{C}\u2028\u2029]/gu, "\ufffd");
}
