import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";

/** A folder that only this test uses, and that goes with it. */
export function storeFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "masterplan-store-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
