/**
 * The tool a check needed and did not find, read from what it printed; undefined when it ran. A check that could not
 * run has proved nothing, whatever its exit code.
 */
export function missingTool(output: string, exitCode: number | null): string | undefined {
  if (exitCode === 0) return undefined;
  for (const pattern of patterns) {
    const found = pattern.exec(output);
    if (found !== null) return found[1] ?? "";
  }
  return undefined;
}

const patterns: readonly RegExp[] = [
  /(?:^|\n)[^\n]*: No module named '?(pytest|mypy|ruff|black|flake8|unittest)'?\s*$/u,
  /npx canceled due to missing packages[^\n]*\["?([\w@/.-]+)/u,
  /npm (?:ERR!|error) request to \S+\/([\w@.%-]+) failed: cache mode/u,
  /npm (?:ERR!|error) could not determine executable to run/u,
  /(?:^|\n)(?:sh|bash|dash|zsh)?(?:: \d+)?(?:: line \d+)?:? ?([\w./-]+): (?:command )?not found\s*(?:\n|$)/u,
  /error: no such command: `(\w+)`/u,
  /error: '([\w-]+)' is not installed for the toolchain/u,
  /'([\w.-]+)' is not recognized as an internal or external command/u,
];
