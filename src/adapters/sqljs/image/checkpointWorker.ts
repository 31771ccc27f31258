import { parentPort, workerData } from "node:worker_threads";
import { NodeDisk } from "../../node/files/nodeDisk";
import { performTask, type BackgroundTask } from "./backgroundTask";
import { loadSqlJs } from "../loadSqlJs";

/** Entry of the worker thread that makes checkpoints and verifies, so that the host never exports or replays. */
async function main(): Promise<void> {
  const answer: unknown = await performTask(new NodeDisk(), await loadSqlJs(), workerData as BackgroundTask);
  parentPort?.postMessage({ answer });
}

main().catch((error: unknown) => {
  parentPort?.postMessage({ failure: error instanceof Error ? error.message : String(error) });
});
