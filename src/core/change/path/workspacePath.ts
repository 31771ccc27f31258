import { err, ok, type Result } from "../../result";
import { fillSentence } from "../../translate";
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
    return err(refuse("path.forbidden", text, "Path {0} names no file"));
  }
  if (text.endsWith("/") && options.allowRoot !== true) {
    return err(refuse("path.forbidden", text, "Path {0} names a folder, expected a file"));
  }
  for (const component of components) {
    const reason = componentProblem(component);
    if (reason !== null)
      return err(refuse(reason === parent ? "path.outside" : "path.forbidden", text, reason, component));
  }
  const path = components.join("/");
  if (byteLength(path) > 1024)
    return err(refuse("path.forbidden", text, "Path {0} is longer than 1024 bytes"));
  return ok(path as WorkspacePath);
}

/** True for names under which git keeps or finds a repository, in any spelling a file system folds into them. */
export function isGitName(component: string): boolean {
  const name = canonicalComponent(component);
  return name === ".git" || /^git~\d+$/u.test(name);
}

const parent = "Path {0} leaves the workspace with ..";

interface Refusal {
  readonly code: PathProblem["code"];
  readonly message: string;
}

/** `sentence` has the path as `{0}` and, where it is about one name in it, that name as `{1}`. */
function refuse(code: PathProblem["code"], path: string, sentence: string, name = ""): PathProblem {
  const shown = [path, name].map((text) => JSON.stringify(printable(text)));
  return { code, path: printable(path), message: fillSentence(sentence, shown) };
}

function characterProblem(text: string): Refusal | null {
  if (text.length > 4096) return refuse("path.forbidden", text, "Path {0} is longer than 1024 bytes");
  if (/[\p{Cc}\u2028\u2029]/u.test(text))
    return refuse("path.forbidden", text, "Path {0} holds a control character");
  if (/[\p{Bidi_Control}\u206a-\u206f]/u.test(text))
    return refuse("path.forbidden", text, "Path {0} holds a text direction mark");
  if (/\p{Cs}/u.test(text)) return refuse("path.forbidden", text, "Path {0} is not valid Unicode");
  return null;
}

function rootProblem(text: string): Refusal | null {
  if (/^[/\\]/u.test(text))
    return refuse(
      "path.outside",
      text,
      "Path {0} is absolute, expected a path relative to the workspace root, with /",
    );
  if (/^[A-Za-z]:/u.test(text))
    return refuse(
      "path.outside",
      text,
      "Path {0} names a drive, expected a path relative to the workspace root, with /",
    );
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\//u.test(text))
    return refuse(
      "path.outside",
      text,
      "Path {0} is an address, expected a path relative to the workspace root, with /",
    );
  if (/^~(?:[/\\]|$)/u.test(text))
    return refuse(
      "path.outside",
      text,
      "Path {0} names a home folder, expected a path relative to the workspace root, with /",
    );
  if (/(?:^|[/\\])\.\.(?:[/\\]|$)/u.test(text)) return refuse("path.outside", text, parent);
  if (text.includes("\\")) return refuse("path.forbidden", text, "Path {0} holds a backslash, expected /");
  return null;
}

const deviceName = /^(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$|clock\$)$/u;

function componentProblem(component: string): string | null {
  if (isGitName(component)) return "Path {0} names git's own folder ({1})";
  const name = canonicalComponent(component);
  if (name === "" || name === "." || name === "..") return parent;
  if (/[. ]$/u.test(component)) return "Path {0} ends a name with a dot or a space ({1})";
  if (/[<>:"|?*]/u.test(component)) return "Path {0} holds a character that is not portable ({1})";
  if (/[:/\\]/u.test(component.normalize("NFKC"))) return "Path {0} holds a look-alike of a separator ({1})";
  if (deviceName.test((name.split(".")[0] ?? "").trimEnd())) return "Path {0} uses a device name ({1})";
  if (/^[^.~]{1,6}~\d{1,6}(?:\.[^.]{0,3})?$/u.test(name))
    return "Path {0} is a short name for another file ({1})";
  if (byteLength(component) > 255) return "Path {0} holds a name longer than 255 bytes";
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
