import { copyFile, mkdir } from "node:fs/promises";
import path from "node:path";
import esbuild from "esbuild";

const root = path.resolve(__dirname, "../..");

/** Bundles a program of this folder into `home`, with what the product loads beside itself; gives its path. */
export async function bundleDriver(home: string, name: string): Promise<string> {
  const driver = path.join(home, "driver", `${name}.cjs`);
  await mkdir(path.dirname(driver));
  await copyFile(
    path.join(root, "node_modules/sql.js/dist/sql-wasm.wasm"),
    path.join(home, "driver", "sql-wasm.wasm"),
  );
  await esbuild.build({
    entryPoints: [path.join(root, "test/support", `${name}.ts`)],
    outfile: driver,
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "error",
    alias: {
      "jsonc-parser": path.join(root, "node_modules/jsonc-parser/lib/esm/main.js"),
      "web-tree-sitter": path.join(root, "node_modules/web-tree-sitter/web-tree-sitter.cjs"),
    },
  });
  await copyGrammars(path.join(home, "driver", "grammars"));
  return driver;
}

async function copyGrammars(folder: string): Promise<void> {
  await mkdir(folder);
  await copyFile(
    path.join(root, "node_modules/web-tree-sitter/web-tree-sitter.wasm"),
    path.join(folder, "web-tree-sitter.wasm"),
  );
  for (const name of ["typescript", "javascript", "tsx"]) {
    const file = `tree-sitter-${name}.wasm`;
    await copyFile(
      path.join(root, "node_modules/@vscode/tree-sitter-wasm/wasm", file),
      path.join(folder, file),
    );
  }
}
