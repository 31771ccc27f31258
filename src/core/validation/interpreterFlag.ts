/**
 * The argument that turns an executable into a reader of code, such as `-c` of a shell or `-e` of node; undefined when
 * the vector has none. Such a vector runs only when a person approved exactly this one: no rule by prefix can be safe.
 */
export function interpreterFlag(argv: readonly string[]): string | undefined {
  for (const [index, word] of argv.entries()) {
    const program = programName(word);
    // Launchers such as env, nice or timeout hide the interpreter further right, so every position counts.
    if (index > 0 && !launchers.has(programName(argv[0] ?? ""))) break;
    const rule = rules.get(program);
    const found =
      rule === undefined
        ? undefined
        : argv.slice(index + 1).find((argument, at, all) => rule(argument, at, all));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `/usr/bin/python3.11` and `Python.EXE` are both the program `python`. */
function programName(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1).toLowerCase();
  return name.replace(/\.(?:exe|cmd|bat|com)$/u, "").replace(/[\d.]+$/u, "");
}

type Rule = (argument: string, index: number, all: readonly string[]) => boolean;

/** A single-dash cluster such as `-lc` that holds one of the letters, or one of the long options, with or without `=`. */
function flags(letters: string, ...long: readonly string[]): Rule {
  return (argument) =>
    (letters !== "" &&
      new RegExp(`^-[A-Za-z]*[${letters}]`, "u").test(argument) &&
      !argument.startsWith("--")) ||
    long.some((name) => argument === name || argument.startsWith(`${name}=`));
}

/** The options of an interpreter end at its first operand or at `-m`; what follows belongs to the script or module. */
function beforeOperand(rule: Rule, takesValue: ReadonlySet<string> = new Set()): Rule {
  return (argument, index, all) => {
    for (let at = 0; at < index; at += 1) {
      const earlier = all[at] ?? "";
      if (takesValue.has(earlier)) at += 1;
      else if (!earlier.startsWith("-") || earlier === "-m") return false;
    }
    return rule(argument, index, all);
  };
}

const shell = beforeOperand(
  flags("cs", "--command", "--init-command", "--rcfile", "--init-file"),
  new Set(["-o", "+o", "-O"]),
);
const evalFlag = (letters: string, ...long: readonly string[]) => beforeOperand(flags(letters, ...long));
const nodeValues = new Set(["-r", "--require", "--import", "--loader", "--conditions", "-C", "--env-file"]);
const cmd: Rule = (argument) => /^\/[ckr]/iu.test(argument);
const powershell: Rule = (argument) =>
  /^[-/](?:c|ec?|enc|co|com|comm|encodedcommand|command|commandwithargs|cwa)/iu.test(argument);
const packageRunner: Rule = beforeOperand(flags("c", "--call"), new Set(["-p", "--package"]));

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...["sh", "bash", "dash", "zsh", "ksh", "mksh", "fish", "csh", "tcsh", "ash", "rbash", "nu"].map(
    (name) => [name, shell] as const,
  ),
  [
    "busybox",
    (argument, index, all) =>
      index > 0 && /^(?:a|ba|hu)?sh$/u.test(all[0] ?? "") && /^-[a-z]*c/u.test(argument),
  ],
  ["cmd", cmd],
  ["powershell", powershell],
  ["pwsh", powershell],
  ["node", beforeOperand(flags("ep", "--eval", "--print"), nodeValues)],
  ["nodejs", beforeOperand(flags("ep", "--eval", "--print"), nodeValues)],
  ["bun", evalFlag("ep", "--eval", "--print")],
  ["deno", (argument, index) => index === 0 && (argument === "eval" || argument === "repl")],
  ["tsx", evalFlag("ep", "--eval", "--print")],
  ["python", beforeOperand(flags("c"), new Set(["-W", "-X"]))],
  ["pypy", beforeOperand(flags("c"), new Set(["-W", "-X"]))],
  ["perl", evalFlag("eE")],
  ["ruby", evalFlag("e")],
  ["php", evalFlag("rBRE")],
  ["lua", evalFlag("e")],
  ["rscript", evalFlag("e")],
  ["osascript", evalFlag("e")],
  ["npx", packageRunner],
  ["npm", flags("c", "--call", "--script-shell", "--node-options")],
  ["pnpm", flags("c", "--shell-mode", "--script-shell")],
  [
    "git",
    (argument) =>
      /^(?:-c|--exec-path(?:=.*)?|--upload-pack(?:=.*)?|--receive-pack(?:=.*)?|--config-env(?:=.*)?)$/u.test(
        argument,
      ),
  ],
  ["find", (argument) => /^-(?:exec|execdir|ok|okdir)$/u.test(argument)],
  ["env", flags("S", "--split-string")],
  ["tar", flags("I", "--to-command", "--use-compress-program", "--checkpoint-action", "--rsh-command")],
  ["ssh", flags("o")],
]);

const launchers: ReadonlySet<string> = new Set([
  "env",
  "nice",
  "nohup",
  "timeout",
  "time",
  "xargs",
  "sudo",
  "doas",
  "setsid",
  "stdbuf",
  "ionice",
  "taskset",
  "chroot",
  "unshare",
  "npx",
  "npm",
  "pnpm",
  "yarn",
  "bunx",
  "uv",
  "uvx",
  "poetry",
  "pipenv",
  "pdm",
  "hatch",
  "rye",
  "bundle",
  "busybox",
  "script",
  "watch",
  "command",
  "exec",
  "start",
]);
