import { execFile } from "node:child_process";
import fs from "node:fs/promises";
import os from "node:os";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** What tells one process from every other, also after its number was given to someone else. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque mark of when the process started; null where the platform does not tell. */
  readonly started: string | null;
  /** Changes with every start of the machine; null where unknown. */
  readonly boot: string | null;
  /** The space in which the number counts: containers on one machine count separately. */
  readonly namespace: string | null;
  readonly host: string;
}

export async function currentProcess(): Promise<ProcessIdentity> {
  return {
    pid: process.pid,
    started: await startOf(process.pid),
    boot: await bootId(),
    namespace: await linkOrNull("/proc/self/ns/pid"),
    host: os.hostname(),
  };
}

/** `dead` and `alive` are proved; everything else is `unknown`, and then a person decides. */
export async function livenessOf(
  other: ProcessIdentity,
  here?: ProcessIdentity,
): Promise<"alive" | "dead" | "unknown"> {
  here ??= await currentProcess();
  if (other.host !== here.host || other.namespace !== here.namespace) return "unknown";
  if (other.boot !== null && here.boot !== null && other.boot !== here.boot) return "dead";
  try {
    process.kill(other.pid, 0);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ESRCH") return "dead";
    // EPERM: somebody has the number; whether it is the same process is told by its start.
    if (code !== "EPERM") return "unknown";
  }
  const started = await startOf(other.pid);
  if (started === null || other.started === null) return "unknown";
  return started === other.started ? "alive" : "dead";
}

async function startOf(pid: number): Promise<string | null> {
  if (process.platform === "linux") {
    const text = await textOrNull(`/proc/${pid}/stat`);
    // The second field is the command name, which may hold anything, in parentheses.
    const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
    // A zombie holds no files any more; it only waits to be noticed.
    if (fields?.[0] === "Z" || fields?.[0] === "X") return "gone";
    return fields?.[19] ?? null;
  }
  if (process.platform === "win32") {
    const command = `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`;
    return outputOrNull("powershell.exe", ["-NoProfile", "-NonInteractive", "-Command", command]);
  }
  return outputOrNull("ps", ["-o", "lstart=", "-p", String(pid)]);
}

async function bootId(): Promise<string | null> {
  if (process.platform === "linux") return textOrNull("/proc/sys/kernel/random/boot_id");
  if (process.platform === "darwin") return outputOrNull("sysctl", ["-n", "kern.bootsessionuuid"]);
  return null;
}

async function textOrNull(file: string): Promise<string | null> {
  try {
    return (await fs.readFile(file, "utf8")).trim();
  } catch {
    // Not readable means not known, which is an answer here.
    return null;
  }
}

async function linkOrNull(file: string): Promise<string | null> {
  try {
    return await fs.readlink(file);
  } catch {
    return null;
  }
}

async function outputOrNull(command: string, argv: readonly string[]): Promise<string | null> {
  try {
    const { stdout } = await execute(command, [...argv], { timeout: 5000, windowsHide: true });
    return stdout.trim() === "" ? null : stdout.trim();
  } catch {
    return null;
  }
}
