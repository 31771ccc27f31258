import { addedLines } from "../../core/validation/scan/addedLines";
import { isSecretFile } from "../../core/change/path/secretFile";
import type { FileChange } from "../../core/change/changeSet";
import type { Task } from "../../core/plan/plan";
import type { Evidence } from "../../core/validation/evidence";
import { findDebugOutput } from "../../core/validation/scan/debugOutput";
import { scanSecurity } from "../../core/validation/scan/securityScan";
import { resolveImports } from "./codePredicates";
import { ImportResolver } from "./importResolver";
import type { AttemptValidation } from "./validationInput";

/** A changed file with its text after the change. */
export interface Source {
  readonly file: FileChange;
  readonly text: string;
}

/** Layers that read the changed files themselves and run nothing. */
export class SourceLayers {
  readonly #input: AttemptValidation;
  #sources: Promise<readonly Source[]> | undefined;

  constructor(input: AttemptValidation) {
    this.#input = input;
  }

  /** Files outside the task's scope are named for the person; an output that is not there is a failure. */
  async scope(): Promise<readonly Evidence[]> {
    const t = this.#input.translate;
    const { change, task } = this.#input;
    const started = this.#input.clock.now();
    const missing = await this.#missingOutput(task);
    const outside = change.files.filter((file) => file.out_of_scope).map((file) => file.path);
    const all: Evidence[] = [];
    if (missing !== undefined) {
      all.push(
        this.#evidence(
          "outputs",
          "scope",
          "critical",
          "failed",
          t("Expected file {0} was not written", missing),
          started,
        ),
      );
    }
    const inside = t("Changed files, all in scope: {0}", change.files.length);
    if (outside.length > 0)
      all.push(
        this.#evidence(
          "scope",
          "scope",
          "nice_to_have",
          "failed",
          t("Outside the scope of the task: {0}", outside.join(", ")),
          started,
        ),
      );
    else all.push(this.#evidence("scope", "scope", "critical", "passed", inside, started));
    return all;
  }

  async syntax(): Promise<Evidence> {
    const t = this.#input.translate;
    const started = this.#input.clock.now();
    let parsed = 0;
    for (const { file, text } of await this.#read()) {
      const verdict = await this.#input.syntax.check(file.path, text);
      if (verdict.status === "error") {
        // The fault quotes the text it stands in.
        const summary = isSecretFile(file.path)
          ? t("{0} does not parse", file.path)
          : t("{0} line {1}: {2}", file.path, verdict.line, verdict.message);
        return this.#evidence("syntax", "syntax", "critical", "failed", summary, started);
      }
      if (verdict.status === "ok") parsed += 1;
      const conflict = text
        .split("\n")
        .findIndex((line, index) => addedLines(file).has(index + 1) && /^(?:<{7}|>{7})(?: |$)/u.test(line));
      if (conflict !== -1) {
        const summary = t("{0} line {1}: a conflict mark was left in the file", file.path, conflict + 1);
        return this.#evidence("syntax", "syntax", "critical", "failed", summary, started);
      }
    }
    if (parsed === 0)
      return this.#evidence(
        "syntax",
        "syntax",
        "critical",
        "not_applicable",
        t("No changed file is in a language that can be parsed here"),
        started,
      );
    return this.#evidence(
      "syntax",
      "syntax",
      "critical",
      "passed",
      t("All changed files parse ({0})", parsed),
      started,
    );
  }

  /** Only imports that the change adds: what was unresolved before is not this task's doing. */
  async imports(): Promise<Evidence> {
    const t = this.#input.translate;
    const started = this.#input.clock.now();
    const resolver = new ImportResolver(this.#input.files);
    let total = 0;
    let open: string | undefined;
    for (const { file, text } of await this.#read()) {
      // What it imports would be quoted.
      if (isSecretFile(file.path)) continue;
      const report = await resolveImports(
        file.path,
        text,
        { syntax: this.#input.syntax, resolver },
        addedLines(file),
      );
      if (report.missing !== undefined) {
        const summary = t(
          "{0} line {1}: cannot resolve {2}",
          file.path,
          report.missing.line,
          report.missing.module,
        );
        return this.#evidence("imports", "imports", "critical", "failed", summary, started);
      }
      total += report.total;
      if (report.unknown !== undefined)
        open ??= t(
          "{0} line {1}: nothing declares {2}",
          file.path,
          report.unknown.line,
          report.unknown.module,
        );
    }
    if (open !== undefined)
      return this.#evidence("imports", "imports", "nice_to_have", "not_verified", open, started);
    if (total === 0)
      return this.#evidence(
        "imports",
        "imports",
        "critical",
        "not_applicable",
        t("The change adds no import"),
        started,
      );
    return this.#evidence(
      "imports",
      "imports",
      "critical",
      "passed",
      t("All added imports resolve ({0})", total),
      started,
    );
  }

  async security(): Promise<Evidence> {
    const t = this.#input.translate;
    const started = this.#input.clock.now();
    const findings = (await this.#read()).flatMap(({ file, text }) =>
      scanSecurity(file.path, text, addedLines(file)),
    );
    const [first] = findings;
    if (first === undefined)
      return this.#evidence(
        "security",
        "security",
        "important",
        "passed",
        t("The added lines hold nothing dangerous that is known here"),
        started,
      );
    const more = findings.length > 1 ? ` ${t("(and {0} more)", findings.length - 1)}` : "";
    const summary = `${t("{0} line {1}: {2}", first.path, first.line, t(first.message))}${more}`;
    return this.#evidence("security", "security", "important", "failed", summary, started);
  }

  /** Shown beside the formatting: neither is wrong, and neither should land unseen. */
  async debugOutput(): Promise<readonly Evidence[]> {
    const t = this.#input.translate;
    const started = this.#input.clock.now();
    for (const { file, text } of await this.#read()) {
      const line = findDebugOutput(file.path, text, addedLines(file));
      if (line === undefined) continue;
      const summary = t("{0} line {1}: output for debugging was left in", file.path, line);
      return [this.#evidence("debug-output", "format", "nice_to_have", "failed", summary, started)];
    }
    return [];
  }

  /** The changed text files that the layers read. */
  sources(): Promise<readonly Source[]> {
    return this.#read();
  }

  /** Changed text files; large and binary ones have no syntax worth reading. */
  async #read(): Promise<readonly Source[]> {
    this.#sources ??= this.#readAll();
    return await this.#sources;
  }

  async #readAll(): Promise<readonly Source[]> {
    const sources: Source[] = [];
    for (const file of this.#input.change.files) {
      if (file.binary || file.kind === "delete" || file.hunks.length === 0) continue;
      const content = await this.#input.files.read(file.path);
      if (content === null || content.bytes.length > mostBytes) continue;
      sources.push({ file, text: new TextDecoder().decode(content.bytes) });
    }
    return sources;
  }

  async #missingOutput(task: Task): Promise<string | undefined> {
    for (const path of task.expected_outputs?.files ?? []) {
      if (/[*?{[]/u.test(path)) {
        if ((await this.#input.files.list({ glob: path, limit: 1 })).paths.length === 0) return path;
      } else if ((await this.#input.files.stat(path.replace(/\/$/u, ""))) === null) return path;
    }
    return undefined;
  }

  #evidence(
    check: string,
    layer: Evidence["layer"],
    severity: Evidence["severity"],
    status: Evidence["status"],
    summary: string,
    started: number,
  ): Evidence {
    return { check, layer, severity, status, summary, duration_ms: this.#input.clock.now() - started };
  }
}

const mostBytes = 5 * 1024 * 1024;
