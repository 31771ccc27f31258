import fs from "node:fs";
import path from "node:path";
import { CommitApplier } from "../../src/adapters/sqljs/commitApplier";
import { RunStates } from "../../src/adapters/sqljs/runStates";
import type { SqlDatabase } from "../../src/adapters/sqljs/sqlDatabase";
import type { SqlJsStore } from "../../src/adapters/sqljs/sqlJsStore";
import { planId, runId } from "../support/storeFixtures";
import {
  Changes,
  filled,
  nativeCopy,
  now,
  quantile,
  roots,
  round,
  type BenchOptions,
} from "./storeBenchFixtures";

export async function commits(options: BenchOptions): Promise<Record<string, unknown>> {
  const { work, workerFile, rounds } = options;
  const stores = new Map<number, { store: SqlJsStore; changes: Changes }>();
  for (const megabytes of [1, 10, 50]) {
    stores.set(megabytes, {
      store: await filled(path.join(work, `s${megabytes}`), megabytes, workerFile),
      changes: new Changes(roots(200)),
    });
  }
  const large = stores.get(50);
  if (large === undefined) throw new Error("no store of 50 MB");
  const plain = await nativeCopy(large.store, path.join(work, "native.db"));
  const same = await nativeCopy(large.store, path.join(work, "same.db"));
  const applier = new CommitApplier(
    same as unknown as SqlDatabase,
    new RunStates(same as unknown as SqlDatabase),
  );
  const sameChanges = new Changes(roots(200));
  const times: Record<string, number[]> = {
    s1: [],
    s10: [],
    s50: [],
    native: [],
    same: [],
    eight: [],
    nativeEight: [],
  };
  const note = (name: string, ms: number): void => void times[name]?.push(ms);
  let seq = 1_000_000;
  const nativeChange = (): void => {
    seq += 1;
    const task = roots(200)[seq % 200] ?? "";
    plain.script("BEGIN");
    plain.run(
      "INSERT INTO run_events (run_id, seq, lsn, at, type, task_id, actor, correlation_id, event) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      [
        runId(1),
        seq,
        seq,
        seq,
        "task.status",
        task,
        "scheduler",
        "c-1",
        JSON.stringify({ type: "task.status", task_id: task, from: "pending", to: "in_progress" }),
      ],
    );
    plain.run("UPDATE masterplan_tasks SET status = ? WHERE masterplan_id = ? AND task_id = ?", [
      seq % 400 < 200 ? "in_progress" : "pending",
      planId(1),
      task,
    ]);
    plain.script("COMMIT");
  };
  for (let index = 0; index < rounds + 20; index += 1) {
    const warm = index >= 20;
    const steps: [string, () => unknown][] = [
      ["native", nativeChange],
      [
        "same",
        () => {
          same.script("BEGIN");
          applier.apply(sameChanges.next(), 1_000_000 + index);
          same.script("COMMIT");
        },
      ],
      ...[1, 10, 50].map((megabytes): [string, () => Promise<unknown>] => {
        const entry = stores.get(megabytes);
        return [`s${megabytes}`, async () => entry?.store.commit(entry.changes.next())];
      }),
      ["eight", () => Promise.all(Array.from({ length: 8 }, () => large.store.commit(large.changes.next())))],
      [
        "nativeEight",
        () => {
          for (let n = 0; n < 8; n += 1) nativeChange();
        },
      ],
    ];
    // Another order every time, so that nobody always follows the same neighbour.
    for (let shift = 0; shift < steps.length; shift += 1) {
      const [name, step] = steps[(index * 3 + shift) % steps.length] ?? ["", () => undefined];
      const began = now();
      await step();
      if (warm) note(name, now() - began);
    }
  }
  const p50 = (name: string): number => quantile(times[name] ?? [], 0.5);
  const ten = stores.get(10);
  const exports: number[] = [];
  for (let index = 0; index < 7 && ten !== undefined; index += 1) {
    const began = now();
    const image = ten.store.withDatabase((database) => database.image());
    const file = path.join(work, "export.tmp");
    const fd = fs.openSync(file, "w");
    fs.writeSync(fd, image);
    fs.fsyncSync(fd);
    fs.closeSync(fd);
    fs.renameSync(file, path.join(work, "export.db"));
    exports.push(now() - began);
  }
  const imageBytes = large.store.info().image_bytes;
  for (const { store } of stores.values()) await store.close();
  return {
    rounds,
    image_bytes_50: imageBytes,
    p50_ms: Object.fromEntries(Object.keys(times).map((name) => [name, round(p50(name))])),
    p95_ms: Object.fromEntries(
      Object.keys(times).map((name) => [name, round(quantile(times[name] ?? [], 0.95))]),
    ),
    ratio_acknowledged_and_visible_to_native_update: round(p50("s50") / p50("native")),
    ratio_acknowledged_and_visible_to_native_same_rows: round(p50("s50") / p50("same")),
    eight_at_once_rate_to_native_update: round(p50("nativeEight") / p50("eight")),
    eight_at_once_rate_to_native_same_rows: round((8 * p50("same")) / p50("eight")),
    flat_50_to_1: round(p50("s50") / p50("s1")),
    export_10mb_to_commit: round(quantile(exports, 0.5) / p50("s10")),
  };
}
