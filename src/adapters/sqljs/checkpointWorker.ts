import { parentPort, workerData } from "node:worker_threads";
import { NodeDisk } from "../node/nodeDisk";
import { makeCheckpoint, type CheckpointRequest } from "./checkpoint";
import { loadSqlJs } from "./loadSqlJs";

/** Entry of the worker thread that makes checkpoints, so that the host never exports or replays while it runs. */
async function main(): Promise<void> {
  const engine = await loadSqlJs();
  const answer = await makeCheckpoint(new NodeDisk(), engine, workerData as CheckpointRequest);
  parentPort?.postMessage({ answer });
}

main().catch((error: unknown) => {
  parentPort?.postMessage({ failure: error instanceof Error ? error.message : String(error) });
});
