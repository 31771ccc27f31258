import { access, constants } from "node:fs/promises";
import path from "node:path";
import { findExecutable } from "./executableLookup";

const environments = [".venv", "venv", "env"];

/**
 * Whether a tool such as mypy can be found: in a virtual environment of one of the folders, or on the search path.
 * Looks at files only and starts nothing.
 */
export async function isToolInstalled(
  name: string,
  folders: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<boolean> {
  const [programs, suffix] = process.platform === "win32" ? ["Scripts", ".exe"] : ["bin", ""];
  for (const folder of folders) {
    for (const home of environments) {
      if (await isThere(path.join(folder, home, programs, `${name}${suffix}`))) return true;
    }
  }
  return (await findExecutable(name, folders[0] ?? path.sep, environment)) !== null;
}

async function isThere(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
