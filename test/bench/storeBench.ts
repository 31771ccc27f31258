import fs from "node:fs";
import path from "node:path";
import { spawnSync } from "node:child_process";
import type { RunId } from "../../src/core/ids";
import { taskGraph } from "../../src/core/plan/taskGraph";
import type { Plan } from "../../src/core/plan/plan";
import type { Run } from "../../src/core/run/run";
import { isReady } from "../../src/core/run/scheduler";
import { draftCommit, eventCommit, planId, planOf, queuedEvent, runId } from "../support/storeFixtures";
import { Changes, now, open, quantile, roots, round, started, type BenchOptions } from "./storeBenchFixtures";

import { SliceWatch } from "./storeBenchMeter";

export { commits } from "./storeBenchCommits";

/** Longest piece of work on the host thread while it commits and a worker checkpoints. */
export async function slices(options: BenchOptions): Promise<Record<string, unknown>> {
  const { work, workerFile } = options;
  const store = await open(path.join(work, "s50"), workerFile, 60_000);
  const changes = new Changes(roots(200));
  const state = store.run(runId(1));
  for (const task of state?.tasks.values() ?? [])
    if (task.status === "in_progress")
      await store.commit(
        eventCommit(1, {
          type: "task.status",
          at: 1,
          task_id: task.task_id,
          from: "in_progress",
          to: "pending",
          cause: "scheduler",
          by: "scheduler",
        }),
      );
  const watch = new SliceWatch();
  const images = new Set<string>();
  let commits = 0;
  // The image that was there before, and two that were begun and finished while commits went on.
  const enough = (): boolean => commits >= options.rounds * 8 && images.size > 2;
  for (; !enough() && commits < 100_000; commits += 1) {
    await store.commit(changes.next());
    if (commits % 10 === 0) store.plans();
    if (commits % 50 === 0) for (const name of imagesIn(work)) images.add(name);
    if (commits % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const longest = watch.stop();
  await store.close();
  return { commits, checkpoints: images.size - 1, ...longest };
}

/** What a plan of 10,000 tasks costs the host: drafting it, and queueing a first and a second run of it. */
export async function largePlan(options: BenchOptions): Promise<Record<string, unknown>> {
  const plan: Plan = planOf(10, 10, 100, 200);
  const store = await open(path.join(options.work, "large"), options.workerFile);
  const figures: Record<string, unknown> = { tasks: 10_000 };
  for (const [name, commit] of [
    ["draft", draftCommit(1, plan)],
    ["first_run", eventCommit(1, queuedEvent(1, 1, plan))],
    ["second_run", eventCommit(2, queuedEvent(1, 2, plan))],
  ] as const) {
    const watch = new SliceWatch();
    const cpu = process.threadCpuUsage();
    const began = now();
    await store.commit(commit);
    const used = process.threadCpuUsage(cpu);
    figures[name] = {
      commit_ms: round(now() - began),
      host_cpu_ms: round((used.user + used.system) / 1000),
      ...watch.stop(),
    };
  }
  await store.close();
  return figures;
}

/** Opening after a kill, each time in a process of its own: 50 MB image, 4 MB of journal behind it. */
export async function reopening(options: BenchOptions): Promise<Record<string, unknown>> {
  const directory = path.join(options.work, "s50");
  const store = await open(directory, options.workerFile);
  await store.checkpoint();
  const before = store.info().journal_bytes;
  const changes = new Changes(roots(200));
  const state = store.run(runId(1));
  for (const task of state?.tasks.values() ?? [])
    if (task.status === "in_progress")
      await store.commit(
        eventCommit(1, {
          type: "task.status",
          at: 1,
          task_id: task.task_id,
          from: "in_progress",
          to: "pending",
          cause: "scheduler",
          by: "scheduler",
        }),
      );
  while (store.info().journal_bytes - before < 4 * 1024 * 1024)
    await Promise.all(Array.from({ length: 64 }, () => store.commit(changes.next())));
  const lsn = store.info().lsn;
  await store.close();
  const times: number[] = [];
  const cpu: number[] = [];
  for (let index = 0; index < options.reopenings; index += 1) {
    const copy = path.join(options.work, "copy");
    fs.rmSync(copy, { recursive: true, force: true });
    fs.cpSync(directory, copy, { recursive: true });
    const { stdout } = spawnSync(process.execPath, [path.join(__dirname, "storeBenchChild.js"), copy], {
      encoding: "utf8",
    });
    const answer = JSON.parse(stdout) as { ms: number; cpu_ms: number; lsn: number };
    if (answer.lsn !== lsn) throw new Error(`opened at LSN ${answer.lsn}, not ${lsn}`);
    times.push(answer.ms);
    cpu.push(answer.cpu_ms);
  }
  return {
    openings: times.length,
    journal_bytes: 4 * 1024 * 1024,
    frames: lsn,
    median_ms: Math.round(quantile(times, 0.5)),
    p95_ms: Math.round(quantile(times, 0.95)),
    median_cpu_ms: Math.round(quantile(cpu, 0.5)),
    p95_cpu_ms: Math.round(quantile(cpu, 0.95)),
  };
}

/** Ready tasks after one completion in a plan of 10,000 tasks. */
export async function readySet(options: BenchOptions): Promise<Record<string, unknown>> {
  const plan: Plan = planOf(10, 10, 100, 10);
  const store = await open(path.join(options.work, "ready"), options.workerFile);
  await store.commit(draftCommit(1, plan));
  await store.commit(eventCommit(1, queuedEvent(1, 1, plan), started()));
  const id: RunId = runId(1);
  // The order of the join is given: left alone SQLite picks one that takes minutes, which would be no fair rival.
  const scan = `SELECT t.task_id FROM masterplan_tasks t WHERE t.masterplan_id = ? AND t.status = 'pending' AND NOT EXISTS (
    SELECT 1 FROM json_each(t.depends_on) d CROSS JOIN masterplan_tasks dep ON dep.masterplan_id = t.masterplan_id AND dep.task_id = d.value
    WHERE dep.status NOT IN ('done', 'claimed')) ORDER BY t.priority_rank, t.position`;
  const times: Record<"scan" | "counter" | "memory", number[]> = { scan: [], counter: [], memory: [] };
  const run = store.run(id);
  if (run === null) throw new Error("no run");
  const graph = taskGraph(plan);
  let answers = 0;
  const order = [...run.tasks.values()]
    .filter((task) => task.depends_on.length === 0)
    .map((task) => task.task_id);
  for (let round = 0; round < 60; round += 1) {
    const done = order[round] ?? "";
    for (const [from, to, cause] of [
      ["pending", "in_progress", "scheduler"],
      ["in_progress", "ready_for_test", "executor"],
      ["ready_for_test", "tested", "validator"],
      ["tested", "in_review", "validator"],
      ["in_review", "done", "person"],
    ] as const) {
      await store.commit(
        eventCommit(1, {
          type: "task.status",
          at: 1_700_000_003_000,
          task_id: done,
          from,
          to,
          cause,
          by: cause,
        }),
      );
    }
    const after = store.run(id);
    let began = now();
    const scanned = store.withDatabase((database) => database.all(scan, [planId(1)]));
    times.scan.push(now() - began);
    began = now();
    const counted = store.readyTasks(id);
    times.counter.push(now() - began);
    began = now();
    const opened = after === null ? [] : graph.blocks(done).filter((task) => isReadyIn(after, task));
    times.memory.push(now() - began);
    if (scanned.length !== counted.length || opened.length !== 1)
      throw new Error(`ready sets differ: ${scanned.length} ${counted.length} ${opened.length}`);
    answers = counted.length;
  }
  await store.close();
  const p50 = (name: keyof typeof times): number => quantile(times[name], 0.5);
  return {
    tasks: run.tasks.size,
    ready: answers,
    scan_ms: round(p50("scan")),
    counter_ms: round(p50("counter")),
    memory_ms: p50("memory"),
    scan_to_counter: round(p50("scan") / p50("counter")),
    scan_to_memory: Math.round(p50("scan") / p50("memory")),
  };
}

function imagesIn(work: string): readonly string[] {
  return fs.readdirSync(path.join(work, "s50")).filter((name) => /^image-\d+\.db$/u.test(name));
}

function isReadyIn(run: Run, id: string): boolean {
  const task = run.tasks.get(id);
  return task !== undefined && isReady(run, task);
}
