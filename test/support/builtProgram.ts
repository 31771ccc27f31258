import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import esbuild from "esbuild";
import { output, root } from "../start/paths.mjs";

const programs = path.join(output, "programs");
/** What a program is made of: a bundle of another state of it has another name. */
const sources = ["src", "test/support", "package-lock.json"];
const asked = new Map<string, Promise<string>>();
const dayMs = 86_400_000;

/**
 * Bundles a program as the build does and gives its path. It is made once for the sources as they are, by whichever
 * test file asks first; what it loads beside itself it finds in `node_modules` above it.
 */
export function builtProgram(entry: string): Promise<string> {
  const known = asked.get(entry);
  if (known !== undefined) return known;
  const program = build(entry);
  asked.set(entry, program);
  return program;
}

async function build(entry: string): Promise<string> {
  const folder = path.join(programs, `${path.basename(entry, ".ts")}-${stateOfSources()}`);
  const program = path.join(folder, "program.js");
  if (existsSync(program)) {
    // Says that it is still in use.
    await utimes(folder, new Date(), new Date());
    return program;
  }
  await removeOld();
  await mkdir(programs, { recursive: true });
  const building = await mkdtemp(path.join(programs, "building-"));
  await esbuild.build({
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    outfile: path.join(building, "program.js"),
    entryPoints: [entry],
    alias: {
      "jsonc-parser": "./node_modules/jsonc-parser/lib/esm/main.js",
      "web-tree-sitter": "./node_modules/web-tree-sitter/web-tree-sitter.cjs",
    },
    define: { MASTERPLAN_VERSION: '"0.0.0-test"' },
    logLevel: "warning",
  });
  try {
    await rename(building, folder);
  } catch (error) {
    // Another test file built the same meanwhile.
    await rm(building, { recursive: true });
    if (!existsSync(program)) throw error;
  }
  return program;
}

/** A variable with which a program starts sooner: what was compiled of it once is kept beside it. */
export function quickStart(program: string): { readonly NODE_COMPILE_CACHE: string } {
  return { NODE_COMPILE_CACHE: path.join(path.dirname(program), "compiled") };
}

function stateOfSources(): string {
  const hash = createHash("sha256");
  for (const source of sources) {
    const whole = path.join(root, source);
    const names = statSync(whole).isFile() ? [""] : readdirSync(whole, { recursive: true, encoding: "utf8" });
    for (const name of names.sort()) {
      const file = path.join(whole, name);
      if (!statSync(file).isFile()) continue;
      hash.update(`${path.relative(root, file)}\0`);
      hash.update(readFileSync(file));
    }
  }
  return hash.digest("hex").slice(0, 16);
}

/** Removes programs that nobody asked for since yesterday. */
async function removeOld(): Promise<void> {
  if (!existsSync(programs)) return;
  for (const name of await readdir(programs)) {
    const folder = path.join(programs, name);
    const info = await stat(folder).catch(() => null);
    if (info !== null && Date.now() - info.mtimeMs > dayMs)
      await rm(folder, { recursive: true, force: true });
  }
}
