import { maskCode } from "./codeMask";
import { formatsSql } from "./sqlFormatting";

/** A line that a person should look at before it lands. */
export interface SecurityFinding {
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly rule: string;
  /** English; goes through a translator before anyone sees it. */
  readonly message: string;
}

interface Rule {
  readonly rule: string;
  readonly message: string;
  readonly files: RegExp;
  readonly pattern: RegExp | ((line: string) => boolean);
  /** What the pattern is matched with: `code` hides strings and comments, `text` hides comments, `raw` nothing. */
  readonly on: "code" | "text" | "raw";
}

/**
 * Looks at the given lines of one file for calls that run text as code, unsafe deserialization, SQL put together from
 * strings, and secrets. Comments and strings are told from code, so a warning about `eval` is no `eval`.
 */
export function scanSecurity(
  path: string,
  text: string,
  lines: ReadonlySet<number>,
): readonly SecurityFinding[] {
  const applicable = rules.filter((rule) => rule.files.test(path));
  if (applicable.length === 0 || lines.size === 0) return [];
  const mask = maskCode(path, text);
  const views = {
    code: mask.codeOnly.split("\n"),
    text: mask.withoutComments.split("\n"),
    raw: text.split("\n"),
  };
  const isTest = /(?:^|[/._-])(?:tests?|spec|__tests__|fixtures?|mocks?)(?:[/._-]|$)/iu.test(path);
  const findings: SecurityFinding[] = [];
  for (const line of [...lines].sort((a, b) => a - b)) {
    const found = applicable.find((rule) => {
      if (rule.rule === "password" && (isTest || placeholder.test(views.raw[line - 1] ?? ""))) return false;
      const view = (views[rule.on][line - 1] ?? "").slice(0, longestLine);
      return typeof rule.pattern === "function" ? rule.pattern(view) : rule.pattern.test(view);
    });
    if (found !== undefined) findings.push({ path, line, rule: found.rule, message: found.message });
  }
  return findings;
}

const script = /\.(?:[cm]?[jt]s|[jt]sx|vue|svelte)$/u;
const python = /\.pyi?$/u;
const anyCode = /\.(?:[cm]?[jt]s|[jt]sx|vue|svelte|py|rb|php|go|java|kt|cs|rs)$/u;
const anyFile = /(?:)/u;
/** Longer lines are data or generated code; what is dangerous stands in lines that people write. */
const longestLine = 4000;

const placeholder =
  /example|changeme|change_me|placeholder|your[-_ ]|xxx|\*\*\*|<[^>]+>|\$\{|process\.env|os\.environ|getenv|dummy|\btest\b/iu;

const rules: readonly Rule[] = [
  {
    rule: "eval",
    message: "Text is run as code with eval",
    files: /\.(?:[cm]?[jt]s|[jt]sx|vue|svelte|pyi?|php|rb)$/u,
    on: "code",
    pattern: /(?<![\w.$]|def |function )eval\s*\(/u,
  },
  {
    rule: "function-constructor",
    message: "Text is run as code with the Function constructor",
    files: script,
    on: "code",
    pattern: /\bnew\s+Function\s*\(/u,
  },
  {
    rule: "exec",
    message: "Text is run as code with exec",
    files: python,
    on: "code",
    pattern: /(?<![\w.]|def )exec\s*\(/u,
  },
  {
    rule: "shell",
    message: "A command line put together from values runs in a shell",
    files: script,
    on: "text",
    pattern: /\b(?:exec|execSync)\s*\(\s*(?:`[^`]*\$\{|["'][^"']*["']\s*\+)/u,
  },
  {
    rule: "shell",
    message: "A command line runs in a shell",
    files: python,
    on: "code",
    pattern: /\bshell\s*=\s*True\b|\bos\.(?:system|popen)\s*\(/u,
  },
  {
    rule: "pickle",
    message: "Unpickling can run code from the data",
    files: python,
    on: "code",
    pattern: /\b(?:c?pickle|dill|marshal)\.loads?\s*\(/iu,
  },
  {
    rule: "yaml-load",
    message: "yaml.load without a safe loader can run code from the data",
    files: python,
    on: "code",
    pattern: /\byaml\.(?:load|unsafe_load)\s*\((?![^)]*SafeLoader)/u,
  },
  {
    rule: "sql",
    message: "SQL is put together from values instead of being given parameters",
    files: anyCode,
    on: "text",
    pattern: formatsSql,
  },
  {
    rule: "tls",
    message: "Certificates are not verified",
    files: anyCode,
    on: "code",
    pattern:
      /\brejectUnauthorized\s*:\s*false\b|\bverify\s*=\s*False\b|\bNODE_TLS_REJECT_UNAUTHORIZED\b|\bInsecureSkipVerify\s*:\s*true\b/u,
  },
  {
    rule: "private-key",
    message: "A private key is in the file",
    files: anyFile,
    on: "raw",
    pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/u,
  },
  {
    rule: "token",
    message: "A secret token is in the file",
    files: anyFile,
    on: "raw",
    pattern:
      /\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{40,}|glpat-[\w-]{20}|xox[abprs]-[\w-]{20,}|sk-(?:proj-|ant-)?[A-Za-z0-9_-]{32,}|sk_live_[A-Za-z0-9]{20,}|AIza[\w-]{35}|npm_[A-Za-z0-9]{36})\b/u,
  },
  {
    rule: "password",
    message: "A password or key is written into the code",
    files: anyCode,
    on: "text",
    pattern:
      /\b(?:password|passwd|secret|api_?key|access_?token|auth_?token)\b["']?\s*[:=]\s*["'][^"'\s]{8,}["']/iu,
  },
];
