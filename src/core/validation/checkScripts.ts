import { isJsonObject, parseJsonObject } from "./detect/jsonObject";

/** Scripts of a manifest that a check stands for, by name. */
export type CheckScripts = Readonly<Record<string, string>>;

/** The manifest and the script that a check's source names; null for a check that is no script. */
export function scriptOf(source: string): { readonly manifest: string; readonly script: string } | null {
  const found = /^(.*package\.json)#\/scripts\/(.+)$/u.exec(source);
  return found === null ? null : { manifest: found[1] ?? "", script: found[2] ?? "" };
}

/**
 * What running `script` executes, as far as the manifest says: the script itself, what the package manager runs before
 * and after it, and every script whose name occurs in the text of one of these, over and over. Empty without the script.
 */
export function scriptTexts(manifest: string | undefined, script: string): CheckScripts {
  const scripts = parseJsonObject(manifest)?.["scripts"];
  if (!isJsonObject(scripts) || typeof scripts[script] !== "string") return {};
  const names = Object.keys(scripts);
  const found = new Map<string, string>();
  const open = [script];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const text = scripts[name];
    if (found.has(name) || typeof text !== "string") continue;
    found.set(name, text);
    const words = new Set(text.split(/[\s"'`;&|()=,]+/u));
    const globs = [...words]
      .filter((word) => word.includes("*"))
      .map((word) => word.slice(0, word.indexOf("*")));
    const meant = (other: string) => words.has(other) || globs.some((start) => other.startsWith(start));
    open.push(`pre${name}`, `post${name}`, ...names.filter(meant));
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Each script with its text, for a person: characters that do not show, or reorder what does, stand as their codes. */
export function scriptLines(scripts: CheckScripts): readonly string[] {
  const plain = (text: string) =>
    text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (mark) => `\\u{${mark.codePointAt(0)?.toString(16) ?? ""}}`);
  return Object.entries(scripts).map(([name, text]) => plain(`${name}: ${text}`));
}

/** All of them in one line. */
export function scriptsLine(scripts: CheckScripts): string {
  return scriptLines(scripts).join("; ");
}

export function sameScripts(a: CheckScripts, b: CheckScripts): boolean {
  const [left, right] = [a, b].map((one) => JSON.stringify(Object.entries(one).sort()));
  return left === right;
}
