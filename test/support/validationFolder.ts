import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import path from "node:path";
import { createCommandRunner } from "../../src/adapters/node/command/nodeCommandRunner";
import { createNodeWorkspaceFiles } from "../../src/adapters/node/files/nodeWorkspaceFiles";
import { createPatternMatcher } from "../../src/adapters/node/files/workerPatternMatcher";
import { createSyntaxChecker } from "../../src/adapters/treesitter/treeSitterSyntaxChecker";
import { buildChangeSet } from "../../src/core/change/buildChangeSet";
import type { ChangeSet } from "../../src/core/change/changeSet";
import { createTranslate } from "../../src/core/translate";
import type { DetectedCheck } from "../../src/core/validation/evidence";
import { detectChecks } from "../../src/core/validation/detect/detectChecks";
import { readWorkspace } from "../../src/engine/plan/readWorkspace";
import type { ValidationPorts } from "../../src/engine/validation/validationInput";

/** A throw-away folder with real ports on it. */
export interface ValidationFolder {
  readonly root: string;
  readonly ports: ValidationPorts;
  readonly outputs: ReadonlyMap<string, string>;
  write(files: Readonly<Record<string, string | null>>): Promise<void>;
  /** Writes the files and tells what that changed, as an attempt would. */
  change(files: Readonly<Record<string, string | null>>, scope?: readonly string[]): Promise<ChangeSet>;
  checks(): Promise<readonly DetectedCheck[]>;
  dispose(): Promise<void>;
}

export async function makeValidationFolder(
  files: Readonly<Record<string, string>>,
  options: { readonly approved?: readonly (readonly string[])[]; readonly modules?: boolean } = {},
): Promise<ValidationFolder> {
  const root = await mkdtemp(path.join(tmpdir(), "mp-validation-"));
  const patterns = createPatternMatcher({ timeoutMs: 500 });
  const outputs = new Map<string, string>();
  const before = async (file: string) => readFile(path.join(root, file)).catch(() => null);
  const write = async (all: Readonly<Record<string, string | null>>) => {
    for (const [file, text] of Object.entries(all)) {
      const target = path.join(root, file);
      if (text === null) await rm(target, { force: true });
      else {
        await mkdir(path.dirname(target), { recursive: true });
        await writeFile(target, text);
      }
    }
  };
  await write(files);
  if (options.modules === true) await symlink(path.resolve("node_modules"), path.join(root, "node_modules"));
  const workspace = createNodeWorkspaceFiles({ root });
  return {
    root,
    outputs,
    ports: {
      files: workspace,
      runner: createCommandRunner(),
      syntax: createSyntaxChecker(),
      patterns,
      clock: { now: () => performance.now(), sleep: () => Promise.resolve() },
      translate: createTranslate({}),
      keepOutput: (text) => {
        const hash = createHash("sha256").update(text).digest("hex");
        outputs.set(hash, text);
        return Promise.resolve(hash);
      },
      approved: options.approved ?? [],
      check_timeout_ms: 60_000,
    },
    write,
    change: async (all, scope) => {
      const changed = [];
      for (const [file, text] of Object.entries(all)) {
        const old = await before(file);
        changed.push({
          path: file,
          before: old,
          after: text === null ? null : Buffer.from(text),
          mode_before: old === null ? null : "100644",
          mode_after: text === null ? null : "100644",
        });
      }
      await write(all);
      return buildChangeSet(changed, { scope: scope ?? null });
    },
    checks: async () => detectChecks(await readWorkspace(workspace)),
    dispose: async () => {
      await patterns.dispose();
      await rm(root, { recursive: true, force: true });
    },
  };
}
