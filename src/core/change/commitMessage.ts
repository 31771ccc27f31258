export interface CommitDescription {
  readonly title: string;
  /** What the attempt says it did; null when it says nothing. */
  readonly summary: string | null;
  readonly run: string;
  readonly task: string;
  readonly attempt: string;
}

/** The trailers that tie a commit to what caused it; also how a landed commit is found again. */
export function commitTrailers(
  ids: Pick<CommitDescription, "run" | "task" | "attempt">,
): Readonly<Record<string, string>> {
  return {
    "MasterPlan-Run": trailerValue(ids.run),
    "MasterPlan-Task": trailerValue(ids.task),
    "MasterPlan-Attempt": trailerValue(ids.attempt),
  };
}

/**
 * Subject of at most 72 characters, the summary wrapped, the trailers as the last paragraph. Titles and summaries come
 * from plans and models: no line of theirs can pass for a trailer, a comment or the end of the message.
 */
export function commitMessage(description: CommitDescription): string {
  const trailers = Object.entries(commitTrailers(description)).map(([key, value]) => `${key}: ${value}`);
  const body = bodyOf(description.summary ?? "");
  return (
    [
      subjectOf(description.title, description.task),
      ...(body === "" ? [] : [body]),
      trailers.join("\n"),
    ].join("\n\n") + "\n"
  );
}

const subjectWidth = 72;
const bodyWidth = 72;
const maxBodyLines = 60;

function subjectOf(title: string, task: string): string {
  const text = visible(title)
    .replace(/\s+/gu, " ")
    .trim()
    .replace(/^(?:(?:fixup|squash|amend)!\s*)+/iu, "")
    .replace(/^[#;\s]+/u, "")
    .replace(/^(MasterPlan-[A-Za-z]+)\s*:/iu, "$1")
    .replace(/[.\s]+$/u, "");
  if (text === "") return `Complete task ${trailerValue(task)}`.slice(0, subjectWidth);
  const subject = text.charAt(0).toUpperCase() + text.slice(1);
  const characters = Array.from(subject);
  if (characters.length <= subjectWidth) return subject;
  const cut = characters.slice(0, subjectWidth - 3).join("");
  const space = cut.lastIndexOf(" ");
  return `${(space > subjectWidth / 2 ? cut.slice(0, space) : cut).replace(/[\s,;:.-]+$/u, "")}...`;
}

function bodyOf(summary: string): string {
  const lines = visible(summary.replace(/\r\n?/gu, "\n"))
    .split("\n")
    .flatMap((line) => wrap(line.trimEnd()))
    .map(quoteActive);
  const text = lines
    .slice(0, maxBodyLines)
    .join("\n")
    .replace(/\n{3,}/gu, "\n\n")
    .replace(/^\n+|\s+$/gu, "");
  return lines.length > maxBodyLines ? `${text}\n[...]` : text;
}

function wrap(line: string): string[] {
  const lines: string[] = [];
  let rest = line.slice(0, 20_000);
  while (rest.length > bodyWidth) {
    const space = rest.lastIndexOf(" ", bodyWidth);
    const end = space > 0 ? space : rest.indexOf(" ", bodyWidth);
    if (end < 0) break;
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end + 1).trimStart();
  }
  return [...lines, rest];
}

/** Comments, trailers, the divider of mailed patches and diff headers mean something to git at the start of a line. */
function quoteActive(line: string): string {
  return /^(?:[#;]|-{3}|diff |Index: |[A-Za-z0-9-]+\s*[:=]|\(cherry picked)/u.test(line) ? `> ${line}` : line;
}

function visible(text: string): string {
  return text.replace(/[^\P{C}\n\t]|[\u2028\u2029]/gu, "");
}

/** Ids are ours or the plan's; a plan's may hold anything. */
function trailerValue(text: string): string {
  return visible(text).replace(/\s+/gu, " ").trim().slice(0, 200);
}
