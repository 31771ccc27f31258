import { MasterPlanError } from "../../../core/errors";
import type { GitRunner } from "../runner/gitRunner";
import { refPrefix, resolveCommit } from "../repository/refs";
import type { OpenRepository } from "../repository/repository";

/** Newest commit reachable from the branch (or from what is kept of it) that carries all trailers; null when none does. */
export async function findLanded(
  runner: GitRunner,
  repository: OpenRepository,
  branch: string,
  trailers: Readonly<Record<string, string>>,
): Promise<string | null> {
  const wanted = Object.entries(trailers).map(([name, value]) => `${name}: ${value}`);
  if (wanted.length === 0)
    throw new MasterPlanError("internal", "A landed commit is looked for without any trailer");
  const tip =
    (await resolveCommit(runner, repository, `refs/heads/${branch}`)) ??
    (await resolveCommit(runner, repository, `${refPrefix}finished/${branch}`));
  if (tip === null) return null;
  const patterns = wanted.map((line) => `--grep=${line}`);
  const format = "--format=%H%n%(trailers:only,unfold)";
  const items = await runner.list(repository.place, [
    "log",
    "-z",
    "--no-show-signature",
    "--fixed-strings",
    "--all-match",
    ...patterns,
    format,
    tip,
    "--",
  ]);
  for (const item of items) {
    const [sha, ...lines] = item.split("\n");
    const found = new Set(lines.map((line) => line.trim()));
    if (sha !== undefined && wanted.every((line) => found.has(line))) return sha;
  }
  return null;
}
