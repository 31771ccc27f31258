import type { SqlJsStatic } from "sql.js";
import type { Disk } from "../../../ports/disk";
import { makeCheckpoint, type CheckpointAnswer, type CheckpointRequest } from "./checkpoint";
import { verifyFolder, type FolderVerification, type VerifyRequest } from "../verify/verifyFolder";

/** Work on the store's files that needs no live state, so that it can be done in another thread. */
export type BackgroundTask =
  ({ readonly kind: "checkpoint" } & CheckpointRequest) | ({ readonly kind: "verify" } & VerifyRequest);

export interface BackgroundAnswers {
  readonly checkpoint: CheckpointAnswer | null;
  readonly verify: FolderVerification;
}

export async function performTask<K extends BackgroundTask["kind"]>(
  disk: Disk,
  engine: SqlJsStatic,
  task: Extract<BackgroundTask, { kind: K }>,
): Promise<BackgroundAnswers[K]>;
export async function performTask(disk: Disk, engine: SqlJsStatic, task: BackgroundTask): Promise<unknown> {
  return task.kind === "checkpoint" ? makeCheckpoint(disk, engine, task) : verifyFolder(disk, engine, task);
}
