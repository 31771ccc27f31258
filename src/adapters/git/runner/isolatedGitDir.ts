import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { OpenRepository } from "../repository/repository";

/**
 * Git folders of ours that share the objects of the user's repository but nothing else: no configuration, no hooks, no
 * refs, no remotes. A command that runs in a worktree therefore cannot reach the user's branches, stash or hooks.
 */
export interface IsolatedGitDir {
  /** Path below the folder and exact content of every file that decides what git does. */
  readonly files: ReadonlyMap<string, string>;
}

/** `raw` leaves attributes aside: bytes go in and out as they are, whatever `.gitattributes` says. */
export async function describeGitDir(repository: OpenRepository, raw: boolean): Promise<IsolatedGitDir> {
  const files = new Map<string, string>();
  files.set("config", configText(repository));
  files.set("objects/info/alternates", `${join(repository.commonDir, "objects")}\n`);
  files.set("info/exclude", await excludes(repository));
  if (raw)
    files.set("info/attributes", "* -text -ident -filter !eol !crlf !working-tree-encoding !diff !merge\n");
  const sparse = await readOptional(join(repository.gitDir, "info", "sparse-checkout"));
  if (sparse !== null && repository.config.flag("core.sparseCheckout"))
    files.set("info/sparse-checkout", sparse);
  const shallow = await readOptional(join(repository.commonDir, "shallow"));
  if (shallow !== null) files.set("shallow", shallow);
  return { files };
}

export async function writeGitDir(folder: string, description: IsolatedGitDir, head: string): Promise<void> {
  for (const name of ["objects/info", "refs/heads", "info"])
    await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
  for (const [name, content] of description.files) await replaceFile(join(folder, name), content);
  await replaceFile(join(folder, "HEAD"), `${head}\n`);
}

async function replaceFile(path: string, content: string): Promise<void> {
  if ((await readOptional(path)) === content) return;
  try {
    await writeFile(path, content, { mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EACCES") throw error;
    await chmod(path, 0o600);
    await writeFile(path, content);
  }
}

function configText(repository: OpenRepository): string {
  const { config } = repository;
  const core = [
    "filemode",
    "symlinks",
    "ignorecase",
    "precomposeunicode",
    "protecthfs",
    "protectntfs",
    "sparsecheckout",
    "sparsecheckoutcone",
  ]
    .map((name) => [name, config.get(`core.${name}`)] as const)
    .filter(([, value]) => value !== null && /^(?:true|false|yes|no|on|off|[01])$/iu.test(value));
  const sha256 = repository.objectFormat === "sha256";
  return [
    "[core]",
    `\trepositoryformatversion = ${sha256 ? 1 : 0}`,
    "\tbare = false",
    "\tautocrlf = false",
    "\tlongpaths = true",
    ...core.map(([name, value]) => `\t${name} = ${value ?? ""}`),
    ...(sha256 ? ["[extensions]", "\tobjectformat = sha256"] : []),
    "",
  ].join("\n");
}

/** The user's own ignore rules outside the tree, so that what is ignored there is ignored here. */
async function excludes(repository: OpenRepository): Promise<string> {
  const global = await readOptional(repository.globalIgnore);
  const own = await readOptional(join(repository.commonDir, "info", "exclude"));
  return `${global ?? ""}\n${own ?? ""}\n`;
}

export async function readOptional(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return null;
    throw error;
  }
}
