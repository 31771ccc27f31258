/** Takes secrets out of a text before it is stored or shown. */
export type Redact = (text: string) => string;

const mark = "[redacted]";

/** Shapes that are secrets wherever they stand; the first group is kept. */
const shapes: readonly RegExp[] = [
  /()-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/gu,
  /()\b(?:sk|rk|pk)-[A-Za-z0-9_-]{16,}/gu,
  /()\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|glpat-[A-Za-z0-9_-]{20,})/gu,
  /()\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/gu,
  /()\bxox[abeprs]-[A-Za-z0-9-]{10,}/gu,
  /()\bAIza[A-Za-z0-9_-]{35}/gu,
  /()\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/gu,
  /\b((?:Bearer|Basic)\s+)[A-Za-z0-9._~+/=-]{12,}/giu,
  /(:\/\/[^\s:/@]{1,200}:)[^\s/@]{1,200}(?=@)/gu,
  /((?:api[_-]?key|secret|password|passwd|access[_-]?token|auth[_-]?token)["']?\s*[:=]\s*["']?)[^\s"',;]{8,}/giu,
];

/**
 * A redactor that knows `secrets` by value and the usual shapes of keys and tokens. Values below six characters are
 * left alone, because they would take ordinary words with them.
 */
export function createRedact(secrets: readonly string[] = []): Redact {
  const hide = createHide(secrets);
  return (text) => {
    let clean = hide(text);
    for (const shape of shapes) clean = clean.replace(shape, `$1${mark}`);
    return clean;
  };
}

/** The same by value alone: for texts that are worked on, in which a shape may be an example or a pattern. */
export function createHide(secrets: readonly string[]): Redact {
  const values = [...new Set(secrets)]
    .filter((secret) => secret.length >= 6)
    .sort((a, b) => b.length - a.length);
  return (text) => values.reduce((clean, value) => clean.split(value).join(mark), text);
}
