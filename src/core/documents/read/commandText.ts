import type { Argv } from "../../plan/plan";

/** Programs that build, test and check; naming one with arguments is clearly meant as a command. */
const programs = new Set(
  (
    "npm npx pnpm yarn bun bunx node deno tsc tsx eslint prettier biome vitest jest mocha ava playwright cypress vite webpack esbuild turbo nx " +
    "python python3 py pytest uv uvx poetry pip pipenv hatch tox nox ruff mypy pyright black flake8 isort pylint coverage alembic " +
    "go gofmt golangci-lint staticcheck cargo rustc rustfmt just make cmake ctest ninja mise task bazel meson " +
    "mvn gradle sbt dotnet msbuild swift xcodebuild flutter dart php composer phpunit ruby bundle rake rspec rubocop mix elixir zig stack cabal ghc lein " +
    "terraform helm hadolint shellcheck markdownlint ansible-lint bash sh pwsh openspec semgrep trivy bandit"
  ).split(" "),
);
/** Of those, the ones that do something useful without arguments. */
const alone = new Set(
  "pytest tox nox make tsc jest vitest mocha rspec phpunit rake ctest just eslint mypy ruff".split(" "),
);

const shellSyntax = /[|&;<>$`(){}*?!#~\n\\]|^\s*[A-Za-z_]\w*=/u;
const placeholder = /\[[^\]]*\]|<[^>]*>|(?<!\/)\.\.\.|…/u;

/** What a piece of code is when read as a command line. */
export type CommandReading =
  | { readonly kind: "argv"; readonly argv: Argv }
  /** A command that needs a shell or has a gap to fill in: a person runs it. */
  | { readonly kind: "shell" | "placeholder"; readonly text: string }
  | { readonly kind: "none" };

/** Reads inline code as a command: an argument vector when it needs no shell, never anything that would be expanded. */
export function readCommand(code: string): CommandReading {
  const text = code.trim().replace(/^\$\s+/u, "");
  const parts = text.split(/\s*(?:&&|\|\|?|;)\s*/u).filter((part) => part !== "");
  if (parts.length > 1) {
    return parts.some((part) => readCommand(part).kind !== "none")
      ? { kind: "shell", text }
      : { kind: "none" };
  }
  const words = text.replace(/^(?:[A-Za-z_]\w*=\S*\s+)+|^cd\s+\S+\s*(?:&&|;)\s*/u, "").split(/\s+/u);
  const program = words[0] ?? "";
  const known = programs.has(program) || /^\.{1,2}\/[\w./-]+$/u.test(program);
  if (!known || (words.length < 2 && !(alone.has(program) || program.startsWith("./"))))
    return { kind: "none" };
  if (placeholder.test(text)) return { kind: "placeholder", text };
  const argv = splitWords(text);
  return argv === null ? { kind: "shell", text } : { kind: "argv", argv };
}

/** Splits at blanks with simple quotes; null when a shell would do anything more than that. */
function splitWords(text: string): Argv | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote = "";
  for (const char of text) {
    if (quote !== "") {
      if (char === quote) quote = "";
      else if (quote === '"' && /[$`\\]/u.test(char)) return null;
      else word = (word ?? "") + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= "";
    } else if (/\s/u.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (shellSyntax.test(char)) return null;
    else word = (word ?? "") + char;
  }
  if (quote !== "") return null;
  if (word !== null) words.push(word);
  return words.length === 0 || /^[A-Za-z_]\w*=/u.test(words[0] ?? "") ? null : words;
}

/** Verbs of tasks that write about a command instead of running it. */
const authoring =
  /^(?:add|create|write|document|update|describe|implement|define|introduce|replace|remove|rename|configure|set ?up|extend|refactor|fix|support|use|mention|expose|move|draft|wire|publish|agregar|añadir|crear|escribir|documentar|actualizar|implementar|definir|configurar|registrar|hinzufügen|erstellen|aggiungere|creare|ajouter|créer|adicionar|criar)\b/iu;

/** True when a step that mentions commands is about running them. */
export function isAboutRunning(text: string): boolean {
  return !authoring.test(text.replace(/^[^\p{L}]+/u, ""));
}

/** Commands of a package script that a sentence gives in parentheses without code marks: "(npm run lint, fix all)". */
export function commandsInParentheses(text: string): readonly Argv[] {
  return [...text.matchAll(/\(((?:npm|pnpm|yarn|bun) run [\w:.-]+)(?=[,;)])/gu)].map((match) =>
    (match[1] ?? "").split(" "),
  );
}
