import { nodeIo } from "../../../src/cli/nodeIo";
import { runCli } from "../../../src/cli/runCli";
import { composeNode, translateFor } from "../../../src/compose";

export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** One command line from its arguments to its exit code, as `src/cli/main.ts` runs it, but in this process. */
export async function runHere(
  args: readonly string[],
  folder: string,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<CliResult> {
  let out = "";
  let err = "";
  const restore = enter(folder, env);
  try {
    const io = {
      ...nodeIo("0.0.0-test"),
      interactive: false,
      width: 120,
      out: (text: string) => void (out += text),
      err: (text: string) => void (err += text),
    };
    const code = await runCli(
      args,
      io,
      (options) => composeNode({ ...options, proxies: process.env }),
      translateFor,
    );
    return { code, out, err };
  } finally {
    restore();
  }
}

/** Makes this process one that was started in the folder with nothing but these variables, until it is restored. */
function enter(folder: string, env: Readonly<NodeJS.ProcessEnv>): () => void {
  const before = { folder: process.cwd(), env: { ...process.env } };
  replaceEnvironment(env);
  process.chdir(folder);
  return () => {
    process.chdir(before.folder);
    replaceEnvironment(before.env);
  };
}

function replaceEnvironment(env: Readonly<NodeJS.ProcessEnv>): void {
  for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, env);
}
