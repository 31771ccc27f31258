// The processes under test: one that writes to a store, one that looks what a store holds. The ledger of what was
// acknowledged is kept by the caller, never on the disk under test.
import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";

/** What starts them; `hashes` holds the expected state after each commit. */
export function storeProcesses({ work, source, hashes }) {
  function child(mode, directory, childSeed, options = {}) {
    const argv = [path.join(work, "writer.js"), mode, directory, String(childSeed), ...(options.extra ?? [])];
    const [command, ...rest] =
      options.under === undefined
        ? [process.execPath, ...argv]
        : [...options.under, process.execPath, ...argv];
    const env = {
      ...process.env,
      MASTERPLAN_WORKER: path.join(work, "checkpointWorker.js"),
      MASTERPLAN_SOURCE: source,
      ...options.env,
    };
    const started = spawn(command, rest, { env, stdio: ["pipe", "pipe", "pipe"], detached: true });
    const lines = [];
    let errors = "";
    started.stderr.on("data", (data) => (errors += String(data)));
    const reader = createInterface({ input: started.stdout });
    reader.on("line", (line) => {
      lines.push(line);
      options.onLine?.(line, started);
    });
    const ended = new Promise((resolve) =>
      started.on("close", (code, signal) => resolve({ code, signal, lines, errors })),
    );
    return { started, ended, lines };
  }

  function killGroup(started, signal) {
    try {
      process.kill(-started.pid, signal);
    } catch (error) {
      if (error.code !== "ESRCH") throw error;
    }
  }

  const acksOf = (lines) =>
    lines.filter((line) => line.startsWith("ACK ")).map((line) => Number(line.split(" ")[1]));
  const triesOf = (lines) =>
    lines.filter((line) => line.startsWith("TRY ")).map((line) => Number(line.split(" ")[1]));

  async function check(directory, { acked, attempted, verify = false }) {
    const { lines, errors } = await child("check", directory, 9, { extra: verify ? ["verify"] : [] }).ended;
    const answer = lines.length === 1 && lines[0].startsWith("{") ? JSON.parse(lines[0]) : null;
    if (answer === null)
      throw new Error(`the store could not be opened: ${lines.join(" ")} ${errors.slice(0, 300)}`);
    if (answer.access !== "write") throw new Error(`read-only: ${answer.reason}`);
    if (answer.lsn < acked) throw new Error(`acknowledged ${acked}, found ${answer.lsn}`);
    if (attempted !== undefined && answer.lsn > attempted)
      throw new Error(`attempted ${attempted}, found ${answer.lsn}`);
    if (answer.hash !== hashes[answer.lsn]) throw new Error(`wrong state at LSN ${answer.lsn}`);
    if (!answer.ok) throw new Error(`does not verify: ${answer.problems.join("; ")}`);
    return answer.lsn;
  }

  return { child, killGroup, acksOf, triesOf, check };
}
