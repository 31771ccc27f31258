/**
 * The values in a secret file that must not be quoted anywhere else: what stands behind a key that tells of a secret,
 * what looks made by chance, and the lines of a private key. Ordinary settings beside them, such as a port, a host or
 * `production`, are left out, because hiding them would tear holes into other texts.
 */
export function secretValues(text: string): readonly string[] {
  const values = new Set<string>();
  const take = (key: string, value: string): void => {
    const bare = value
      .trim()
      .replace(/[,;]$/u, "")
      .trim()
      .replace(/^(["'`])(.*)\1$/su, "$2");
    if (tells(key, bare)) values.add(bare);
    for (const [, password = ""] of bare.matchAll(/:\/\/[^\s:/@]*:([^\s/@]{6,})@/gu))
      if (!isOneWord(password)) values.add(password);
  };
  let key = false;
  for (const line of text.split(/\r?\n/u).slice(0, mostLines)) {
    if (line.length > longestLine) continue;
    if (/-----(?:BEGIN|END) /u.test(line)) {
      key = line.includes("-----BEGIN ");
      continue;
    }
    const body = line.trim();
    if (key) {
      if (/^[A-Za-z0-9+/=_-]{16,}$/u.test(body)) values.add(body);
      continue;
    }
    if (body === "" || /^(?:#|;|\/\/\s)/u.test(body)) continue;
    for (const [, name, value] of body.matchAll(quoted)) take(name ?? "", value ?? "");
    const pair = assigned.exec(body) ?? named.exec(body);
    if (pair !== null) take(pair[1] ?? "", pair[2] ?? "");
    const words = body.split(/[\s"'`,;=]+/u);
    for (const [at, word] of words.entries()) {
      // `password` and the word after it, as a netrc file has them.
      take(words[at - 1] ?? "", word);
      // A line such as `host:port:database:user:password`.
      for (const part of word.includes("://") ? [] : word.split(":")) take("", part);
    }
  }
  values.delete("");
  return [...values];
}

const mostLines = 20_000;
const longestLine = 20_000;

/** Every pair of a JSON line: `"name": "value"`. */
const quoted = /"([^"]{1,200})"\s*:\s*"((?:[^"\\]|\\.){1,20000})"/gu;
const assigned = /^(?:export\s+)?([^=\s]{1,200})\s*=\s*(.+)$/u;
const named = /^["']?([\w.-]{1,200})["']?\s*(?::\s+|\s+)(.+)$/u;
const secretKey =
  /pass|pwd|secret|token|api[-_]?key|access[-_]?key|private|credential|auth|salt|signing|encryption|^key$/iu;

function tells(key: string, value: string): boolean {
  if (value.length < 8 || /^\$\{?\w+\}?$/u.test(value) || isOneWord(value)) return false;
  if (secretKey.test(key)) return !/\s/u.test(value) || value.length >= 16;
  return looksMadeByChance(value);
}

/** `postgres`, `changeme` and `password` protect nothing, and stand in every other source file. */
function isOneWord(value: string): boolean {
  return value.length < 16 && /^[A-Z]?(?:[a-z]+|[A-Z]+)$/u.test(value);
}

/** Sixteen signs of a key's alphabet with figures among the letters; paths, addresses and dates are not. */
function looksMadeByChance(value: string): boolean {
  return (
    /^[A-Za-z0-9+/_=.~-]{16,}$/u.test(value) &&
    !value.startsWith("/") &&
    !/^\.{0,2}\//u.test(value) &&
    /[A-Za-z]/u.test(value) &&
    (value.match(/\d/gu)?.length ?? 0) >= 3
  );
}
