/**
 * Paths that a file system may take for the same file compare equal in this form: compatibility-normalised, case
 * folded, without characters that HFS+ ignores, without NTFS streams and the trailing dots and spaces that Windows
 * drops. For comparing only; never open what comes out of it.
 */
export function canonicalPath(path: string): string {
  return path
    .split(/[/\\]/u)
    .filter((component) => component !== "" && component !== ".")
    .map(canonicalComponent)
    .join("/");
}

/** One component in the same form. */
export function canonicalComponent(component: string): string {
  const folded = foldCase(component.replace(ignorable, "").normalize("NFKC"));
  const stream = folded.indexOf(":");
  return (stream > 0 ? folded.slice(0, stream) : folded).replace(/[. ]+$/u, "");
}

/** Zero-width characters and marks that HFS+ drops when it compares names, and the combining dot of a folded `İ`. */
const ignorable = new RegExp(
  String.raw`\p{Default_Ignorable_Code_Point}|[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]`,
  "gu",
);

/** Upper case first, because `ı` and `ſ` only meet `i` and `s` that way. */
function foldCase(text: string): string {
  return text
    .toUpperCase()
    .toLowerCase()
    .replace(/\u0307/gu, "")
    .normalize("NFKC");
}
