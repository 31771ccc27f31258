import type { DetectedCheck } from "../../validation/evidence";
import type { WorkspaceView } from "../../validation/detect/workspaceView";
import type { Argv } from "../plan";

/** What the template says about one toolchain that a workspace uses. */
export interface WorkspaceToolchain {
  readonly name: string;
  /** Files by which it was found; the first one is named in conditions. */
  readonly manifest: string;
  /** Ask the tools for their versions; they show that the environment can run the checks. */
  readonly versions: readonly Argv[];
  /** Pattern of source files, for the scope of implementation tasks. */
  readonly sources: readonly string[];
  readonly tests: readonly string[];
}

/** The toolchains of a workspace, the one with most source files first. */
export function toolchains(
  view: WorkspaceView,
  checks: readonly DetectedCheck[],
): readonly WorkspaceToolchain[] {
  const commands = new Set(checks.map((check) => check.command[0] ?? ""));
  const managers = ["npm", "pnpm", "yarn", "bun"].filter((name) => commands.has(name));
  const environments = ["uv", "poetry", "pipenv"].filter((name) => commands.has(name));
  const version = (name: string): Argv => (name === "go" ? ["go", "version"] : [name, "--version"]);
  const known = [
    {
      name: view.files.some((file) => /(?:^|\/)tsconfig[^/]*\.json$/u.test(file))
        ? "TypeScript"
        : "JavaScript",
      manifest: /(?:^|\/)package\.json$/u,
      source: /\.(?:[cm]?[jt]s|[jt]sx)$/u,
      tools: ["node", ...managers],
      sources: ["src/**", "lib/**"],
      tests: ["test/**", "tests/**", "**/*.test.*", "**/*.spec.*"],
    },
    {
      name: "Python",
      manifest: /(?:^|\/)(?:pyproject\.toml|setup\.py|setup\.cfg|requirements[^/]*\.txt|Pipfile)$/u,
      source: /\.py$/u,
      tools: ["python3", ...environments],
      sources: ["src/**", "**/*.py"],
      tests: ["tests/**", "**/test_*.py"],
    },
    {
      name: "Go",
      manifest: /(?:^|\/)go\.mod$/u,
      source: /\.go$/u,
      tools: ["go"],
      sources: ["**/*.go"],
      tests: ["**/*_test.go"],
    },
    {
      name: "Rust",
      manifest: /(?:^|\/)Cargo\.toml$/u,
      source: /\.rs$/u,
      tools: ["cargo"],
      sources: ["src/**"],
      tests: ["tests/**", "src/**"],
    },
  ];
  return known
    .map((one) => ({
      ...one,
      found:
        view.files.find((file) => one.manifest.test(file)) ??
        view.files.find((file) => one.source.test(file)),
      size: view.files.filter((file) => one.source.test(file)).length,
    }))
    .filter((one) => one.found !== undefined)
    .sort((a, b) => b.size - a.size)
    .map(({ name, found = "", tools, sources, tests }) => ({
      name,
      manifest: found,
      versions: tools.map(version),
      sources,
      tests,
    }));
}

/** The check as one argument vector that runs from the workspace root; undefined when its tool cannot be told a folder. */
export function fromRoot(check: DetectedCheck): Argv | undefined {
  const { command, cwd } = check;
  if (cwd === "") return command;
  const [tool = "", ...rest] = command;
  switch (tool) {
    case "npm":
      return ["npm", "--prefix", cwd, ...rest];
    case "pnpm":
      return ["pnpm", "--dir", cwd, ...rest];
    case "bun":
      return ["bun", "--cwd", cwd, ...rest];
    case "go":
      return ["go", "-C", cwd, ...rest];
    case "cargo": {
      const [subcommand = "", ...options] = rest;
      return ["cargo", subcommand, "--manifest-path", `${cwd}/Cargo.toml`, ...options];
    }
    default:
      return undefined;
  }
}
