import type { ModelDisk } from "../support/modelDisk";
import { seeded, type Random } from "../support/seededRandom";
import { buryHolder, historyHashes, freshDisk, hashOf, history, open, take } from "./scenario";

export interface DamageOutcome {
  readonly cases: number;
  readonly detected: number;
  readonly harmless: number;
  readonly failures: readonly string[];
}

/**
 * Flips bits, truncates, zeroes and overwrites at many offsets of images and journals. Each damage is reported with the
 * first bad LSN and the damaged file kept, or the state is that of the last acknowledged commit all the same.
 */
export async function damageLoop(options: {
  readonly seed: number;
  readonly cases: number;
}): Promise<DamageOutcome> {
  const steps = history();
  const hashes = await historyHashes();
  const base = await prepare();
  const files = base.paths().filter((file) => /journal-|image-/u.test(file));
  const weights = files.map((file) => base.contentOf(file)?.length ?? 0);
  const failures: string[] = [];
  let detected = 0;
  let harmless = 0;
  for (let index = 0; index < options.cases; index += 1) {
    const random = seeded(options.seed + index);
    const disk = base.afterKill(random);
    buryHolder(disk);
    // Journals and images in turn, because images are much larger.
    const kind = random() < 0.5 ? "journal-" : "image-";
    const file = choose(
      random,
      files.filter((name) => name.includes(kind)),
    );
    const what = damage(disk, file, random);
    try {
      const found = await judge(disk);
      if (found === "detected") detected += 1;
      else harmless += 1;
    } catch (error) {
      failures.push(
        `seed ${options.seed + index}: ${what}: ${error instanceof Error ? error.message : String(error)}`,
      );
      if (failures.length >= 10) break;
    }
  }
  if (weights.some((weight) => weight === 0)) failures.push("an empty file was prepared");
  return { cases: options.cases, detected, harmless, failures };

  async function prepare(): Promise<ModelDisk> {
    const disk = await freshDisk(seeded(3));
    let store = await open(disk);
    for (const [index, step] of steps.entries()) {
      await take(store, step);
      if (index === 15 || index === 30) await store.checkpoint();
      if (index === 40) {
        await store.close();
        store = await open(disk);
      }
    }
    await store.close();
    return disk;
  }

  async function judge(disk: ModelDisk): Promise<"detected" | "harmless"> {
    const before = new Map(disk.paths().map((file) => [file, disk.contentOf(file)]));
    const store = await open(disk);
    const lsn = store.info().lsn;
    const whole = lsn === steps.length && (await hashOf(store)) === hashes[lsn];
    const reported = store.access === "read" || store.info().notices.length > 0;
    if ((await hashOf(store)) !== hashes[lsn]) throw new Error(`the state at LSN ${lsn} is of no commit`);
    if (!whole && !reported) throw new Error(`LSN ${lsn} of ${steps.length} without a word`);
    if (store.access === "read" && !/LSN \d+/u.test(store.read_only_reason ?? ""))
      throw new Error("no LSN was named");
    const verification = await store.verify();
    const proved = !verification.ok;
    await store.close();
    for (const [file, content] of before) {
      if (content === null || !/journal-|image-/u.test(file)) continue;
      const kept = disk.paths().some((name) => disk.contentOf(name)?.equals(content) === true);
      if (!kept) throw new Error(`${file} was deleted or changed`);
    }
    if (reported || proved) return "detected";
    return "harmless";
  }
}

function damage(disk: ModelDisk, file: string, random: Random): string {
  const content = Buffer.from(disk.contentOf(file) ?? Buffer.alloc(0));
  const at = Math.floor(random() * content.length);
  const luck = random();
  if (luck < 0.5) {
    const bit = Math.floor(random() * 8);
    content[at] = (content[at] ?? 0) ^ (1 << bit);
    disk.setContent(file, content);
    return `bit ${bit} of byte ${at} in ${file}`;
  }
  if (luck < 0.7) {
    disk.setContent(file, content.subarray(0, at));
    return `${file} cut at ${at}`;
  }
  const end = Math.min(content.length, at + 1 + Math.floor(random() * 5000));
  for (let byte = at; byte < end; byte += 1) content[byte] = luck < 0.85 ? 0 : Math.floor(random() * 256);
  disk.setContent(file, content);
  return `${luck < 0.85 ? "zeros" : "garbage"} from ${at} to ${end} in ${file}`;
}

function choose<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error("nothing to choose from");
  return item;
}
