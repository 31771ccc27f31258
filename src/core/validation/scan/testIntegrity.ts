import type { ChangeSet, FileChange, HunkLine } from "../../change/changeSet";
import { isSecretFile } from "../../change/path/secretFile";
import { fileScope } from "../../change/path/fileScope";
import type { Translate } from "../../translate";
import type { Evidence } from "../evidence";

/** One sign that the change makes its tests prove less. */
export interface IntegrityFinding {
  readonly kind: "skipped" | "focused" | "deleted" | "weakened" | "ignored_exit" | "unreachable";
  readonly path: string;
  /** 1-based in the file after the change, or before it for what was removed; null for whole files. */
  readonly line: number | null;
  readonly text: string;
}

/**
 * Looks for tests that were skipped, deleted, emptied or made unable to fail. A finding is no proof of cheating, so a
 * person may waive it; without one the evidence passes. `deletions` are globs of files that the plan itself removes.
 */
export function checkTestIntegrity(
  change: ChangeSet,
  t: Translate,
  options: { readonly deletions?: readonly string[] } = {},
): { readonly evidence: Evidence; readonly findings: readonly IntegrityFinding[] } {
  const deletions = options.deletions ?? [];
  const planned = deletions.length === 0 ? () => false : fileScope(deletions);
  const moved = movedTests(change);
  const findings = [
    ...change.files.flatMap((file) => fileFindings(file, planned(file.path) || moved.has(file.path))),
    ...hiddenTests(change),
  ];
  const first = findings[0];
  const where = first === undefined ? "" : `${first.path}${first.line === null ? "" : `:${first.line}`}`;
  const more = findings.length > 1 ? ` ${t("(and {0} more)", findings.length - 1)}` : "";
  return {
    findings,
    evidence: {
      check: "test-integrity",
      layer: "integrity",
      severity: "important",
      status: first === undefined ? "passed" : "failed",
      summary:
        first === undefined
          ? t("No test was skipped, deleted or weakened")
          : `${t(sentences[first.kind])}: ${where} ${first.text}${more}`.trim(),
      duration_ms: 0,
    },
  };
}

const sentences: Readonly<Record<IntegrityFinding["kind"], string>> = {
  skipped: "A test is skipped",
  focused: "Only some tests would run",
  deleted: "A test file is deleted",
  weakened: "A test asserts less than before",
  ignored_exit: "A command can no longer fail",
  unreachable: "A test ends before its assertions",
};

/** Test files by the conventions of the common runners. */
export function isTestFile(path: string): boolean {
  const name = path.split("/").at(-1) ?? "";
  if (/\.(?:md|txt|snap|json|ya?ml|csv|html|css|svg|png)$/iu.test(name)) return false;
  return (
    /(?:^|[._-])(?:test|tests|spec|specs|e2e)[._-][\w.-]+$/iu.test(name) ||
    /^test_.*\.py$|_test\.\w+$|_spec\.rb$|(?:Test|Tests|TestCase|IT|Spec)\.(?:java|kt|cs|scala|groovy|php|swift)$/u.test(
      name,
    ) ||
    /(?:^|\/)(?:__tests__|tests?|specs?|testing)\//iu.test(path)
  );
}

const skips: readonly RegExp[] = [
  /\b(?:describe|it|test|suite|context|specify|bench)\s*(?:\.\w+)*\.(?:skip|todo|fixme|failing|fails)\b/u,
  /\b(?:describe|it|test|suite)\.(?:skipIf|runIf)\s*\(/u,
  /(?:^|[^\w.])(?:xit|xdescribe|xtest|xcontext|xspecify|pending)\s*\(/u,
  /\bthis\.skip\s*\(/u,
  /@(?:pytest\.mark\.)?(?:skip|skipif|skipIf|skipUnless|xfail|expectedFailure)\b|@unittest\.(?:skip\w*|expectedFailure)|\bpytest\.(?:skip|xfail|importorskip)\s*\(|\bself\.skipTest\s*\(|raise\s+(?:unittest\.)?SkipTest|\bpytestmark\s*=.*skip/u,
  /\bt\.Skip(?:f|Now)?\s*\(|\bb\.Skip(?:f|Now)?\s*\(|\btesting\.Short\s*\(/u,
  /#\[ignore\b/u,
  /@(?:Disabled|Ignore)\b|\bAssume\.|\bassumeTrue\s*\(|\[(?:Ignore|Fact\s*\(\s*Skip|Theory\s*\(\s*Skip)|\bAssert\.(?:Ignore|Inconclusive)\s*\(/u,
  /\bmarkTest(?:Skipped|Incomplete)\s*\(/u,
  /^\s*(?:skip|pending|xit|xdescribe|xcontext)\s+["':]|^\s*(?:skip|pending)\s*$/u,
  /\{\s*skip:\s*(?!false\b)|,\s*skip:\s*(?!false\b)/u,
  /\bXCTSkip|\bGTEST_SKIP\s*\(|\bDISABLED_\w+/u,
];

const focuses: readonly RegExp[] = [
  /\b(?:describe|it|test|suite|context|specify)\s*(?:\.\w+)*\.only\b/u,
  /(?:^|[^\w.])(?:fit|fdescribe|fcontext|ftest)\s*\(/u,
  /\{\s*only:\s*true\b/u,
];

const assertion =
  /\bexpect\s*(?:\.\w+)?\s*\(|\bassert\w*\b|\.should\b|\bshould[.(]|\bself\.assert\w+|\bt\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)\s*\(|\b(?:require|assert)\.\w+\s*\(|\bAssert\w*[.(]|\bverify\s*\(|\bEXPECT_\w+|\bASSERT_\w+|\bXCTAssert\w*|\bpytest\.raises\b/u;

const emptyAssertion =
  /\bexpect\s*\(\s*(?:true|1)\s*\)\s*\.\s*(?:to(?:Be|Equal|StrictEqual)\s*\(\s*(?:true|1)\s*\)|toBeTruthy\s*\(\s*\)|to\.be\.true)|\bassert\s+(?:True|1|1\s*==\s*1)\s*(?:$|,|#)|\bassert(?:True)?\s*\(\s*(?:true|True|1)\s*\)|\bassert(?:\.ok|\.equal|\.strictEqual)?\s*\(\s*true\s*(?:,\s*true\s*)?\)|\bAssert\.(?:True|IsTrue)\s*\(\s*true\s*\)|\bassert!\s*\(\s*true\s*\)/u;

const ignoredExit =
  /\|\|\s*(?:true|:|exit\s+0|echo\b)|;\s*(?:true|exit\s+0)\s*(?:["'`]|$)|--passWithNoTests\b|--pass-with-no-tests\b|\bcontinue-on-error:\s*true|--exit-zero\b|\bset\s+\+e\b|--no-fail\b|ignore_errors:\s*(?:true|yes)|allow_failure:\s*true/u;

const testDefinition =
  /(?:^|[^\w.])[xf]?(?:it|test|specify)\s*(?:\.(?!each)\w+)*(?:\.each\b[^(]*\([^)]*\))?\s*\(\s*["'`]|^\s*(?:async\s+)?def\s+test_\w+|^\s*func\s+(?:\([^)]*\)\s*)?Test\w+\s*\(|#\[(?:tokio::)?test\]|@Test\b|@ParameterizedTest\b|\[(?:Fact|Theory|Test|TestMethod)\b|^\s*[xf]?(?:it|specify|scenario)\s+["']|\bfunction\s+test\w+\s*\(/u;

function fileFindings(file: FileChange, deletionPlanned: boolean): IntegrityFinding[] {
  const isTest = isTestFile(file.path);
  const lines = numberedLines(file);
  const added = lines.filter((line) => line.kind === "add");
  const removed = lines.filter((line) => line.kind === "remove");
  const findings: IntegrityFinding[] = [];
  const report = (kind: IntegrityFinding["kind"], line: NumberedLine | null): void => {
    findings.push({
      kind,
      path: file.path,
      line: line?.number ?? null,
      // Secret files are not quoted.
      text: line === null || isSecretFile(file.path) ? "" : line.text.trim().slice(0, 120),
    });
  };
  if (isTest && file.kind === "delete") {
    if (!deletionPlanned) report("deleted", null);
    return findings;
  }
  for (const line of added) {
    if (
      isExitFile(file.path) &&
      ignoredExit.test(line.text) &&
      !removed.some((old) => ignoredExit.test(old.text))
    )
      report("ignored_exit", line);
    if (!isTest || isComment(line.text)) continue;
    if (
      skips.some((pattern) => pattern.test(line.text)) &&
      !removed.some((old) => old.text.trim() === line.text.trim())
    )
      report("skipped", line);
    else if (focuses.some((pattern) => pattern.test(line.text))) report("focused", line);
    else if (emptyAssertion.test(line.text)) report("weakened", line);
  }
  if (!isTest || file.kind === "add") return findings;
  const lost = lostLines(removed, added);
  if (lost !== null) report("weakened", lost);
  const commented = added.find((line) => isComment(line.text) && isCommentedTest(line.text, removed));
  if (commented !== undefined) report("skipped", commented);
  const early = added.find(
    (line) => /^\s*return\b[^;]{0,20};?\s*$/u.test(line.text) && nextIsAssertion(lines, line),
  );
  if (early !== undefined) report("unreachable", early);
  return findings;
}

interface NumberedLine {
  readonly kind: HunkLine["kind"];
  readonly text: string;
  readonly number: number;
}

function numberedLines(file: FileChange): NumberedLine[] {
  return file.hunks.flatMap((hunk) => {
    let [before, after] = [hunk.before_start, hunk.after_start];
    return hunk.lines.map((line) => {
      const number = line.kind === "remove" ? before : after;
      if (line.kind !== "add") before++;
      if (line.kind !== "remove") after++;
      return { kind: line.kind, text: line.text, number };
    });
  });
}

/** The first removed assertion or test, if the file has fewer of them afterwards. */
function lostLines(removed: readonly NumberedLine[], added: readonly NumberedLine[]): NumberedLine | null {
  for (const pattern of [testDefinition, assertion]) {
    const gone = removed.filter((line) => pattern.test(line.text) && !isComment(line.text));
    const come = added.filter((line) => pattern.test(line.text) && !isComment(line.text));
    const first = gone[0];
    if (first !== undefined && gone.length > come.length) return first;
  }
  return null;
}

function isComment(line: string): boolean {
  return /^\s*(?:\/\/|#(?!\[)|\*|\/\*|--|<!--|""")/u.test(line);
}

function isCommentedTest(line: string, removed: readonly NumberedLine[]): boolean {
  const bare = line.replace(/^\s*(?:\/\/+|#+|\*|\/\*)\s?/u, "").trim();
  return (
    bare !== "" &&
    (testDefinition.test(bare) || assertion.test(bare)) &&
    removed.some((old) => old.text.trim() === bare)
  );
}

function nextIsAssertion(lines: readonly NumberedLine[], line: NumberedLine): boolean {
  const next = lines
    .slice(lines.indexOf(line) + 1)
    .find((other) => other.kind !== "remove" && other.text.trim() !== "");
  return next?.kind === "context" && assertion.test(next.text);
}

/** Where commands are written: scripts, manifests, build files, continuous integration. */
function isExitFile(path: string): boolean {
  return /(?:^|\/)(?:package\.json|[Mm]akefile|justfile|Taskfile[\w.]*|tox\.ini|noxfile\.py|Jenkinsfile|Dockerfile[\w.]*)$|\.(?:sh|bash|zsh|ps1|ya?ml|mk|toml|cfg|ini)$/u.test(
    path,
  );
}

/** Deleted test files whose lines turn up in another test file of the change. */
function movedTests(change: ChangeSet): ReadonlySet<string> {
  const arrived = new Set(
    change.files
      .filter((file) => file.kind !== "delete" && isTestFile(file.path))
      .flatMap((file) => tellingLines(file, "add")),
  );
  const gone = change.files.filter((file) => file.kind === "delete" && isTestFile(file.path));
  const isMoved = (file: FileChange): boolean => {
    const lines = tellingLines(file, "remove");
    return lines.length > 0 && lines.every((line) => arrived.has(line));
  };
  return new Set(gone.filter(isMoved).map((file) => file.path));
}

/** The lines that make a test: definitions and assertions. */
function tellingLines(file: FileChange, kind: HunkLine["kind"]): string[] {
  return numberedLines(file)
    .filter((line) => line.kind === kind && (testDefinition.test(line.text) || assertion.test(line.text)))
    .map((line) => line.text.trim());
}

/** A deleted test file whose content goes into a file that no runner takes for a test. */
function hiddenTests(change: ChangeSet): IntegrityFinding[] {
  const deleted = change.files.filter((file) => file.kind === "delete" && isTestFile(file.path));
  const before = new Map(deleted.map((file) => [file.before, file.path]));
  return change.files.flatMap((file) => {
    const from = file.kind === "add" && !isTestFile(file.path) ? before.get(file.after) : undefined;
    return from === undefined
      ? []
      : [{ kind: "skipped" as const, path: file.path, line: null, text: `(${from})` }];
  });
}
