import type { Argv } from "../../plan/plan";

/**
 * True for commands that write into dependency folders (`node_modules`, a Python environment). In a worktree those
 * hold links to the user's packages, so such a command gets real folders first.
 */
export function writesDependencies(argv: Argv): boolean {
  const [program = "", ...rest] = argv;
  const name = (program.split(/[\\/]/u).at(-1) ?? "").replace(/\.(?:exe|cmd|bat)$/iu, "").toLowerCase();
  const verb = rest.find((argument) => !argument.startsWith("-"));
  if (["npm", "pnpm", "bun", "yarn"].includes(name)) {
    if (verb === undefined) return name === "yarn";
    // An option may take a value before the verb, so every word is looked at, unless a script or program is run.
    return !runVerbs.has(verb) && rest.some((argument) => nodeVerbs.has(argument));
  }
  if (/^pip[\d.]*$/u.test(name)) return verb === "install" || verb === "uninstall";
  if (/^python[\d.]*$/u.test(name)) {
    const module = rest[rest.indexOf("-m") + 1];
    return rest.includes("-m") && module !== undefined && ["pip", "venv", "ensurepip"].includes(module);
  }
  // `uv run` brings the environment up to date first, unless told not to.
  if (name === "uv" && verb === "run") return !rest.includes("--no-sync");
  if (["uv", "poetry", "pdm", "pipenv", "hatch", "conda"].includes(name))
    return verb !== undefined && pythonVerbs.has(verb);
  return name === "virtualenv";
}

const runVerbs = new Set(["run", "run-script", "test", "start", "exec", "x", "dlx", "node"]);

const nodeVerbs = new Set(
  (
    "install i in ins isntall add ci clean-install install-test it install-ci-test cit update up upgrade uninstall " +
    "un remove rm r unlink link ln rebuild rb dedupe ddp prune import patch patch-commit fetch"
  ).split(" "),
);

const pythonVerbs = new Set(
  "sync add remove pip venv lock install update self uninstall upgrade env create".split(" "),
);
