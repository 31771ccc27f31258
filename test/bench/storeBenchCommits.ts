import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { CommitApplier } from "../../src/adapters/sqljs/apply/commitApplier";
import { RunStates } from "../../src/adapters/sqljs/apply/runStates";
import type { SqlDatabase } from "../../src/adapters/sqljs/sqlDatabase";
import type { SqlJsStore } from "../../src/adapters/sqljs/sqlJsStore";
import { planId, runId } from "../support/storeFixtures";
import { Changes, filled, nativeCopy, roots, round, type BenchOptions } from "./storeBenchFixtures";
import { Meter } from "./storeBenchMeter";

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
  const meter = new Meter();
  const floor = fs.openSync(path.join(work, "floor"), "w");
  const ahead = fs.openSync(path.join(work, "ahead"), "w");
  fs.writeSync(ahead, Buffer.alloc(4 * 1024 * 1024));
  fs.fsyncSync(ahead);
  const frame = Buffer.alloc(450, 1);
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
  let place = 0;
  const sync = promisify(fs.fdatasync);
  const shown = (store: SqlJsStore): unknown => store.run(runId(1))?.tasks.get("T1.1.1")?.status;
  const show = (store: SqlJsStore): unknown =>
    store.rows("masterplan_tasks", { masterplan_id: planId(1), task_id: "T1.1.1" })[0]?.["status"];
  const ten = stores.get(10);
  if (ten === undefined) throw new Error("no store of 10 MB");
  const exportTen = (): void => {
    const image = ten.store.withDatabase((database) => database.image());
    const file = path.join(work, "export.tmp");
    const fd = fs.openSync(file, "w");
    fs.writeSync(fd, image);
    fs.fsyncSync(fd);
    fs.closeSync(fd);
    fs.renameSync(file, path.join(work, "export.db"));
    // Without it a power cut could take the rename back, which no commit of the store allows.
    const folder = fs.openSync(work, "r");
    fs.fsyncSync(folder);
    fs.closeSync(folder);
  };
  const steps: [string, (acknowledged: () => void, shown: () => void) => unknown][] = [
    [
      "floor",
      () => {
        fs.writeSync(floor, frame);
        fs.fdatasyncSync(floor);
      },
    ],
    [
      // What any store pays that leaves the host free while the disk works: a write into a file that does not grow.
      "asyncFloor",
      () => {
        fs.writeSync(ahead, frame, 0, frame.length, (place += frame.length));
        return sync(ahead);
      },
    ],
    ["native", nativeChange],
    [
      "same",
      () => {
        same.script("BEGIN");
        applier.apply(sameChanges.next(), (seq += 1));
        same.script("COMMIT");
      },
    ],
    ...[...stores].map(([megabytes, { store, changes }]): (typeof steps)[number] => [
      `s${megabytes}`,
      async (acknowledged, inState) => {
        await store.commit(changes.next());
        acknowledged();
        shown(store);
        inState();
        show(store);
      },
    ]),
    [
      "eight",
      async (acknowledged) => {
        await Promise.all(Array.from({ length: 8 }, () => large.store.commit(large.changes.next())));
        acknowledged();
        show(large.store);
      },
    ],
    [
      "nativeEight",
      () => {
        for (let n = 0; n < 8; n += 1) nativeChange();
      },
    ],
  ];
  for (let index = 0; index < rounds + 20; index += 1) {
    // Another order every time, so that nobody always follows the same neighbour.
    for (let shift = 0; shift < steps.length; shift += 1) {
      const [name, step] = steps[(index * 3 + shift) % steps.length] ?? ["", () => undefined];
      await meter.measure(name, step, index >= 20);
    }
    if (index >= 20 && index % 10 === 0) await meter.measure("export", exportTen, true);
  }
  const imageBytes = large.store.info().image_bytes;
  for (const { store } of stores.values()) await store.close();
  const { visible, acknowledged, shown: inState, cpu, busy } = meter;
  const ratio = (figure: (name: string) => number, of: string, to: string): number =>
    round(figure(of) / figure(to));
  return {
    rounds,
    image_bytes_50: imageBytes,
    load_average: os.loadavg().map(round),
    acknowledged_p50_ms: meter.all(acknowledged),
    visible_in_run_state_p50_ms: meter.all(inState),
    visible_p50_ms: meter.all(visible),
    visible_p95_ms: meter.all((name) => meter.quantile(name, 0.95)),
    host_cpu_p50_ms: meter.all(cpu),
    host_busy_p50_ms: meter.all(busy),
    ratio_visible_in_run_state_to_native_update: round(inState("s50") / visible("native")),
    ratio_visible_in_run_state_to_native_same_rows: round(inState("s50") / visible("same")),
    ratio_visible_to_native_update: round(visible("s50") / visible("native")),
    ratio_visible_to_native_same_rows: round(visible("s50") / visible("same")),
    ratio_acknowledged_to_native_update: round(acknowledged("s50") / visible("native")),
    ratio_acknowledged_to_native_same_rows: round(acknowledged("s50") / visible("same")),
    ratio_acknowledged_to_async_floor: round(acknowledged("s50") / visible("asyncFloor")),
    ratio_acknowledged_to_append_floor: round(acknowledged("s50") / visible("floor")),
    eight_acknowledged_rate_to_native_update: round(visible("nativeEight") / acknowledged("eight")),
    eight_visible_rate_to_native_update: ratio(visible, "nativeEight", "eight"),
    eight_acknowledged_rate_to_native_same_rows: round((8 * visible("same")) / acknowledged("eight")),
    flat_50_to_1: ratio(visible, "s50", "s1"),
    export_10mb_to_commit: round(visible("export") / acknowledged("s10")),
    export_10mb_to_commit_of_eight: round((8 * visible("export")) / acknowledged("eight")),
    export_10mb_to_append_floor: ratio(visible, "export", "floor"),
    export_10mb_to_async_floor: ratio(visible, "export", "asyncFloor"),
    export_10mb_to_commit_host_cpu: ratio(cpu, "export", "s10"),
    export_10mb_to_commit_host_busy: ratio(busy, "export", "s10"),
  };
}
