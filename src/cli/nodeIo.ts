import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline/promises";
import { MasterPlanError } from "../core/errors";
import type { CliIo } from "./cliIo";

/** Bytes; nothing that can be imported is larger. */
const maxFile = 33 * 1024 * 1024;

/** The terminal, pipe or script that called the command line. */
export function nodeIo(version: string): CliIo {
  const cwd = process.cwd();
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    interactive: process.stdin.isTTY && process.stdout.isTTY,
    width: process.stdout.isTTY ? Math.max(60, process.stdout.columns) : 120,
    version,
    cwd,
    env: process.env,
    resolve: (file) => path.resolve(cwd, file),
    readFile: (file) => readText(path.resolve(cwd, file), file),
    exists: (file) => Promise.resolve(existsSync(path.resolve(cwd, file))),
    writeFile: async (file, text) => {
      try {
        await writeFile(path.resolve(cwd, file), text);
      } catch (error) {
        throw unwritable(file, error);
      }
    },
    ask: async (question) => {
      const terminal = createInterface({ input: process.stdin, output: process.stdout });
      try {
        return await terminal.question(question);
      } finally {
        terminal.close();
      }
    },
    onInterrupt: (listener) => {
      process.on("SIGINT", listener);
      process.on("SIGTERM", listener);
      return {
        dispose: () => {
          process.off("SIGINT", listener);
          process.off("SIGTERM", listener);
        },
      };
    },
  };
}

async function readText(file: string, name: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw unreadable(name, error);
  }
  if (bytes.length > maxFile)
    throw new MasterPlanError("plan.tooLarge", `The file ${name} is larger than 32 MB`);
  const wide = bytes.length >= 2 && bytes[0] === 0xff && bytes[1] === 0xfe;
  return bytes.toString(wide ? "utf16le" : "utf8");
}

function unreadable(name: string, cause: unknown): MasterPlanError {
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return new MasterPlanError("usage.invalid", `There is no file ${name}`, {
        cause,
        hint: "Nothing was changed. Name a file that exists; plans are named by the ids of: masterplan list",
      });
    case "EISDIR":
      return new MasterPlanError("usage.invalid", `${name} is a folder, not a file`, {
        cause,
        hint: "Nothing was changed. Name a file in it",
      });
    case "EACCES":
    case "EPERM":
      return new MasterPlanError("usage.invalid", `The file ${name} may not be read`, {
        cause,
        hint: "Nothing was changed. Allow yourself to read it, or name another file",
      });
    default:
      return new MasterPlanError("usage.invalid", `The file ${name} cannot be read: ${messageOf(cause)}`, {
        cause,
        hint: "Nothing was changed. Name another file, or try again",
      });
  }
}

function unwritable(name: string, cause: unknown): MasterPlanError {
  const hint = "Nothing was changed. Name a file in a folder that exists and that you may write to";
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return new MasterPlanError("usage.invalid", `There is no folder for ${name}`, { cause, hint });
    case "EISDIR":
      return new MasterPlanError("usage.invalid", `${name} is a folder, not a file`, { cause, hint });
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new MasterPlanError("usage.invalid", `${name} may not be written`, { cause, hint });
    default:
      return new MasterPlanError("usage.invalid", `The file ${name} cannot be written: ${messageOf(cause)}`, {
        cause,
        hint,
      });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
