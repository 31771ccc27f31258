import { performance } from "node:perf_hooks";
import { now, quantile, round } from "./storeBenchFixtures";

interface Sample {
  /** Until the step had its acknowledgement, and until a reader saw the change, in milliseconds. */
  readonly acknowledged: number;
  /** Until whoever looks at the reduced run saw it. */
  readonly shown: number;
  readonly visible: number;
  /** What the host's thread itself computed, and how long it could do nothing else. */
  readonly cpu: number;
  readonly busy: number;
}

/** Wall time, processor time and blocked time of the host for steps with a name. */
export class Meter {
  readonly #samples = new Map<string, Sample[]>();

  async measure(
    name: string,
    step: (acknowledged: () => void, shown: () => void) => unknown,
    keep: boolean,
  ): Promise<void> {
    const loop = performance.eventLoopUtilization();
    const cpu = process.threadCpuUsage();
    const began = now();
    const at = { acknowledged: Number.NaN, shown: Number.NaN };
    await step(
      () => (at.acknowledged = now() - began),
      () => (at.shown = now() - began),
    );
    const visible = now() - began;
    const used = process.threadCpuUsage(cpu);
    const busy = performance.eventLoopUtilization(loop).active;
    if (!keep) return;
    const samples = this.#samples.get(name) ?? [];
    samples.push({
      acknowledged: Number.isNaN(at.acknowledged) ? visible : at.acknowledged,
      shown: Number.isNaN(at.shown) ? visible : at.shown,
      visible,
      cpu: (used.user + used.system) / 1000,
      busy,
    });
    this.#samples.set(name, samples);
  }

  readonly visible = (name: string): number => this.quantile(name, 0.5);
  readonly acknowledged = (name: string): number =>
    quantile(
      this.#of(name).map((sample) => sample.acknowledged),
      0.5,
    );
  readonly shown = (name: string): number =>
    quantile(
      this.#of(name).map((sample) => sample.shown),
      0.5,
    );
  readonly cpu = (name: string): number =>
    quantile(
      this.#of(name).map((sample) => sample.cpu),
      0.5,
    );
  readonly busy = (name: string): number =>
    quantile(
      this.#of(name).map((sample) => sample.busy),
      0.5,
    );

  quantile(name: string, q: number): number {
    return quantile(
      this.#of(name).map((sample) => sample.visible),
      q,
    );
  }

  /** One figure of every step. */
  all(figure: (name: string) => number): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#samples.keys()].map((name) => [name, round(figure(name))]));
  }

  #of(name: string): readonly Sample[] {
    return this.#samples.get(name) ?? [];
  }
}

/** The longest time that the host's thread was taken without a break, by the clock and by its own processor time. */
export class SliceWatch {
  #wall = 0;
  #cpu = 0;
  #last = now();
  #lastCpu = process.threadCpuUsage();
  #running = true;

  constructor() {
    setImmediate(this.#tick);
  }

  stop(): { readonly longest_slice_ms: number; readonly longest_slice_cpu_ms: number } {
    this.#running = false;
    return { longest_slice_ms: round(this.#wall), longest_slice_cpu_ms: round(this.#cpu) };
  }

  readonly #tick = (): void => {
    const at = now();
    const cpu = process.threadCpuUsage();
    this.#wall = Math.max(this.#wall, at - this.#last);
    this.#cpu = Math.max(
      this.#cpu,
      (cpu.user + cpu.system - this.#lastCpu.user - this.#lastCpu.system) / 1000,
    );
    this.#last = at;
    this.#lastCpu = cpu;
    if (this.#running) setImmediate(this.#tick);
  };
}
